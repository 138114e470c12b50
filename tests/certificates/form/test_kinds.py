from itertools import product

import pytest
from django.utils.translation import override

from certificates.fields import NAME_PARTS, Field, FieldKind
from certificates.form import reading, samples
from certificates.form.answers import read_answer
from certificates.form.kinds import KINDS, Control
from certificates.form.samples import Length
from certificates.models import FormVersion
from tests.support.cases import check_each

# A file is answered by attaching it and a choice from its field, so neither has a made-up answer.
_WITHOUT_SAMPLE = {Control.FILE, Control.SELECT}


def test_every_kind_has_a_row():
    assert set(KINDS) == set(FieldKind)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FieldKind.SURNAME, "Введите фамилию"),
        (FieldKind.INSTITUTION, "Введите учреждение"),
        (FieldKind.FILE, "Приложите файл"),
        (FieldKind.CONSENT, "Поставьте эту отметку"),
        (FieldKind.CO_AUTHORS, "Введите соавторов"),
        # Only the question itself says what to enter.
        (FieldKind.TEXT, "Ответьте на вопрос «Тема „Урока“»"),
        (FieldKind.CHOICE, "Ответьте на вопрос «Тема „Урока“»"),
    ],
)
def test_missing_answer_is_told_what_to_enter(kind, error):
    field = Field("question", kind, "Тема «Урока»", choices=("да", "нет"))
    (missing,) = reading.read([field], {}).errors["question"]
    assert (missing.code, str(missing.message)) == ("required", error)


def test_missing_answer_to_an_own_question_is_told_in_english():
    field = Field("question", FieldKind.TEXT, "Тема", "Topic")
    with override("en"):
        (missing,) = reading.read([field], {}).errors["question"]
        assert str(missing.message) == "Answer the question “Topic”"


@pytest.mark.parametrize("kind", FieldKind)
def test_every_kind_has_a_sample(kind):
    assert bool(KINDS[kind].sample.typical) == (KINDS[kind].control not in _WITHOUT_SAMPLE)


def test_samples_are_answers_without_errors():
    def check(case):
        kind, language, length = case
        field = Field("question", kind, required=False, choices=("да", "нет"))
        sample = samples.answers([field], length, language).get("question", "")
        assert read_answer(field, sample).errors == ()

    check_each(product(set(FieldKind) - {FieldKind.CO_AUTHORS}, ["ru", "en"], Length), check)


@pytest.mark.parametrize("kind", [kind for kind in FieldKind if KINDS[kind].is_name])
def test_names_are_printed_as_the_holder_and_not_as_a_line(kind):
    assert not KINDS[kind].is_line


def test_parts_of_a_name_are_names():
    assert all(KINDS[kind].is_name for kind in NAME_PARTS)


@pytest.mark.parametrize("kind", FieldKind)
def test_ticks_and_files_are_not_printed(kind):
    spec = KINDS[kind]
    assert not (spec.control in {Control.CHECKBOX, Control.FILE} and spec.is_line)


@pytest.mark.parametrize("kind", FieldKind)
def test_only_an_input_has_a_type(kind):
    spec = KINDS[kind]
    assert spec.control is Control.INPUT or spec.input_type == "text"


def test_form_is_parsed_once():
    form = FormVersion(questions=[{"key": "surname", "kind": "surname"}])
    assert form.fields == (Field("surname", FieldKind.SURNAME),)
    assert form.fields is form.fields
