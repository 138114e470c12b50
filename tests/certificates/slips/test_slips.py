import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from certificates.fields import NAME_PARTS, Field, FieldKind
from certificates.form.kinds import normalise
from certificates.form.slip_search import find_slips, find_slips_in_answers
from tests.support.cases import check_each
from tests.support.paths import DATA

CASES = [
    case
    for name in ("slips.json", "slips_kin.json")
    for case in json.loads((DATA / name).read_text(encoding="utf-8"))
]
RIGHT = [case for case in CASES if case["slip"] is None]

names = st.lists(
    st.text("аеёиАЕЁИвкнрсВКНРСaeoкpxABCEкIі", min_size=1, max_size=8), min_size=1, max_size=3
).map(" ".join)
typed = st.one_of(
    names,
    st.sampled_from([case["value"] for case in CASES]),
    st.text("Иваноa-'. @,1«»\"ИВAN ёе", max_size=20),
    st.text(max_size=20),
)


def name_of(case):
    return f"{case['field']}-{case['value']}"


def test_each_case_has_the_expected_slip():
    def check(case):
        kind = FieldKind(case["field"])
        slips = find_slips(kind, case["value"], case.get("others", {}))
        normalised = normalise(kind, case["value"])
        silent = (None, normalised if normalised != case["value"] else None)
        first = (slips[0].code, slips[0].correction) if slips else silent
        assert first == (case["slip"], case["fix"])

    check_each(CASES, check, name=name_of)


def test_normalised_right_value_has_no_slip():
    def check(case):
        kind = FieldKind(case["field"])
        assert find_slips(kind, normalise(kind, case["value"]), case.get("others", {})) == ()

    check_each(RIGHT, check, name=name_of)


@given(st.sampled_from(FieldKind), typed)
@example(FieldKind.SURNAME, "«иВAНОВА».")
@example(FieldKind.EMAIL, "www.ivanоva@yandeks,ry")
def test_correction_corrects_everything_at_once(kind, value):
    corrections = {slip.correction for slip in find_slips(kind, value)} - {None}
    for correction in corrections:
        left = [slip for slip in find_slips(kind, correction) if slip.correction is not None]
        assert left == []


@given(st.sampled_from(FieldKind), typed)
def test_a_correction_is_a_change(kind, value):
    for slip in find_slips(kind, value):
        assert slip.correction != normalise(kind, value)


@given(st.sampled_from([case for case in RIGHT if case["fix"] is None]))
def test_a_right_value_is_never_changed(case):
    assert normalise(FieldKind(case["field"]), case["value"]) == case["value"]


PEOPLE = (
    "Иванова Мария Петровна|Кузнецов Сергей Иванович|Смирнова Ольга Николаевна"
    "|Воробьёв Артём Алексеевич|Хохлова Екатерина Романовна|Осокина Вера Андреевна"
    "|Морозов Тимур Маратович|Соколова Тамара Васильевна|Макаров Борис Эдуардович"
)
WORDS = [
    (kind, word)
    for person in PEOPLE.split("|")
    for kind, word in zip(
        (FieldKind.SURNAME, FieldKind.GIVEN_NAME, FieldKind.PATRONYMIC), person.split(), strict=True
    )
]
LOOK_ALIKE = str.maketrans("АВЕКМНОРСТХаеорсух", "ABEKMHOPCTXaeopcyx")
words = st.sampled_from(WORDS)


def corrected(kind, typed):
    return [slip.correction for slip in find_slips(kind, typed)][:1]


@given(words, st.data())
def test_letters_of_another_alphabet_are_found_at_any_place(word, data):
    kind, meant = word
    places = [at for at, letter in enumerate(meant) if letter.translate(LOOK_ALIKE) != letter]
    most = min(len(places), len(meant) - 1)  # «Bepa» alone may be a person's name
    chosen = data.draw(st.sets(st.sampled_from(places), min_size=1, max_size=most))
    typed = "".join(
        letter.translate(LOOK_ALIKE) if at in chosen else letter for at, letter in enumerate(meant)
    )
    assert corrected(kind, typed) == [meant]


@given(words, st.sampled_from([str.upper, str.lower, str.swapcase]))
def test_capitals_are_corrected(word, change):
    kind, meant = word
    assert corrected(kind, change(meant)) == [meant]


@given(words)
def test_text_in_the_other_layout_is_corrected(word):
    kind, meant = word
    assert corrected(kind, meant.translate(ENGLISH_LAYOUT)) == [meant]


ENGLISH_LAYOUT = str.maketrans(
    "ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ",
    "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>",
)


@given(words, st.sampled_from(["\u200b", "\ufeff", "\u00ad", " ", "\u00a0"]), st.booleans())
def test_invisible_characters_are_removed_silently(word, mark, in_front):
    kind, meant = word
    typed = mark + meant if in_front else meant + mark
    assert normalise(kind, typed) == meant
    assert find_slips(kind, typed) == ()


@given(st.permutations(range(3)), st.sampled_from(PEOPLE.split("|")))
def test_every_misplaced_part_of_a_name_is_found(order, person):
    parts = person.split()
    kinds = (FieldKind.SURNAME, FieldKind.GIVEN_NAME, FieldKind.PATRONYMIC)
    fields = [Field(kind.value, kind) for kind in kinds]
    typed = {kind.value: parts[at] for kind, at in zip(kinds, order, strict=True)}
    assert bool(find_slips_in_answers(fields, typed)) == (list(order) != [0, 1, 2])


def test_every_slip_is_explained_in_one_sentence():
    for case in CASES:
        for slip in find_slips(FieldKind(case["field"]), case["value"], case.get("others", {})):
            assert len(str(slip.message)) > 15
            assert "\n" not in str(slip.message)


def test_whole_name_in_one_field_is_divided():
    (slip,) = find_slips(FieldKind.SURNAME, "Иванова Мария Петровна")
    assert dict(slip.moves) == {
        FieldKind.SURNAME: "Иванова",
        FieldKind.GIVEN_NAME: "Мария",
        FieldKind.PATRONYMIC: "Петровна",
    }


def test_moved_part_never_replaces_another_answer():
    (slip,) = find_slips(FieldKind.SURNAME, "Иванова Мария", {FieldKind.GIVEN_NAME: "Анна"})
    assert slip.code == "whole_name_in_one_field"
    assert slip.moves == ()


def test_swapped_parts_change_places():
    others = {FieldKind.GIVEN_NAME: "Иванова", FieldKind.PATRONYMIC: "Петровна"}
    (slip,) = find_slips(FieldKind.SURNAME, "Мария", others)
    assert dict(slip.moves) == {FieldKind.SURNAME: "Иванова", FieldKind.GIVEN_NAME: "Мария"}


def test_the_slips_of_a_form_name_their_fields():
    fields = [
        Field("last", FieldKind.SURNAME),
        Field("first", FieldKind.GIVEN_NAME),
        Field("teacher", FieldKind.FULL_NAME),
        Field("mail", FieldKind.EMAIL),
    ]
    answers = {"last": "Smith", "first": "Мария", "teacher": "Петров И. И.", "mail": "a@mail.ry"}
    codes = [(slip.field, slip.code) for slip in find_slips_in_answers(fields, answers)]
    assert codes == [("last", "other_alphabet"), ("mail", "email_domain")]


@pytest.mark.parametrize("kind", sorted(NAME_PARTS))
@pytest.mark.parametrize(
    "value",
    ["#set page(width: 1cm)", "$ x^2 $", "=HYPERLINK(1)", "\u202eвонавИ", "🌸", "а" * 5000, "\x00"],
)
def test_hostile_values_raise_no_error(kind, value):
    for slip in find_slips(kind, value):
        assert isinstance(str(slip.message), str)
        assert slip.correction is None or len(slip.correction) <= len(value)
