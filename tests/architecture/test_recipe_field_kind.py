"""The recipe "Add a field kind" of certificates/form/README.md works, and names every file.

It is followed in a copy of the project for one new kind of each control, a name and a date. Then
the copy is used: no code but the table may know how such a kind is read, checked and printed.
"""

import pytest

from tests.support.recipes import Copy, files_named

_MEMBERS = """    PHONE = "phone"
    GRADE = "grade"
    NEWSLETTER = "newsletter"
    SCAN = "scan"
    PASSPORT_NAME = "passport_name"
    STARTED_ON = "started_on"
"""

_ROWS = """    FieldKind.PHONE: KindSpec(
        label=_("phone number"),
        max_length=20,
        normalise=rules.number,
        shape=shapes.NUMBER,
        slips=(nothing_to_say,),
        input_type="tel",
        autocomplete="tel",
        sample=Sample("+78001234567"),
    ),
    FieldKind.GRADE: KindSpec(label=_("grade"), control=Control.SELECT),
    FieldKind.NEWSLETTER: KindSpec(
        label=_("subscription"), control=Control.CHECKBOX, is_line=False, sample=Sample(YES)
    ),
    FieldKind.SCAN: KindSpec(
        label=_("scan"), control=Control.FILE, is_line=False, is_optional_in_tables=True
    ),
    FieldKind.PASSPORT_NAME: KindSpec(
        label=_("name as in the passport"),
        max_length=200,
        normalise=rules.name,
        slips=(mixed_script, wrong_layout, not_latin),
        is_name=True,
        is_latin=True,
        is_line=False,
        sample=Sample("Anna Lebedeva"),
    ),
    FieldKind.STARTED_ON: KindSpec(
        label=_("first day"),
        max_length=10,
        normalise=rules.date,
        shape=shapes.DATE,
        input_type="date",
        printed_as=FieldKind.DATE,
        sample=Sample("2026-03-30"),
    ),
}
"""

# The parts below share these names. Nothing here needs a row of the database.
_FIELDS = """
from certificates.fields import Field, FieldKind, fields_from_json, fields_to_json
from certificates.form import reading, samples
from certificates.form.kinds import KINDS
from certificates.models import Application, FormVersion, Programme
from certificates.web.form_builder import QuestionForm
from core.models import Site


def field(kind, **typed):
    posted = QuestionForm({"key": kind.value, "kind": kind.value, "label_ru": "Вопрос", **typed})
    assert posted.is_valid(), posted.errors
    return posted.question()


phone = field(FieldKind.PHONE, required="on")
grade = field(FieldKind.GRADE, required="on", choices="хорошо\\nотлично")
newsletter = field(FieldKind.NEWSLETTER, required="on")
scan = field(FieldKind.SCAN, required="on")
passport_name = field(FieldKind.PASSPORT_NAME)
started_on = field(FieldKind.STARTED_ON)
FIELDS = (phone, grade, newsletter, scan, passport_name, started_on)
assert fields_from_json(fields_to_json(FIELDS)) == FIELDS


def codes(field, **typed):
    return [error.code for error in reading.read([field], typed).errors.get(field.key, ())]
"""


# A text is read, checked and shown by its row.
_TEXT = """
from django.template.loader import render_to_string

from certificates.api.serializers import QuestionSerializer
from certificates.form.answers import read_answer
from certificates.form.slip_search import find_slips
from certificates.web import questions

assert QuestionSerializer(phone).data["max_length"] == 20
assert read_answer(phone, " 8 800 123 45 67 ").value == "88001234567"
assert codes(phone, phone="call me") == ["not_a_number"]
assert [slip.code for slip in find_slips(FieldKind.PHONE, "нет")] == ["nothing_to_say"]
(question,) = questions.blank(FormVersion(questions=fields_to_json([phone])))
page = render_to_string("certificates/control.html", {"question": question})
assert 'type="tel"' in page and 'autocomplete="tel"' in page, page
"""

# A second select demands and offers its choices.
_SELECT = """
from django.template.loader import render_to_string

from certificates.web import questions

empty = QuestionForm({"key": "grade", "kind": "grade", "label_ru": "Оценка"})
assert list(empty.errors) == ["choices"], empty.errors
assert codes(grade, grade="отлично") == []
assert codes(grade, grade="плохо") == ["not_a_choice"]
assert codes(grade) == ["required"]
assert samples.answers([grade]) == {"grade": "хорошо"}
(question,) = questions.blank(FormVersion(questions=fields_to_json([grade])))
page = render_to_string("certificates/control.html", {"question": question})
assert page.count("<option") == 3 and ">отлично</option>" in page, page
"""

# A second tick is read as one.
_TICK = """
from django.template.loader import render_to_string

from certificates.web import questions

assert codes(newsletter, newsletter="yes") == []
assert codes(newsletter, newsletter="perhaps") == ["required"]
assert reading.read([newsletter], {"newsletter": "perhaps"}).answers == {"newsletter": ""}
(question,) = questions.blank(FormVersion(questions=fields_to_json([newsletter])))
assert 'type="checkbox"' in render_to_string("certificates/control.html", {"question": question})
answer = render_to_string("certificates/answer.html", {"question": question})
assert answer.strip() in {"yes", "да"}, answer
"""

# A second file is attached and compared, and never typed.
_FILE = """
from types import SimpleNamespace

from django.template.loader import render_to_string

from certificates.applications import attachments
from certificates.imports import jobs, layouts
from certificates.web import comparison, questions
from core.errors import InvalidInput

answer = reading.file_answer("a1b2", "диплом.pdf")
assert reading.has_file_fields(FIELDS) and not reading.has_file_fields([phone])
assert "scan" not in reading.typed_keys(FIELDS)
assert codes(scan) == ["required"]
# The answer is stored as it is: normalising it would change the name of the file.
assert reading.read([scan], {"scan": answer}).answers == {"scan": answer}
assert [field.key for field in layouts.askable([scan, phone])] == ["phone"]
assert not jobs._for_table(scan).required
assert reading.in_words(scan, {"scan": answer}) == "диплом.pdf"

form = FormVersion(questions=fields_to_json(FIELDS))
application = SimpleNamespace(
    pk=1,
    form=form,
    files=SimpleNamespace(answering=lambda key, value: SimpleNamespace(application_id=1, pk=2)),
)
attachments._check_is_file_field(application, "scan")
try:
    attachments._check_is_file_field(application, "phone")
except InvalidInput:
    pass
else:
    raise AssertionError("a phone number is no file")
assert comparison._file(application, scan, {"scan": answer}).pk == 2
assert comparison._file(application, phone, {"phone": "1"}) is None
assert list(questions._files(application, FIELDS, {"scan": answer})) == ["scan"]
page = render_to_string(
    "certificates/control.html",
    {"question": questions.blank(form)[3], "application": application},
)
assert 'type="file"' in page, page
"""

# A second name in Latin letters is checked as one, and is not a co-author's.
_NAME = """
from certificates.form.slip_search import find_slips


def slips(kind, value):
    return [slip.code for slip in find_slips(kind, value)]


assert slips(FieldKind.PASSPORT_NAME, "Анна Лебедева") == ["not_latin"]
assert slips(FieldKind.PASSPORT_NAME, "Фттф") == ["wrong_layout"]
# In Russian this would be «Наталья», typed with the other keyboard layout.
assert slips(FieldKind.PASSPORT_NAME, "Yfnfkmz") == []
# A co-author's name in the passport is not the applicant's.
answers = {"passport_name": "Anna Lebedeva", "phone": "1"}
own = reading.in_the_name_of(FIELDS, answers, "Орлов Пётр Ильич")
assert own == {"passport_name": "", "phone": "1"}
"""

# Lines, and dates that templates know only by the kind "date".
_PRINTED = """
import json
from dataclasses import replace
from pathlib import Path

from certificates.issuing import document_data
from certificates.models import Template, TemplateVersion
from certificates.rendering import DocumentData, render, starter

form = FormVersion(questions=fields_to_json(FIELDS))
application = Application(
    programme=Programme(site=Site()),
    form=form,
    language="en",
    answers={**samples.answers(FIELDS), "scan": "a1b2/x.pdf"},
)
version = TemplateVersion(template=Template(slug="publication"), number=1)
# A date that is still being typed cannot be formatted.
for typed, kinds in (("2026-03-30", ["phone", "grade", "date"]), ("2026-03", ["phone", "grade"])):
    application.answers["started_on"] = typed
    lines = document_data.of_application(application, version).lines
    assert [line.kind for line in lines] == kinds, lines
application.answers["started_on"] = "2026-03-30"
lines = document_data.of_application(application, version).lines
stored = json.loads(Path("tests/data/certificates/publication.json").read_text())
facts = replace(DocumentData.from_data(stored), lines=lines)
assert render(starter("publication"), facts).startswith(b"%PDF")
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    copy = Copy(tmp_path_factory.mktemp("project"))
    copy.replace("certificates/fields.py", '    URL = "url"\n', '    URL = "url"\n' + _MEMBERS)
    copy.replace("certificates/form/kinds.py", "\n}\n", "\n" + _ROWS)
    return copy


def test_recipe_names_every_file_that_a_new_kind_changes(copy):
    named = files_named("certificates/form/README.md", "Add a field kind")
    assert copy.changed() == sorted(named)
    assert len(named) <= 3


def test_new_kinds_need_nothing_but_their_rows(copy):
    # In one process: to start it takes longer than all that it runs.
    copy.run(_FIELDS + _TEXT + _SELECT + _TICK + _FILE + _NAME + _PRINTED)
