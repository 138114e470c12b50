"""Properties that hold for every text."""

from hypothesis import assume, given
from hypothesis import strategies as st

from comments.screening.words.folding import fold
from comments.screening.words.wordlist import ListVersion, WordList

WORD_LIST = WordList(
    ListVersion.of(["дурак", "реклама казино", "хуй", "*бег*", "bad", "=мат", "при*", "1km", "c++"])
)
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u202e"
anything = st.text(max_size=80)
# Dense in what the matcher treats specially, so that its rare paths meet each other.
disguises = st.text(alphabet="дуракбегхй xya04!|@*.- \u0301\u0306\u200bеëЁHK1kmbad", max_size=60)
texts = anything | disguises


@given(texts)
def test_folding_again_changes_nothing(text):
    folded = fold(text).text

    assert fold(folded).text == folded


@given(texts)
def test_a_match_is_a_slice_of_the_text(text):
    for match in WORD_LIST.matches(text):
        assert 0 <= match.start < match.end <= len(text)
        assert text[match.start : match.end] == match.text


@given(disguises, st.text(alphabet=INVISIBLE, min_size=1, max_size=3), st.data())
def test_what_nobody_sees_changes_nothing(text, invisible, data):
    place = data.draw(st.integers(0, len(text)))
    touched = text[:place] + invisible + text[place:]

    assert [match.entry for match in WORD_LIST.matches(touched)] == [
        match.entry for match in WORD_LIST.matches(text)
    ]


@given(st.text(alphabet="вгжзлнопстфцчшщъыьэю \n.,", max_size=80))
def test_letters_that_no_entry_has_never_match(text):
    only = WordList(ListVersion.of(["дурак", "бег*", "хмури"]))
    assume(not any(len(word) == 1 for word in text.split()))

    assert only.matches(text) == ()


@given(texts, texts)
def test_a_word_is_found_between_any_sentences(before, after):
    matches = WORD_LIST.matches(f"{before} .\n. Дурака . \n. {after}")

    assert "дурак" in {match.entry for match in matches}


@given(st.sampled_from(["дурак", "хуй", "bad"]), st.data())
def test_case_never_matters(word, data):
    cased = "".join(data.draw(st.sampled_from([c.lower(), c.upper()])) for c in word)

    assert WORD_LIST.matches(cased)


@given(st.lists(texts, max_size=8), texts)
def test_a_word_list_gives_the_same_answer_after_any_other_text(earlier, text):
    fresh = WordList(ListVersion.of(["дурак", "при*"]))
    used = WordList(ListVersion.of(["дурак", "при*"]))
    for one in earlier:
        used.matches(one)

    assert used.matches(text) == fresh.matches(text)
