"""Caches of words are limited in bytes, because a hostile "word" can be as long as a comment."""

import inspect
import sys

import pytest

from comments.screening import fingerprints, hyperlinks
from comments.screening.words import index, inflection, lookalikes, wordlist
from comments.screening.words.resembling import latin, pieces, resembling
from comments.screening.words.wordlist import ListVersion
from core.word_cache import LONGEST_WORD, weighed_word_cache, weight_of, word_cache

LONG = "ж" * (LONGEST_WORD + 1)
CACHED = [
    *(latin.is_russian, latin.is_surely_russian, hyperlinks.in_dns, fingerprints._hash),
    *(inflection.is_word, inflection.is_genitive_noun, inflection.is_subject_noun),
    *(inflection.is_given_name, inflection.is_singular_verb),
]
WEIGHED = [lookalikes.read, lookalikes.read_through_signs, inflection.forms]


def test_long_words_are_answered_and_not_kept():
    calls = []

    @word_cache(8)
    def length(word):
        calls.append(word)
        return len(word)

    for _ in range(3):
        assert length("a" * LONGEST_WORD) == LONGEST_WORD
        assert length("a" * (LONGEST_WORD + 1)) == LONGEST_WORD + 1
    assert len(calls) == 1 + 3
    for number in range(100):
        length(str(number))
    assert length.cache_info().currsize == 8


@pytest.mark.parametrize("function", CACHED, ids=lambda function: function.__name__)
def test_functions_of_words_keep_no_long_ones(function):
    before = function.cache_info()
    function(LONG)
    assert function.cache_info() == before


@pytest.mark.parametrize("function", WEIGHED, ids=lambda function: function.__name__)
def test_weighed_functions_of_words_keep_no_long_ones(function):
    before = function.kept.size
    function(LONG)
    assert function.kept.size == before


def test_results_are_kept_within_a_number_of_bytes():
    calls = []
    each = weight_of(["word", "spelling"])

    @weighed_word_cache(10 * each, iter)
    def spellings(word):
        calls.append(word)
        return ["spelling"] * (100 if word == "many" else 1)

    for _ in range(2):
        assert spellings("word") == ["spelling"]
    assert calls == ["word"]
    for number in range(1_000, 1_100):
        spellings(str(number))
        assert spellings.kept.size <= 10 * each
    assert spellings.kept.size == 10 * each
    # One result that is too large alone is computed again, and drives nothing out.
    calls.clear()
    assert spellings("many") == spellings("many") == ["spelling"] * 100
    assert calls == ["many", "many"]
    assert spellings.kept.size == 10 * each


def test_a_word_of_a_thousand_spellings_takes_its_room():
    """With a bound on the number of words alone, the cache of these would take gigabytes."""
    texts = list(lookalikes.read("333σσσ!ббб000uuuкbв666кккбббiiiкккәәә666").texts())
    in_memory = sum(map(sys.getsizeof, texts))
    assert in_memory > 300_000
    assert in_memory < weight_of(texts) < 2 * in_memory


def test_caches_of_a_word_are_bounded_by_its_length():
    """Cached functions of one word use `word_cache`; caches of whole texts have few entries."""
    for module in (fingerprints, hyperlinks, inflection, latin, lookalikes):
        for name, function in inspect.getmembers(module):
            if hasattr(function, "cache_parameters") and function.__module__ == module.__name__:
                most = function.cache_parameters()["maxsize"]
                assert most is None or most <= 64, name


def test_lists_remember_no_long_words():
    matched = wordlist.compiled(ListVersion.of(["дурак", "болван*"]))
    hostile = f"{LONG} {'q' * 100} {'болван' + 'а' * 100} {'durak' * 30} дур{'0' * 100}ак"
    assert [match.entry for match in matched.matches(hostile)]
    matched.resemblances(hostile)
    kept = [pieces._known]
    for one in _objects_of(matched):
        kept += [value for value in vars(one).values() if isinstance(value, dict | set)]
    words = [word for cache in kept for word in cache if isinstance(word, str)]
    assert words
    assert not [word for word in words if len(word) > LONGEST_WORD]


def _objects_of(matched):
    """The word list and the indexes that it has."""
    found, todo = [], [matched]
    while todo:
        one = todo.pop()
        if isinstance(one, wordlist.WordList | index.WordIndex | resembling.Resembling):
            found.append(one)
            todo += list(vars(one).values())
    return found
