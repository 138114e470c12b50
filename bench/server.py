"""Start the product as in production, its ceilings and its edge, each on a port of its own."""

import json
import os
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from email.message import Message
from pathlib import Path

from devserver import processes
from devserver.embedded.valkey import free_port
from devserver.processes import Process
from devserver.supervisor import running_together
from tests.support.edge import running_edge

# As in docker-compose.yml.
WORKERS = 2
_GZIP_STATIC = """
worker_processes auto;
pid {folder}/static.pid;
error_log stderr warn;
daemon off;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  sendfile on;
  keepalive_requests 1000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  default_type application/json;
  server {{
    listen 127.0.0.1:{port};
    root {folder};
    gzip_static on;
  }}
}}
"""


def production(**more: str) -> dict[str, str]:
    """Return the settings of a process in production, whose lines of the log go to a file."""
    return {
        "DEMO": "0",
        "LOG_LEVEL": "INFO",
        "TRUSTED_PROXY_COUNT": "1",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        **more,
    }


@contextmanager
def serving(
    folder: Path,
    name: str,
    environment: Mapping[str, str],
    *,
    application: str = "",
    at: str = "",
) -> Iterator[str]:
    """Serve the product, or another WSGI application, by Granian; yield its address."""
    port = int(at.rpartition(":")[2]) if at else free_port()
    options = {"application": application} if application else {}
    process = processes.web(port, workers=WORKERS, name=name, **options)
    with running_together([process], logs=folder, environment=environment):
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/healthz")
        yield address


@contextmanager
def serving_files(folder: Path) -> Iterator[str]:
    """Serve the files of a folder by nginx, with `gzip_static`; yield the address."""
    port = free_port()
    (folder / "nginx.conf").write_text(_GZIP_STATIC.format(folder=folder, port=port))
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert nginx, "install Debian's nginx: make bench does"
    user = ["-g", "user root;"] if os.geteuid() == 0 else []
    command = (nginx, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log"), *user)
    with running_together([Process("static", command)], logs=folder):
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/page")
        yield address


@contextmanager
def serving_by_edge(folder: Path, address: str) -> Iterator[str]:
    """Put deploy/nginx.conf in front of the product; yield the address of the edge."""
    with running_edge(folder, int(address.rpartition(":")[2])) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def serving_all(
    folder: Path, pages: Mapping[str, str], counts: Mapping[str, int]
) -> Iterator[dict[str, str]]:
    """Serve the product, the edge, and the ceilings made of its answers to `pages`.

    `pages` are paths named `page` and `counts`; `counts` are those of all threads.
    """
    recorded = folder / "recorded"
    recorded.mkdir()
    (recorded / "all-counts").write_text(json.dumps(dict(counts)))
    with ExitStack() as stack:
        product = stack.enter_context(serving(folder, "product", production()))
        for name, path in pages.items():
            record(recorded, name, f"{product}{path}")
        yield {
            "product": product,
            "bare": stack.enter_context(
                serving(
                    folder,
                    "bare",
                    {"BENCH_RECORDED": str(recorded)},
                    application="bench.ceilings:application",
                )
            ),
            "static": stack.enter_context(serving_files(recorded)),
            "edge": stack.enter_context(serving_by_edge(folder, product)),
        }


def record(folder: Path, name: str, url: str) -> None:
    """Store an answer with its headers: compressed, and as `gzip_static` wants it."""
    body, headers = fetch(url, {"Accept-Encoding": "gzip"})
    (folder / name).write_bytes(body)
    if headers.get("Content-Encoding") == "gzip":
        (folder / f"{name}.gz").write_bytes(body)
    pairs = [
        pair for pair in headers.items() if pair[0].lower() not in {"date", "server", "connection"}
    ]
    (folder / f"{name}-headers").write_text(json.dumps(pairs))


def fetch(url: str, headers: Mapping[str, str]) -> tuple[bytes, Message]:
    with urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers))) as answer:
        return answer.read(), answer.headers


def wait_for(url: str, seconds: float = 120) -> None:
    """Wait until a server answers, be it with an error."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
