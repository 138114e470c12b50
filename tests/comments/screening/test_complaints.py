"""Which comments read as complaints about the publication's own work."""

from pathlib import Path

import pytest

from comments.screening.complaints import cues, reads_as_complaint, russian


def sentences(name, sign):
    text = Path("tests/data/complaints", name).read_text(encoding="utf-8")
    return [line[2:] for line in text.splitlines() if line.startswith(f"{sign} ")]


# How many may be missed: some complaints have no word in common with any other.
@pytest.mark.parametrize(("name", "most_missed"), [("tuned.txt", 5), ("kept_apart.txt", 5)])
def test_complaints_are_recognised(name, most_missed):
    texts = sentences(name, "+")
    assert len(texts) >= 30
    assert len([text for text in texts if not reads_as_complaint(text)]) <= most_missed


@pytest.mark.parametrize("name", ["tuned.txt", "kept_apart.txt"])
def test_other_remarks_are_no_complaints(name):
    texts = sentences(name, "-")
    assert len(texts) >= 30
    assert [text for text in texts if reads_as_complaint(text)] == []


def test_hard_complaints_show_what_the_rules_miss():
    """Eighty that mostly state a fact; the figure is in the package's README."""
    recognised = [text for text in sentences("held_out.txt", "+") if reads_as_complaint(text)]
    assert len(recognised) >= 11
    assert len([text for text in sentences("held_out.txt", "-") if reads_as_complaint(text)]) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "Кто писал этот бред? Фамилию директора переврали",
        "Журналисты всё напутали",
        "Опровергните эту чушь",
        "Материал заказной, вам заплатили",
        "ВРЁТ ВАША ГАЗЕТА!",
        "Жур\u00adналисты вру\u0301т",
    ],
)
def test_the_evidence_is_a_slice_of_the_text_as_typed(text):
    found = list(cues(text))
    assert found
    assert all(text[item.start : item.end] == item.text for item in found)


@pytest.mark.parametrize(
    "text",
    [
        "Чиновники врут журналистам",
        "Журналисты не врут",
        "Автор закона врёт",
        "Статья 228 безграмотная",
        "Спасибо за вашу статью",
        "Название улицы переврали строители",
        "Журналисты правы. Чиновники врут",
    ],
)
def test_who_is_blamed_decides(text):
    assert not reads_as_complaint(text)


def test_a_long_text_costs_as_many_steps_as_it_has_words(monkeypatch):
    steps = 0
    find_last = russian._last

    def counted(*args):
        nonlocal steps
        steps += 1
        return find_last(*args)

    monkeypatch.setattr(russian, "_last", counted)
    list(cues("ваша статья врёт " * 600))

    assert steps <= 60 * 1_800
