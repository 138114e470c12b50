import io
import json

import pytest
from django.core.management import CommandError, call_command

GOOD = {"entries": ["дурак"], "text": "дураки", "match": True, "from": "own"}


@pytest.fixture
def check(tmp_path):
    def run(content):
        path = tmp_path / "cases.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        printed = io.StringIO()
        try:
            call_command("check_wordlist", path, stdout=printed)
        except SystemExit as ended:
            return ended.code, printed.getvalue()
        return 0, printed.getvalue()

    return run


def test_a_file_without_differences_is_counted(check):
    assert check([GOOD, GOOD]) == (0, "2 cases, none differs.\n")


def test_every_case_that_differs_is_printed(check):
    unexpected, missing = GOOD | {"match": False}, GOOD | {"text": "сабля\u200b"}

    code, printed = check([unexpected, GOOD, missing])

    assert code == 1
    assert 'text:     "дураки"\nexpected: no match\ngot:      match' in printed
    assert 'text:     "сабля\u200b"\nexpected: match\ngot:      no match' in printed
    assert printed.endswith("2 of 3 cases differ.\n")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[{", "is not JSON"),
        ({"entries": []}, "should hold a list"),
        (["text"], "Case 1 is not an object"),
        ([GOOD, GOOD | {"entries": "дурак"}], "Case 2 should have entries"),
        ([GOOD, GOOD | {"match": 1}], "Case 2 should have entries"),
        ([GOOD | {"entries": ["*"]}], "Case 1 has an entry with nothing to match: *"),
    ],
)
def test_a_broken_file_is_reported_in_a_sentence(check, content, sentence):
    with pytest.raises(CommandError, match=sentence.replace("*", r"\*")) as refusal:
        check(content)

    assert refusal.value.returncode == 2


def test_a_missing_file_is_reported_in_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file") as refusal:
        call_command("check_wordlist", tmp_path / "none.json")

    assert refusal.value.returncode == 2
