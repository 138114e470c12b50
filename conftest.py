"""Mark what `make unit` leaves out, and share the tests between the processes of `pytest -n`."""

from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer

# What starts whole processes for many tests starts them once, so one process runs all of these.
_TOGETHER = ("tests/functional/", "tests/config/test_compose.py", "tests/devserver/test_start.py")


# Tests that start a browser or processes of ours, copy the tree, or ask the whole API schema.
_NOT_UNIT = (
    "tests/functional/",
    "tests/devserver/",
    "tests/config/test_compose.py",
    "tests/config/test_hooks.py",
    "tests/architecture/test_recipe_",
    "tests/architecture/test_schema.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        place = item.path.relative_to(config.rootpath).as_posix()
        fixtures = item.fixturenames if isinstance(item, pytest.Function) else ()
        uses_browser = place.startswith("tests/pages/") and "page" in fixtures
        if place.startswith(_NOT_UNIT) or uses_browser:
            item.add_marker(pytest.mark.whole)


class _Shares(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in _TOGETHER if nodeid.startswith(place)), nodeid)


def pytest_xdist_make_scheduler(config: "pytest.Config", log: "Producer") -> LoadScopeScheduling:
    return _Shares(config, log)
