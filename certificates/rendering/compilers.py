"""Compile designs in use, in child processes that are kept and have limits.

Creating a compiler for each document takes half as long again, so a child keeps some. A design in
use passed a render check, but only with the data of that check: with other data its source may need
more time or memory, by design or by mistake. So the limits are those of a draft, for each document.
"""

import atexit
import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from certificates.rendering import compiler_child
from certificates.rendering.design import Design, lay_out
from certificates.rendering.errors import DoesNotFit, TooDemanding
from core.places import Places
from core.slow_requests import waiting

if TYPE_CHECKING:
    from typst import PDFStandard

FONTS = Path(__file__).parent.parent / "fonts"
# PDF/A-3, level A (ISO 19005-3) for archiving with an attachment; PDF/UA-1 (ISO 14289-1) for
# accessibility. Typst checks both and refuses to write a file that breaks them.
STANDARDS: "list[PDFStandard]" = ["a-3a", "ua-1"]
DOES_NOT_FIT = re.compile(r"does not fit: ([\w-]+)")
# Port 9 (discard) is closed here, so a request for a Typst package fails at once. No other
# variables: the environment of the web and the worker holds secrets.
_NOWHERE = "http://127.0.0.1:9"
ENVIRONMENT = {"PYTHONUTF8": "1", "HTTPS_PROXY": _NOWHERE, "HTTP_PROXY": _NOWHERE}
# Children of one process, and how long a document waits for one of them.
_AT_ONCE, _PATIENCE = 2, 10
# Wall time, more than the child's own limit: that counts processor time, which is scarce on a busy
# machine, and does not end a child that only waits.
_SECONDS = 20
# Typst keeps what it has computed; a new child begins with little memory.
_DOCUMENTS_OF_CHILD = 500

_places = Places(_AT_ONCE, patience=_PATIENCE)
_laying_out = threading.Lock()


class CompileError(RuntimeError):
    """A design that passed its render check does not compile with these data."""


def compile_design(
    design: Design,
    inputs: dict[str, str],
    *,
    form: Literal["pdf", "png"],
    timestamp: int,
    ppi: float | None = None,
) -> bytes:
    """Return one page.

    Raises `DoesNotFit` if a text does not fit at any of its sizes, `TooDemanding` at the limits of
    time and memory, and `Busy` if no child is free for a long time.
    """
    request = {
        "main": str(_laid_out(design)),
        "fonts": str(FONTS),
        "inputs": inputs,
        "form": form,
        "ppi": ppi,
        "standards": STANDARDS if form == "pdf" else [],
        "timestamp": timestamp,
    }
    with waiting(long=True), _places.take():
        # The memory of a child is that of all its documents. A document that it cannot make is
        # tried once more in a new one, so that none fails because of those before it.
        reply = _asked(request) or _asked(request, is_new=True)
    if reply is None:
        raise TooDemanding
    return _page(reply)


def _page(reply: Mapping[str, Any]) -> bytes:
    if "page" in reply:
        return base64.b64decode(reply["page"])
    if "pages" in reply:
        raise TypeError("a template must make exactly one page")
    match = DOES_NOT_FIT.search(reply["error"])
    if match is None:
        raise CompileError(reply["error"])
    raise DoesNotFit(match[1])


def _asked(request: Mapping[str, Any], *, is_new: bool = False) -> Mapping[str, Any] | None:
    """Return the child's reply, or None if it ended or was ended at a limit."""
    with _children.lent(is_new=is_new) as child:
        return child.ask(request)


class _Child:
    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own program, no shell
            [sys.executable, compiler_child.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
        )
        self._documents_left = _DOCUMENTS_OF_CHILD

    @property
    def is_usable(self) -> bool:
        return self._documents_left > 0 and self._process.poll() is None

    def ask(self, request: Mapping[str, Any]) -> Mapping[str, Any] | None:
        self._documents_left -= 1
        if self._process.stdin is None or self._process.stdout is None:
            return None
        alarm = threading.Timer(_SECONDS, self._process.kill)
        alarm.start()
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            alarm.cancel()
        if line.endswith(b"\n"):
            reply: Mapping[str, Any] = json.loads(line)
            return reply
        self.end()
        return None

    def end(self) -> None:
        self._process.kill()
        self.close()
        self._process.wait()

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                # What was not sent cannot be flushed to a child that is gone.
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue


class _Children:
    """The children of this process that wait for a document."""

    def __init__(self) -> None:
        self._idle: list[_Child] = []
        self._lock = threading.Lock()

    @contextmanager
    def lent(self, *, is_new: bool) -> Iterator[_Child]:
        with self._lock:
            child = self._idle.pop() if self._idle and not is_new else _Child()
        try:
            yield child
        finally:
            self._put_back(child)

    def _put_back(self, child: _Child) -> None:
        with self._lock:
            if child.is_usable and len(self._idle) < _AT_ONCE:
                self._idle.append(child)
                return
        child.end()

    def forget(self) -> None:
        """Leave the children to the parent of this fork: two must not speak with one child."""
        for child in self._idle:
            child.close()
        # A new lock: one that another thread held at the fork would stay locked.
        self._idle, self._lock = [], threading.Lock()

    def end(self) -> None:
        while self._idle:
            self._idle.pop().end()


_children = _Children()
os.register_at_fork(after_in_child=_children.forget)
atexit.register(_children.end)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder of this process alone, which no other user can write to."""
    return tempfile.TemporaryDirectory(prefix="otklik-designs-")


def _laid_out(design: Design) -> Path:
    design.refuse_foreign_code()
    # Threads share the folder: without the lock one could compile what another is still writing.
    with _laying_out:
        folder = Path(_folder().name) / design.digest
        if not folder.exists():
            folder.mkdir()
            lay_out(design, folder)
    return folder / "main.typ"
