import json

import pytest
from django.core.management import CommandError, call_command

from tests.support.paths import DATA


@pytest.fixture
def file_of(tmp_path):
    def write(text):
        path = tmp_path / "cases.json"
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        return path

    return write


def case(value, slip, fix, **more):
    return {"field": "surname", "value": value, "slip": slip, "fix": fix, **more}


@pytest.mark.parametrize(("name", "count"), [("slips.json", 24), ("slips_kin.json", 838)])
def test_cases_that_agree_are_counted(name, count, capsys):
    call_command("check_slips", DATA / name)
    assert capsys.readouterr().out == f"{count} cases, none differs.\n"


def test_every_case_that_differs_is_printed(file_of, capsys):
    cases = [
        case("Ивaнова", None, None),
        case("Иванова", "all_caps", "Иванова"),
        case("иванова", "no_capital", "Ивановa"),
        case("Цой", None, None),
    ]
    with pytest.raises(SystemExit) as stopped:
        call_command("check_slips", file_of(cases))
    assert stopped.value.code == 1
    printed = capsys.readouterr().out
    assert printed.count("expected:") == 3
    assert "surname: '\\u0418\\u0432a\\u043d\\u043e\\u0432\\u0430' Ивaнова" in printed
    assert "got:      mixed_script" in printed
    assert printed.endswith("3 of 4 cases differ.\n")


def test_unknown_keys_of_a_case_are_ignored(file_of, capsys):
    cases = [case("Цой", None, None, note="short"), case("a", None, None) | {"field": "shoe"}]
    call_command("check_slips", file_of(cases))
    assert capsys.readouterr().out == "2 cases, none differs.\n"


def test_other_answers_of_a_case_are_used(file_of, capsys):
    cases = [case("Smith", "other_alphabet", None, others={"given_name": "Мария"})]
    call_command("check_slips", file_of(cases))
    assert "1 cases, none differs." in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "3",
        '{"field": "surname"}',
        "[3]",
        '[{"field": "surname"}]',
        '[{"field": "surname", "value": 3, "slip": null, "fix": null}]',
    ],
)
def test_broken_file_is_reported(file_of, text):
    with pytest.raises(CommandError, match="is not a list of cases") as stopped:
        call_command("check_slips", file_of(text))
    assert stopped.value.returncode == 2


def test_missing_file_is_reported(tmp_path):
    with pytest.raises(CommandError, match="No such file") as stopped:
        call_command("check_slips", tmp_path / "nothing.json")
    assert stopped.value.returncode == 2
