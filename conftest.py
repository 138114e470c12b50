"""Mark what `make unit` leaves out, and share the tests between the processes of `pytest -n`."""

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadScopeScheduling, WorkStealingScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.workermanage import WorkerController

_FILES_OF_THE_PRODUCT = ("tests/functional/", "tests/soak/", "tests/config/test_compose.py")
# The tests of such a file share what takes long to set up: a product, a browser, a copy of the
# project, keys. In two processes it would be set up twice.
_WHOLE_FILES = (
    *_FILES_OF_THE_PRODUCT,
    "tests/pages/",
    "tests/architecture/test_recipe_",
    "tests/certificates/signing/",
)

_LONGEST_FIRST = (
    "/test_gallery.py",
    "/test_kill_matrix.py",
    "/test_application_form.py",
    "/test_certificate_outages.py",
    "/test_compose.py",
    "/test_database_outages.py",
    "/test_desk.py",
    "/test_templates.py",
)

# Tests that are too slow for `make unit`, because they
# - start a browser, programs such as those of PostgreSQL or nginx, or processes of ours: each
#   inspection of a PDF, each reading of a table, each check of a draft and each compiler in a child
#   with limits is one, so those who issue certificate after certificate belong here;
# - do one thing many times: guess a password or a code a hundred times, mutate files, act at
#   random, compare texts with long word lists;
# - copy the tree; or
# - walk the whole API schema, every URL (for every role, too), every form, every route of the
#   outbox, every e-mail or every list.
_NOT_UNIT = (
    "tests/functional/",
    "tests/soak/",
    "tests/devserver/",
    "tests/config/test_compose.py",
    "tests/config/test_edge.py",
    "tests/config/test_hooks.py",
    "tests/config/test_settings.py",
    "tests/config/test_outbox_routes.py",
    "tests/core/test_backups.py",
    "tests/core/test_children.py",
    "tests/core/test_static_files.py",
    "tests/accounts/web/test_guesses.py",
    "tests/accounts/web/test_openid.py",
    "tests/accounts/web/test_providers.py",
    "tests/accounts/web/test_social.py",
    "tests/certificates/document_templates/test_render_checks.py",
    "tests/certificates/applications/test_corrections.py",
    "tests/certificates/applications/test_sanctioned.py",
    "tests/certificates/delivery/test_bounces.py",
    "tests/certificates/delivery/test_send.py",
    "tests/certificates/issuing/",
    "tests/certificates/register/test_erasure.py",
    "tests/certificates/register/test_revocation.py",
    "tests/certificates/rendering/test_compilers.py",
    "tests/certificates/rendering/test_render_document.py",
    "tests/certificates/test_exactly_once.py",
    "tests/certificates/web/test_programmes.py",
    "tests/certificates/web/test_registrar.py",
    "tests/certificates/signing/test_alterations.py",
    "tests/certificates/signing/test_reports.py",
    "tests/certificates/signing/test_keys.py",
    "tests/certificates/verification/",
    "tests/certificates/imports/",
    "tests/architecture/test_recipe_",
    "tests/architecture/test_administration.py",
    "tests/architecture/test_bounds.py",
    "tests/architecture/test_action_bounds.py",
    "tests/architecture/test_assignment.py",
    "tests/architecture/test_csrf.py",
    "tests/architecture/test_docs.py",
    "tests/architecture/test_doors.py",
    "tests/architecture/test_doors_closed.py",
    "tests/architecture/test_equal_time.py",
    "tests/architecture/test_headers.py",
    "tests/architecture/test_inputs.py",
    "tests/architecture/test_page_forms.py",
    "tests/architecture/test_schema.py",
    "tests/architecture/test_settings_pages.py",
    "tests/accounts/test_matrix.py",
    "tests/certificates/test_application_matrix.py",
    "tests/certificates/test_register_matrix.py",
    "tests/certificates/admin/test_template_matrix.py",
    "tests/comments/api/test_access.py",
    "tests/comments/web/test_access.py",
    "tests/comments/web/desk/test_access.py",
    "tests/webhooks/test_access.py",
    "tests/certificates/test_hostile.py",
    "tests/certificates/test_mutated_files.py",
    "tests/emails/",
    "tests/comments/screening/test_one_look.py",
    "tests/comments/screening/test_resemblances.py",
    "tests/comments/test_query_counts.py",
    "tests/comments/test_state_machine.py",
)


def _is_unit_run(config: pytest.Config) -> bool:
    return bool(config.option.markexpr == "not whole")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not import what `make unit` would deselect."""
    place = f"{collection_path.relative_to(config.rootpath).as_posix()}/"
    return True if _is_unit_run(config) and place.startswith(_NOT_UNIT) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        place = item.path.relative_to(config.rootpath).as_posix()
        fixtures = item.fixturenames if isinstance(item, pytest.Function) else ()
        uses_browser = place.startswith("tests/pages/") and "page" in fixtures
        if place.startswith(_NOT_UNIT) or uses_browser:
            item.add_marker(pytest.mark.whole)
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: _turn(item.nodeid))


def _turn(nodeid: str) -> int:
    """Return the order of a test: of those of the running product the longest files come first, so
    that the processes end nearly together."""
    if nodeid.startswith(_FILES_OF_THE_PRODUCT):
        turns = (turn for turn, long in enumerate(_LONGEST_FIRST, 2) if long in nodeid)
        return next(turns, 2 + len(_LONGEST_FIRST))
    return int(nodeid.startswith(_NOT_UNIT))


def pytest_collection() -> None:
    # As `config` does: what is imported and collected is no garbage.
    gc.disable()


def pytest_collection_finish() -> None:
    # It stays to the end: the garbage collector need not walk it again.
    gc.collect()
    gc.freeze()
    gc.enable()
    # What a test makes and leaves is small beside what is imported.
    gc.set_threshold(50_000)


class _Shares(LoadScopeScheduling):
    """Half of the processes begin with the tests of the running product, the others with the rest.

    The former wait much, the latter compute. Each process that runs any of the former starts a
    separate product and a browser.
    """

    def _assign_work_unit(self, node: "WorkerController") -> None:
        nodes = self.nodes
        is_for_product = nodes.index(node) < len(nodes) // 2
        for scope in self.workqueue:
            if scope.startswith(_FILES_OF_THE_PRODUCT) is is_for_product:
                self.workqueue.move_to_end(scope, last=False)
                break
        super()._assign_work_unit(node)

    def _split_scope(self, nodeid: str) -> str:
        is_shared = nodeid.startswith(_WHOLE_FILES)
        return nodeid.partition("::")[0] if is_shared else nodeid


def pytest_xdist_make_scheduler(
    config: pytest.Config, log: "Producer"
) -> LoadScopeScheduling | WorkStealingScheduling:
    if _is_unit_run(config):
        # Thousands of short tests: whole stretches of them at once, and no product to start.
        return WorkStealingScheduling(config, log)
    # Keep the order of collection.
    config.option.loadscopereorder = False
    return _Shares(config, log)
