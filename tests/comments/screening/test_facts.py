"""Every case of the facts file; larger files of the same kind go to `manage.py check_wordlist`."""

import json
from pathlib import Path

from comments.screening.words.wordlist import ListVersion, compiled
from tests.support.cases import check_each

# The second holds more of the same kind: each rule by each trick, two tricks at once, innocents.
CASES = [
    case
    for name in ("wordlist.json", "wordlist_kin.json")
    for case in json.loads(Path("tests/data", name).read_text(encoding="utf-8"))
]


def test_the_list_matches_exactly_what_it_should():
    def check(case):
        word_list = compiled(ListVersion.of(case["entries"]))
        assert bool(word_list.matches(case["text"])) is case["match"]

    check_each(CASES, check, name=lambda case: ascii(case["text"]))
