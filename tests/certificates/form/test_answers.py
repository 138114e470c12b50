import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.fields import Field, FieldKind
from certificates.form.answers import canonical_json, digest, read_answer
from certificates.form.kinds import normalise

LETTERS = "аеёийоуыэюябвгАБВabcABC"
HARMLESS = "\u00ad\u200b\u200e\u2060\ufeff"
PUNCTUATION = " -–—.,@'`\"«»“”„/:<>\u00a0\t\n\u202e\u0301\u0308"
typed = st.text(alphabet=st.sampled_from(LETTERS + HARMLESS + PUNCTUATION)) | st.text()


def read(kind, value, **about):
    return read_answer(Field("question", kind, **about), value)


def codes(kind, value, **about):
    return [error.code for error in read(kind, value, **about).errors]


@given(st.sampled_from(FieldKind), typed)
def test_normalisation_is_idempotent(kind, value):
    once = normalise(kind, value)
    assert normalise(kind, once) == once


@given(st.text(alphabet="абвгёАБВЁabcABC", min_size=1))
def test_normalisation_never_changes_letters_of_a_name(name):
    assert normalise(FieldKind.SURNAME, name) == name


@pytest.mark.parametrize(
    ("kind", "value", "normalised"),
    [
        (FieldKind.SURNAME, "Семе\u0308нова", "Семёнова"),
        (FieldKind.SURNAME, "Семёнова", "Семёнова"),
        (FieldKind.SURNAME, "\ufeffИва\u00adно\u200bва\u200e ", "Иванова"),
        (FieldKind.SURNAME, "\u202eИванова", "Иванова"),
        (FieldKind.SURNAME, "Римский - Корсаков", "Римский-Корсаков"),
        (FieldKind.SURNAME, "Салтыков –Щедрин", "Салтыков-Щедрин"),
        (FieldKind.SURNAME, "О`Генри", "О'Генри"),
        (FieldKind.GIVEN_NAME, "Анна\u00a0 \tМария", "Анна Мария"),
        (FieldKind.TOWN, "Ростов — на — Дону", "Ростов-на-Дону"),
        (FieldKind.REGION, "Ханты–Мансийский округ - Югра", "Ханты-Мансийский округ — Югра"),
        (FieldKind.TITLE, "Урок - игра: 5-й класс", "Урок — игра: 5-й класс"),
        (FieldKind.TITLE, "Play - and learn", "Play – and learn"),
        (FieldKind.TITLE, "Мой “малый” край", "Мой «малый» край"),
        (FieldKind.INSTITUTION, 'ГБОУ "Школа "Радость""', "ГБОУ «Школа „Радость“»"),
        (FieldKind.INSTITUTION, 'ГБОУ "Школа № 5', 'ГБОУ "Школа № 5'),
        (FieldKind.EMAIL, " mailto:Ivanova @Mail.RU>", "Ivanova@mail.ru"),
        (FieldKind.URL, "Example.ru/Путь?A=B", "https://example.ru/Путь?A=B"),
        (FieldKind.DATE, "5.3.2024", "2024-03-05"),
        (FieldKind.DATE, "31.02.2024", "31.02.2024"),
        (FieldKind.NUMBER, "1 000", "1000"),
        (FieldKind.TEXT, "Раз\r\n\r\n\r\n\r\n два  три ", "Раз\n\nдва три"),
        (FieldKind.GIVEN_NAME, "नर्\u200dस", "नर्\u200dस"),
    ],
)
def test_normalisation_removes_invisible_differences(kind, value, normalised):
    assert normalise(kind, value) == normalised


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (FieldKind.SURNAME, " \u200b ", "required"),
        (FieldKind.SURNAME, "Ива\x00нова", "control_character"),
        (FieldKind.SURNAME, "Ива\u202eавон", "direction_override"),
        (FieldKind.SURNAME, "Иванова\ue000", "unprintable_character"),
        (FieldKind.SURNAME, "Иван\ud800", "unprintable_character"),
        (FieldKind.SURNAME, "Ива\u0300\u0301\u0302\u0303нова", "stacked_marks"),
        (FieldKind.SURNAME, "\u0301Иванова", "stacked_marks"),
        (FieldKind.GIVEN_NAME, "Мария 🌸", "emoji"),
        (FieldKind.TITLE, "Урок 1\ufe0f\u20e3", "emoji"),
        (FieldKind.TITLE, "а" * 300, "word_too_long"),
        (FieldKind.SURNAME, "Ива " * 30, "too_long"),
        (FieldKind.SURNAME, "а" * 10_000_000, "too_long"),
        (FieldKind.EMAIL, "ivanova.mail.ru", "not_an_email"),
        (FieldKind.EMAIL, "ivanova..m@mail.ru", "not_an_email"),
        (FieldKind.EMAIL, "иван@почта.рф", "email_not_latin"),
        (FieldKind.EMAIL, "иван@mail.ru", "email_not_latin"),
        (FieldKind.EMAIL, "иван", "not_an_email"),
        (FieldKind.EMAIL, "a\r\nBcc: b@mail.ru", "not_an_email"),
        (FieldKind.URL, "javascript:alert(1)", "not_a_url"),
        (FieldKind.URL, "https://user:word@example.ru/", "not_a_url"),
        (FieldKind.URL, "https://example.ru:99999/", "not_a_url"),
        (FieldKind.URL, "https://localhost/", "not_a_url"),
        (FieldKind.DATE, "вчера", "not_a_date"),
        (FieldKind.NUMBER, "пять", "not_a_number"),
        (FieldKind.CHOICE, "третье", "not_a_choice"),
    ],
)
def test_unprintable_answers_are_errors(kind, value, code):
    assert code in codes(kind, value, choices=("первое", "второе"))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FieldKind.SURNAME, "Nguyễn"),
        (FieldKind.SURNAME, "Ива\u0301нов"),
        (FieldKind.SURNAME, "#set page(width: 1cm)"),
        (FieldKind.GIVEN_NAME, "محمد"),
        (FieldKind.GIVEN_NAME, "שָׁלוֹם"),
        (FieldKind.TITLE, "Windows® и Linux™ в школе"),
        (FieldKind.EMAIL, "ivanova@почта.рф"),
        (FieldKind.EMAIL, "o'neil+school@edu.spb.ru"),
        (FieldKind.URL, "https://школа5.рф/новости?а=1"),
        (FieldKind.TEXT, "Спасибо 🌸\nВсё хорошо"),
        (FieldKind.NUMBER, "-3,5"),
    ],
)
def test_unusual_but_right_values_are_accepted(kind, value):
    assert codes(kind, value) == []


def test_length_is_counted_in_grapheme_clusters():
    assert codes(FieldKind.SURNAME, "й̈" * 10, max_length=10) == []
    assert codes(FieldKind.SURNAME, "й" * 11, max_length=10) == ["too_long"]


def test_optional_field_may_be_empty():
    assert read(FieldKind.PATRONYMIC, "  ", required=False).errors == ()


def test_value_with_an_error_is_not_lost():
    assert read(FieldKind.TITLE, "Урок 🌸").value == "Урок 🌸"


def test_equal_answers_have_one_digest():
    one = {"surname": "Семёнова", "authors": [{"b": "2", "a": "1"}], "consent": True}
    same = {"consent": True, "authors": [{"a": "1", "b": "2"}], "surname": "Семе\u0308нова"}
    assert canonical_json(one) == (
        '{"authors":[{"a":"1","b":"2"}],"consent":true,"surname":"Семёнова"}'
    )
    assert digest(one) == digest(same)


@given(
    st.dictionaries(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
)
def test_any_changed_answer_changes_the_digest(answers):
    assert digest(answers) != digest({**answers, "surname": answers.get("surname", "") + "!"})
