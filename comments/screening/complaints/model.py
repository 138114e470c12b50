"""A learned model for the complaints that no rule describes.

Logistic regression over the beginnings of words, their meanings, topics and endings, and over pairs
of these in one comment. `train.py` writes the weights.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import combinations
from math import fsum, sqrt
from pathlib import Path
from typing import NamedTuple

from comments.screening.complaints.lexicon import lexicon
from comments.screening.complaints.topics import topics
from comments.screening.words.inflection import is_proper_name

WEIGHTS = Path(__file__).with_name("weights.json")
# Weights and the threshold are stored as whole numbers, so that rounding errors do not change them.
SCALE = 100
# A text with fewer features counts as one with so many: one or two words prove little.
FEWEST = 12
_TOKEN = re.compile(r"[а-я]+|\d+|[?!.…,«»\n]")
_STEM, _INFLECTED = 5, 5
_ENDINGS = {
    "you": re.compile("(?:[еий]те(?:сь)?)$"),
    "they did": re.compile("(?:[аиеыяу]ли|лись)$"),
    "they do": re.compile("(?:[юуая]т|[юуая]тся)$"),
    "does": re.compile("(?:[еи]т|[еи]тся)$"),
    "done": re.compile("(?:[ае]н[оаы]?)$"),
}
_PAIRED = frozenset(
    "не а у это как что кто где зачем почему откуда так есть нет ни лишь хоть же ? ! #".split()  # noqa: SIM905
)
# «Марина, вы ошибаетесь» is said to another reader.
_ADDRESSED = re.compile(r"(?:^|[,.!?] )([А-ЯЁ][а-яё]+)(?=,|$|[.!?])")
_CORRECTED = re.compile(r"не [^.!?,]{1,40}, а |, а не | а не ")
_EVIDENCE = 3


class Weights(NamedTuple):
    bias: float
    threshold: float
    features: Mapping[str, float]
    # Those of pairs, by the first feature and then by the second.
    pairs: Mapping[str, Mapping[str, float]]


def weights_of(flat: Mapping[str, float], bias: float, threshold: float = 0) -> Weights:
    features: dict[str, float] = {}
    pairs: dict[str, dict[str, float]] = {}
    for name, weight in flat.items():
        first, _, second = name.partition(" & ")
        if second:
            pairs.setdefault(first, {})[second] = weight
        else:
            features[name] = weight
    return Weights(bias, threshold, features, pairs)


@cache
def stored() -> Weights:
    content = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    flat = {name: weight / SCALE for name, weight in content["weights"].items()}
    return weights_of(flat, content["bias"] / SCALE, content["threshold"] / SCALE)


def all_features(text: str, folded: str) -> set[str]:
    """Return every feature of the text, for training."""
    single = _single(text, folded)
    return single | {" & ".join(pair) for pair in combinations(_paired(single), 2)}


def score(text: str, folded: str, weights: Weights) -> float:
    return _score(_single(text, folded), weights)


def spans(text: str, folded: str) -> Iterator[tuple[int, int]]:
    """Yield the words that weighed most if the model takes the text for a complaint."""
    weights = stored()
    single = _single(text, folded)
    if _score(single, weights) <= weights.threshold:
        return
    gains: dict[str, float] = defaultdict(
        float, {name: weights.features.get(name, 0) for name in single}
    )
    for first, second in combinations(_paired(single), 2):
        weight = weights.pairs.get(first, {}).get(second, 0)
        gains[first] += weight / 2
        gains[second] += weight / 2
    words = [match for match in _TOKEN.finditer(folded) if match.group().isalpha()]
    words.sort(key=lambda word: -fsum(gains[name] for name in _features(word.group())))
    yield from sorted(word.span() for word in words[:_EVIDENCE])


def _score(single: set[str], weights: Weights) -> float:
    """Divide by the root of the number of features, so that a long text does not score more."""
    values = [weights.features[name] for name in single & weights.features.keys()]
    paired = set(_paired(single))
    for first in paired & weights.pairs.keys():
        row = weights.pairs[first]
        values += [row[second] for second in paired & row.keys()]
    return weights.bias + fsum(values) / sqrt(max(len(values), FEWEST))


def _paired(single: set[str]) -> list[str]:
    return sorted(name for name in single if name[0] in "@/" or name in _PAIRED)


def _single(text: str, folded: str) -> set[str]:
    tokens = _TOKEN.findall(folded)
    single: set[str] = set().union(*map(_features, set(tokens)))
    if tokens:
        single |= {f"^{name}" for name in _features(tokens[0])}
    if any(is_proper_name(match[1].lower()) for match in _ADDRESSED.finditer(text)):
        single.add("@addressed")
    if _CORRECTED.search(folded):
        single.add("@corrected")
    if text.isupper():
        single.add("capitals")
    return single


@lru_cache(maxsize=16_384)
def _features(token: str) -> frozenset[str]:
    if token.isdigit():
        return frozenset("#")
    if not token.isalpha():
        return frozenset(token)
    endings = {
        f"/{name}"
        for name, ending in _ENDINGS.items()
        if len(token) >= _INFLECTED and ending.search(token)
    }
    meanings = {f":{meaning}" for meaning in lexicon().get(token, ())}
    return frozenset({token[:_STEM], *endings, *meanings, *(f"@{one}" for one in topics(token))})
