"""One look at the entries of all lists decides nothing that the lists alone would not decide."""

import json
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest
from django.utils import timezone

from comments.screening import Draft, Facts, Policy
from comments.screening.default_lists import DefaultListKind, default_entries
from comments.screening.facts import NamedList
from comments.screening.phases import wording
from comments.screening.words.wordlist import ListVersion, compiled

NOW = timezone.now()
FACTS = Facts(registered_at=NOW)
DEFAULT = {
    kind: [tuple(default_entries(kind, language)) for language in ("ru", "en")]
    for kind in DefaultListKind
}
TEXTS = [
    line
    for name in ("disguised_words.txt", "ordinary_texts.txt", "innocent_words.txt")
    for line in Path("tests/data", name).read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("# ")
]
CASES = list(
    chain.from_iterable(
        json.loads(Path("tests/data", name).read_text(encoding="utf-8"))
        for name in ("wordlist.json", "wordlist_kin.json")
    )
)


def policy_of(banned, suspect):
    named = [
        tuple(NamedList(f"list {n}", compiled(ListVersion.of(one))) for n, one in enumerate(lists))
        for lists in (banned, suspect)
    ]
    entries = chain.from_iterable([*banned, *suspect])
    every_entry = compiled(ListVersion.of(dict.fromkeys(entries)))
    return Policy(banned=named[0], suspect=named[1], every_entry=every_entry)


def verdicts(text, policy):
    draft = Draft(text, NOW)
    return wording.banned(draft, FACTS, policy), wording.suspect(draft, FACTS, policy)


def assert_same(text, policy):
    assert verdicts(text, policy) == verdicts(text, replace(policy, every_entry=None)), text


def test_default_lists():
    policy = policy_of(DEFAULT[DefaultListKind.BANNED], DEFAULT[DefaultListKind.SUSPECT])
    for text in TEXTS:
        assert_same(text, policy)


@pytest.mark.parametrize("part", range(4))
def test_lists_of_all_kinds(part):
    for case in CASES[part::4]:
        entries = case["entries"]
        assert_same(case["text"], policy_of([entries[::2]], [entries[1::2], entries[::3]]))


def test_most_texts_are_looked_at_once(monkeypatch):
    policy = policy_of(DEFAULT[DefaultListKind.BANNED], DEFAULT[DefaultListKind.SUSPECT])
    monkeypatch.setattr(wording, "_matches", None)
    monkeypatch.setattr(wording, "_resemblances", None)
    verdicts("Хорошая статья, спасибо автору: в школе было именно так.", policy)
