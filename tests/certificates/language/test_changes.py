import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.language.changes import Change


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("Иванова", "Иванкова", ("Иван", "", "к", "ова")),
        ("Иванова", "Ивaнова", ("Ив", "а", "a", "нова")),
        ("Анна", "Анна Мария", ("Анна", "", " Мария", "")),
        ("Анна", "", ("", "Анна", "", "")),
        ("", "Анна", ("", "", "Анна", "")),
        ("Урок чтения", "Урок письма", ("Урок ", "чтения", "письма", "")),
        ("аа", "а", ("а", "а", "", "")),
        # The accent stays with its letter.
        ("замок", "замо\u0301к", ("зам", "о", "о\u0301", "к")),
    ],
)
def test_letters_that_differ_are_told_apart(before, after, parts):
    assert Change("", before, after).parts == parts


@given(st.text("абв\u0301 "), st.text("абв\u0301 "))
def test_parts_are_the_whole_texts(before, after):
    start, removed, added, end = Change("", before, after).parts
    assert (start + removed + end, start + added + end) == (before, after)
