"""A test of many cases reports each case that fails."""

import pytest

from tests.support.cases import check_each


def check(number):
    assert 6 % number == 0


def test_all_failed_cases_are_named():
    with pytest.raises(pytest.fail.Exception) as failure:
        check_each([1, 4, 2, 0, 5], check)
    first, *lines = str(failure.value).splitlines()
    assert first == "3 of 5 cases failed"
    names = [line.partition(": ")[:3:2] for line in lines if line[:2] in {"4:", "0:", "5:"}]
    assert [name for name, _ in names] == ["4", "0", "5"]
    assert names[0][1].startswith("AssertionError")
    assert names[1][1].startswith("ZeroDivisionError")


def test_no_case_at_all_is_a_failure():
    with pytest.raises(AssertionError):
        check_each([], check)
