"""The children that read untrusted files, started by a fork of a process with their libraries.

A child that the product starts takes most of a second to import them. Here the module's own `main`
runs in the fork, with the same limits, standard streams, arguments and exit codes.
"""

import contextlib
import gc
import importlib
import io
import json
import os
import selectors
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from typing import IO, Any

import psutil


@dataclass(frozen=True, slots=True)
class Cost:
    """The processor time and memory of one child, and the signal that ended it, or 0."""

    cpu: float
    memory: int
    signal: int


class WarmChild:
    """Replaces `core.children._run` for one module. `cost` is that of the last child."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.cost: Cost | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def run(
        self, command: list[str], content: bytes, seconds: float
    ) -> subprocess.CompletedProcess[bytes]:
        assert command[1:3] == ["-m", self.module]
        to, of = self._process.stdin, self._process.stdout
        assert to
        assert of
        _write(to, {"arguments": command[2:], "seconds": seconds}, content)
        header, output, errors = _read(of)
        self.cost = Cost(header["cpu"], header["memory"], max(0, -header["code"]))
        if header["late"]:
            raise subprocess.TimeoutExpired(command, seconds)
        return subprocess.CompletedProcess(command, header["code"], output, errors)

    def left_behind(self) -> list[psutil.Process]:
        """Return the processes that outlived their child."""
        return psutil.Process(self._process.pid).children(recursive=True)

    def close(self) -> None:
        self._process.communicate()


def _write(stream: IO[bytes], header: dict[str, Any], *parts: bytes) -> None:
    header["sizes"] = [len(part) for part in parts]
    stream.write(json.dumps(header).encode() + b"\n")
    for part in parts:
        stream.write(part)
    stream.flush()


def _read(stream: IO[bytes]) -> list[Any]:
    line = stream.readline()
    if not line:
        raise EOFError
    header = json.loads(line)
    return [header, *(stream.read(size) for size in header["sizes"])]


def serve(name: str) -> None:
    module = _module(name)
    # What is imported stays: a child must neither walk nor copy it.
    gc.collect()
    gc.freeze()
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    with contextlib.suppress(EOFError):
        while True:
            header, content = _read(requests)
            reply, output, errors = _fork(module, header["arguments"], content, header["seconds"])
            _write(replies, reply, output, errors)


def _module(name: str) -> Any:
    module = importlib.import_module(name)
    # Of a package, `python -m` runs the module of this name.
    return importlib.import_module(f"{name}.__main__") if hasattr(module, "__path__") else module


def _fork(
    module: Any, arguments: list[str], content: bytes, seconds: float
) -> tuple[dict[str, Any], bytes, bytes]:
    (out, out_end), (err, err_end) = os.pipe(), os.pipe()
    given = os.memfd_create("content")
    with os.fdopen(os.dup(given), "wb") as file:
        file.write(content)
    os.lseek(given, 0, os.SEEK_SET)
    pid = os.fork()
    if not pid:
        for at, end in enumerate((given, out_end, err_end)):
            os.dup2(end, at)
        os.closerange(3, 256)
        os._exit(_main(module, arguments))
    for end in (given, out_end, err_end):
        os.close(end)
    outputs, is_late = _collected(out, err, pid, time.monotonic() + seconds)
    _pid, status, usage = os.wait4(pid, 0)
    reply = {
        "code": os.waitstatus_to_exitcode(status),
        "late": is_late,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * 1024,
    }
    return reply, outputs[out], outputs[err]


def _main(module: Any, arguments: list[str]) -> int:
    """Run the module as Python runs a program, and return its exit code."""
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), "utf-8")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "wb", closefd=False)), "utf-8")
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(2, "wb", closefd=False)), "utf-8", "backslashreplace"
    )
    sys.argv = arguments
    code = 0
    try:
        module.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - as the interpreter does
        traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    return code


def _collected(out: int, err: int, pid: int, until: float) -> tuple[dict[int, bytes], bool]:
    """Return what came from both pipes, and whether the child had to be ended."""
    outputs, is_late = {out: b"", err: b""}, False
    with selectors.DefaultSelector() as selector:
        for end in outputs:
            selector.register(end, selectors.EVENT_READ)
        while selector.get_map():
            events = selector.select(None if is_late else max(0, until - time.monotonic()))
            if not events:
                os.kill(pid, signal.SIGKILL)
                is_late = True
            for key, _mask in events:
                part = os.read(key.fd, 1 << 16)
                outputs[key.fd] += part
                if not part:
                    selector.unregister(key.fd)
                    os.close(key.fd)
    return outputs, is_late


if __name__ == "__main__":
    serve(sys.argv[1])
