"""Run many cases in one test: pytest spends more on an item than a small case takes."""

import pytest


def check_each(cases, check, *, name=ascii):
    """Check every case, then fail with the names of all that failed."""
    cases = list(cases)
    assert cases
    failures = []
    for case in cases:
        try:
            check(case)
        except Exception as error:  # noqa: BLE001  # as pytest would, on to the next case
            failures.append(f"{name(case)}: {type(error).__name__}: {error}")
    if failures:
        count = f"{len(failures)} of {len(cases)} cases failed"
        pytest.fail("\n".join([count, *failures]), pytrace=False)
