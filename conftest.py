"""How the tests are shared out between the processes of `pytest -n`."""

from typing import TYPE_CHECKING

from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    import pytest
    from xdist.remote import Producer

# What starts whole processes for many tests starts them once, so one process runs all of these.
_TOGETHER = ("tests/functional/", "tests/config/test_compose.py", "tests/devserver/test_start.py")


class _Shares(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in _TOGETHER if nodeid.startswith(place)), nodeid)


def pytest_xdist_make_scheduler(config: "pytest.Config", log: "Producer") -> LoadScopeScheduling:
    return _Shares(config, log)
