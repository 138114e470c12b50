"""Control what surrounds the processes: networks to cut, disks to fill, and a clock to set."""

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from tests.support.soak.clock import Clock, clock_in
from tests.support.soak.disk import MEBIBYTE, Disk, small_disk
from tests.support.soak.network import Link, linked

# Enough for hours of load, and what fills them fits into the memory of a small machine.
_DATABASE_SIZE, _FILES_SIZE = 512 * MEBIBYTE, 1024 * MEBIBYTE


@dataclass
class Forces:
    """The disks are those of the cluster of PostgreSQL and of the product's files."""

    clock: Clock
    database_disk: Disk
    files_disk: Disk
    # Between our processes and a server, by the name of the variable that leads there.
    networks: dict[str, Link] = field(default_factory=dict)
    _proxies: ExitStack = field(default_factory=ExitStack)

    def lead(self, name, url):
        """Return a URL that leads to the server at `url` through a separate network."""
        self.networks[name] = self._proxies.enter_context(linked(url))
        return self.networks[name].url(url)


@contextmanager
def surroundings(folder):
    """Prepare disks and a clock in a folder."""
    with (
        small_disk(folder / "database", _DATABASE_SIZE) as database,
        small_disk(folder / "files", _FILES_SIZE) as files,
    ):
        forces = Forces(clock_in(folder), database, files)
        with forces._proxies:
            yield forces
