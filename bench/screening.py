"""Screening a text of 1,000 Russian characters against 5,000 entries.

    python -m devserver.embedded --durable python -m bench.screening

It is compared with two ways of looking for the same entries that know nothing of inflection or
disguise. Milliseconds of the processor.
"""

import random
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import django
from django.conf import settings
from pymorphy3 import MorphAnalyzer

from bench import machine
from bench.results import Part, Result, at_most, publish
from bench.rounds import Spread, interleave, ratio
from comments.screening import Draft, Facts, Policy, screen
from comments.screening.complaints import cues
from comments.screening.facts import NamedList
from comments.screening.fingerprints import fingerprint
from comments.screening.words.inflection import forms
from comments.screening.words.wordlist import ListVersion, WordList

ENTRIES, CHARACTERS, TEXTS, ROUNDS = 5_000, 1_000, 200, 15
SPEECH = "и в не на я что он с как это по но они мы за из у так же вы от бы уже".split()  # noqa: SIM905
WORD_LIST, WHOLE = "word list, words seen before", "the whole of screen()"
SPLIT = "baseline: split, a set of all forms"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def vocabulary() -> list[str]:
    analyzer = MorphAnalyzer(lang="ru")
    prefixes = [first + second for first in "бвгдзклмнпрст" for second in "аеиору"]
    known = analyzer.dictionary.words
    return [word for prefix in prefixes for word, _ in known.iteritems(prefix) if word.isalpha()]


def iter_texts(words: list[str], chance: random.Random) -> Iterator[str]:
    """About the mix of a real comment: two words in five are the commonest ones."""
    while True:
        text_words = [chance.choice(SPEECH if chance.random() < 0.4 else words) for _ in range(250)]
        ends = [chance.choice([" "] * 8 + [", ", ". "]) for _ in text_words]
        yield "".join(map("".join, zip(text_words, ends, strict=True)))[:CHARACTERS].capitalize()


def entries(words: list[str], chance: random.Random) -> list[str]:
    """Mostly plain words, some patterns, some phrases."""
    plain = chance.sample([word for word in words if len(word) > 7], ENTRIES)
    patterns = [f"{word[:7]}*" for word in plain[4_000:4_400]]
    patterns += [f"*{word[1:8]}*" for word in plain[4_400:4_600]]
    patterns += [f"*{word[-7:]}" for word in plain[4_600:4_700]]
    phrases = [f"{word} {other}" for word, other in zip(plain[4_700:], plain[:300], strict=True)]
    return plain[:4_000] + patterns + phrases


def timed(act: Callable[[str], object], texts: list[str]) -> float:
    """Milliseconds for one text."""
    began = time.process_time()
    for text in texts:
        act(text)
    return (time.process_time() - began) * 1_000 / len(texts)


def main() -> None:
    conditions = machine.conditions()
    settings.configure(USE_I18N=True)
    django.setup()
    chance = random.Random(20260301)
    words = chance.sample(vocabulary(), 60_000)
    stream = iter_texts(words[:20_000], chance)
    texts = [next(stream) for _ in range(TEXTS)]
    listed = entries(words[20_000:], chance)

    began = time.process_time()
    word_list = WordList(ListVersion.of(listed))
    first = (
        f"Compiling {len(listed):,} entries took {time.process_time() - began:.2f} s. Texts with "
        f"words not seen before take {timed(word_list.matches, texts):.3f} ms each."
    )

    plain = {form for entry in listed if entry.isalpha() for form in forms(entry)}
    alternation = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(plain)[:ENTRIES]))})\b")
    policy = Policy(
        banned=(NamedList("banned", word_list),), complaints_address="editor@example.org"
    )
    facts = Facts(
        registered_at=NOW - timedelta(days=100),
        published=10,
        own_recent=tuple(map(fingerprint, texts[:20])),
        site_recent=tuple(map(fingerprint, texts[20:120])),
    )
    acts: dict[str, Callable[[str], object]] = {
        WORD_LIST: word_list.matches,
        "words that look like listed ones": word_list.resemblances,
        "complaints about the publication": lambda text: list(cues(text)),
        SPLIT: lambda text: plain & set(text.lower().split()),
        "baseline: one expression of 5,000 words": lambda text: alternation.findall(text.lower()),
        WHOLE: lambda text: screen(Draft(text, NOW), facts, policy),
        "the same, 300 characters": lambda text: screen(Draft(text[:300], NOW), facts, policy),
    }
    turns = {
        name: partial(_turn, act, texts[-10:] if "expression" in name else texts)
        for name, act in acts.items()
    }
    rounds = list(interleave(turns, ROUNDS, chance))
    lines = [first, "", "| | ms | quartiles |", "|---|---|---|"]
    for name in acts:
        spread = Spread.of([figures[name] for figures in rounds])
        lines.append(f"| {name} | {spread.median:.3f} | {spread.low:.3f}–{spread.high:.3f} |")
    times = ratio(rounds, WORD_LIST, SPLIT).median
    lines += ["", f"The word list takes {times:.1f} times as long as the first baseline."]
    results = [
        Result(f"{WORD_LIST}, in ms", Spread.of([one[WORD_LIST] for one in rounds]), at_most(0.4)),
        Result(f"{WHOLE}, in ms", Spread.of([one[WHOLE] for one in rounds]), at_most(0.8)),
    ]
    conditions.append(f"Load after: {machine.load()}; {ROUNDS} rounds")
    publish(Part("Screening", conditions, lines, results))


def _turn(act: Callable[[str], object], texts: list[str], _number: int) -> float:
    return timed(act, texts)


if __name__ == "__main__":
    main()
