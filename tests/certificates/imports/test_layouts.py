import pytest

from certificates.fields import Field, FieldKind
from certificates.imports import layouts
from certificates.imports.readers.contents import Line

FIELDS = [
    Field("surname", FieldKind.SURNAME, "Фамилия", "Surname"),
    Field("given_name", FieldKind.GIVEN_NAME, "Имя", "Given name"),
    Field("patronymic", FieldKind.PATRONYMIC, "Отчество", "Patronymic"),
    Field("email", FieldKind.EMAIL, "Электронная почта", "E-mail", required=False),
    Field("consent", FieldKind.CONSENT, "Согласие"),
]
LABELS = ["Фамилия", "Имя", "Отчество", "Электронная почта"]
PERSON = ["Цой", "Ия", "Львовна", "a@yandex.ru"]


def lines(*rows, hidden=()):
    return [Line(at, list(row), at in hidden) for at, row in enumerate(rows, start=1)]


def match(header, *rows, hidden=()):
    parts = layouts.divide(lines(header, *rows), FIELDS)
    found = layouts.match(FIELDS, parts, hidden)
    return found, layouts.is_doubtful(found, FIELDS)


@pytest.mark.parametrize("header", [LABELS, ["SURNAME", "given  name ", "patronymic", "email"]])
def test_labels_and_keys_in_any_case_leave_no_doubt(header):
    found, is_doubtful = match(header, PERSON)
    assert found.columns == {"surname": 0, "given_name": 1, "patronymic": 2, "email": 3}
    assert not is_doubtful


def test_headings_that_resemble_the_labels_are_offered_but_not_trusted():
    header = ["Фамилия *", "Имя", "Отчество (при наличии)", "E-mail (рабочий)"]
    found, is_doubtful = match(header, PERSON)
    assert found.columns == {"surname": 0, "given_name": 1, "patronymic": 2, "email": 3}
    assert is_doubtful


def test_a_column_that_answers_no_question_is_told():
    found, is_doubtful = match([*LABELS, "Телефон", ""], [*PERSON, "8", "без названия"])
    assert (found.unused, is_doubtful) == ([4, 5], True)


def test_an_empty_column_is_of_no_interest():
    found, is_doubtful = match([*LABELS, "Телефон"], [*PERSON, " "])
    assert (found.unused, is_doubtful) == ([], False)


def test_of_columns_with_one_heading_none_is_trusted():
    found, is_doubtful = match([*LABELS, "Электронная почта"], [*PERSON[:3], "", "a@yandex.ru"])
    assert (found.columns["email"], found.repeated, is_doubtful) == (4, [3, 4], True)


def test_a_hidden_column_answers_nothing():
    found, is_doubtful = match(LABELS, PERSON, hidden={3})
    assert "email" not in found.columns
    assert (found.unused, found.missing, is_doubtful) == ([3], ["email"], True)


def test_a_table_without_patronymics_is_asked_about_and_without_addresses_only_told():
    found, is_doubtful = match(["Фамилия", "Имя", "Электронная почта"], PERSON[:3])
    assert (found.missing, is_doubtful) == (["patronymic"], True)
    found, is_doubtful = match(LABELS[:3], PERSON[:3])
    assert (found.missing, is_doubtful) == (["email"], False)


def test_the_header_is_the_first_row_with_two_labels():
    table = lines(["Список участников"], ["Фамилия"], LABELS, PERSON)
    parts = layouts.divide(table, FIELDS)
    assert parts.header.cells == LABELS
    assert [line.number for line in parts.others] == [1, 2]
    assert [line.cells for line in parts.rows] == [PERSON]


def test_a_header_repeated_further_down_is_no_person():
    parts = layouts.divide(lines(LABELS, PERSON, LABELS, PERSON), FIELDS)
    assert [line.number for line in parts.rows] == [2, 4]
    assert [line.number for line in parts.others] == [3]


def test_the_header_can_be_chosen_and_is_never_a_hidden_row():
    table = lines(LABELS, ["А", "Б"], PERSON, hidden={1})
    assert layouts.divide(table, FIELDS).header.number == 2
    assert layouts.divide(table, FIELDS, 3).header.number == 3
    assert layouts.divide(table, FIELDS, 1).header.number == 2


def test_what_was_not_chosen_is_told_after_the_columns_are_confirmed():
    found, _is_doubtful = match([*LABELS, "Телефон"], [*PERSON, "8"])
    chosen = found.with_columns(
        {"surname": 0, "given_name": 1, "patronymic": layouts.NOBODY}, FIELDS
    )
    assert (chosen.unused, chosen.missing) == ([2, 3, 4], ["email"])
