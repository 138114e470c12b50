import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

from . import migrated, postgresql, valkey
from .state import AlreadyRunningError, claimed


@contextmanager
def running(directory: Path) -> Iterator[dict[str, str]]:
    """Run the servers that DATABASE_URL and REDIS_URL do not name; yield both addresses.

    The data stay in `directory`. Raises AlreadyRunningError where another process runs them.
    """
    with claimed(directory), _running(directory, durable=True) as environment:
        yield with_two_roles(environment)


@contextmanager
def running_for_tests(
    directory: Path, *, with_migrated_database: bool = False, durable: bool = False
) -> Iterator[dict[str, str]]:
    """Run temporary servers, non-durable by default; yield their addresses and a VAR_DIR.

    They are empty, but for the migrated database where it is asked for: MIGRATED_DATABASE names it,
    and is empty if DATABASE_URL names another server. Parallel test runs get separate servers.
    """
    with ExitStack() as stack:
        place = _claim_free_place(directory, stack)
        _empty(place)
        stack.callback(_empty, place)
        own = {"VAR_DIR": str(place / "var")}
        if with_migrated_database:
            own["MIGRATED_DATABASE"] = _provide_migrated_database(place, directory)
        yield stack.enter_context(_running(place, durable=durable)) | own


def with_two_roles(environment: Mapping[str, str]) -> dict[str, str]:
    """Add the URL of the role that the product works as, which does not own its tables.

    If DATABASE_URL is set, the environment is returned unchanged.
    """
    if "DATABASE_URL" in os.environ:
        return dict(environment)
    owner = environment["DATABASE_URL"]
    roles = {"DATABASE_URL": postgresql.application_url(owner), "DATABASE_OWNER_URL": owner}
    return {**environment, **roles}


@contextmanager
def _running(directory: Path, *, durable: bool) -> Iterator[dict[str, str]]:
    environment = {
        name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ
    }
    with ExitStack() as stack:
        if "DATABASE_URL" not in environment:
            database = postgresql.start(directory / "postgresql", durable=durable)
            stack.callback(database.stop)
            environment["DATABASE_URL"] = database.url
        if "REDIS_URL" not in environment:
            broker = valkey.start(directory / "valkey", durable=durable)
            stack.callback(broker.stop)
            environment["REDIS_URL"] = broker.url
        yield environment


def _provide_migrated_database(place: Path, directory: Path) -> str:
    if "DATABASE_URL" in os.environ:
        return ""
    migrated.provide(place / "postgresql", kept_in=directory)
    return migrated.DATABASE


def _claim_free_place(directory: Path, stack: ExitStack) -> Path:
    for number in count():
        place = directory / str(number)
        try:
            stack.enter_context(claimed(place))
        except AlreadyRunningError:
            continue
        return place
    raise AssertionError("numbers do not end")


def _empty(place: Path) -> None:
    for folder in ("postgresql", "valkey", "var"):
        shutil.rmtree(place / folder, ignore_errors=True)
