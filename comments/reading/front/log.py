"""The line of the log for each answer from memory, as the middleware writes it for others.

A request only notes what the line says. Another thread writes the lines: each write gives up the
interpreter, and a reader would wait for it while others compute.
"""

import atexit
import threading
import time
import uuid
from collections import deque
from datetime import UTC, datetime
from multiprocessing.util import Finalize
from typing import Any

import structlog
from django.core.handlers.wsgi import get_path_info
from django.utils.encoding import escape_uri_path, iri_to_uri

_MIDDLEWARE = "django_structlog.middlewares.request"
# Seconds between two writes, and lines that are noted before a request writes them itself.
_INTERVAL, _MOST = 0.2, 5_000

_Line = tuple[float, str, str, str, str | None, str]


def url_of(path_info: str, query: str) -> str:
    """Return the URL as the middleware writes it, from two values of WSGI."""
    path = escape_uri_path(get_path_info({"PATH_INFO": path_info}))
    return f"{path}?{iri_to_uri(query)}" if query else path


class Log:
    def __init__(self, *, starts_thread: bool) -> None:
        self._starts_thread = starts_thread
        self._lines: deque[_Line] = deque()
        self._writing = threading.Lock()
        self._writer: threading.Thread | None = None
        self._logger = structlog.get_logger(_MIDDLEWARE)

    def add(self, environ: dict[str, Any], status: str, url: str, client: str) -> None:
        request_id = environ.get("HTTP_X_REQUEST_ID")
        self._lines.append(
            (time.time(), status, environ["REQUEST_METHOD"], url, request_id, client)
        )
        if self._starts_thread and self._writer is None:
            self._start()
        if len(self._lines) > _MOST:
            self.write()

    def write(self) -> None:
        """Write what is noted."""
        with self._writing:
            for _ in range(len(self._lines)):
                at, status, method, url, request_id, client = self._lines.popleft()
                self._logger.info(
                    "request_finished",
                    code=int(status[:3]),
                    request=f"{method} {url}",
                    request_id=request_id or str(uuid.uuid4()),
                    ip=client,
                    timestamp=datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z"),
                )

    def _start(self) -> None:
        with self._writing:
            if self._writer is not None:
                return
            self._writer = threading.Thread(target=self._keep_writing, daemon=True)
            self._writer.start()
        # Processes that a server has forked end by the second way alone.
        atexit.register(self.write)
        Finalize(None, self.write, exitpriority=1)

    def _keep_writing(self) -> None:
        while True:
            time.sleep(_INTERVAL)
            self.write()
