"""Which comments read as complaints about the publication's own work."""

import json
from pathlib import Path

import pytest

from comments.screening.complaints import cues, model, reads_as_complaint, russian, train

DATA = Path("tests/data/complaints")
LEARNED_FROM = [DATA / "tuned.txt", DATA / "training.txt"]


def sentences(name, sign):
    text = (DATA / name).read_text(encoding="utf-8")
    return [line[2:] for line in text.splitlines() if line.startswith(f"{sign} ")]


# How many may be missed: some complaints have no word in common with any other.
@pytest.mark.parametrize(("name", "most_missed"), [("tuned.txt", 5), ("kept_apart.txt", 4)])
def test_complaints_are_recognised(name, most_missed):
    texts = sentences(name, "+")
    assert len(texts) >= 30
    assert len([text for text in texts if not reads_as_complaint(text)]) <= most_missed


@pytest.mark.parametrize("name", ["tuned.txt", "kept_apart.txt"])
def test_other_remarks_are_no_complaints(name):
    texts = sentences(name, "-")
    assert len(texts) >= 30
    assert [text for text in texts if reads_as_complaint(text)] == []


@pytest.mark.parametrize(
    ("name", "fewest_recognised", "most_false_alarms"),
    [("held_out.txt", 31, 1), ("written_last.txt", 5, 0)],
)
def test_complaints_in_other_words_are_recognised_in_part(
    name, fewest_recognised, most_false_alarms
):
    recognised = [text for text in sentences(name, "+") if reads_as_complaint(text)]
    false_alarms = [text for text in sentences(name, "-") if reads_as_complaint(text)]
    assert len(recognised) >= fewest_recognised
    assert len(false_alarms) <= most_false_alarms


@pytest.mark.parametrize("name", ["held_out.txt", "kept_apart.txt", "written_last.txt"])
def test_the_model_learns_nothing_from_the_sentences_that_measure_it(name):
    measuring = {*sentences(name, "+"), *sentences(name, "-")}
    assert measuring.isdisjoint(sample.text for sample in train.samples(LEARNED_FROM))


def test_training_gives_the_stored_weights():
    data = train.samples(LEARNED_FROM)
    weights, bias = train.train(data)
    lowest, recall = train.threshold(data)

    stored = json.loads(model.WEIGHTS.read_text(encoding="utf-8"))
    assert stored == {"bias": bias, "threshold": lowest, "weights": weights}
    assert recall > 0.41
    assert model.WEIGHTS.stat().st_size < 100_000


def test_the_words_that_weighed_most_are_the_evidence():
    text = "Опять у вас на снимке чужая школа"
    assert next(russian.spans(text.lower()), None) is None
    assert [item.text for item in cues(text)] == ["вас", "снимке", "чужая"]


def test_a_remark_to_another_reader_scores_less():
    to_editors, to_reader = "Вы ошибаетесь, дайте ссылку", "Людмила, вы ошибаетесь, дайте ссылку"
    weights = model.stored()
    assert model.score(to_reader, to_reader.lower(), weights) < 0
    assert model.score(to_editors, to_editors.lower(), weights) > 1


@pytest.mark.parametrize(
    "text", ["", "...", "12", "+1", "This school is fine", "Два слона", "Третий раз"]
)
def test_a_text_of_one_or_two_words_is_no_complaint(text):
    assert not reads_as_complaint(text)


@pytest.mark.parametrize(
    "text",
    [
        "Кто писал этот бред? Фамилию директора переврали",
        "Журналисты всё напутали",
        "Опровергните эту чушь",
        "Материал заказной, вам заплатили",
        "ВРЁТ ВАША ГАЗЕТА!",
        "Жур\u00adналисты вру\u0301т",
        "Опять у вас на сни\u00adмке чужая школа",
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
