"""Run two releases of the product at once: this one, and the one before it."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests

from devserver.embedded import valkey
from devserver.processes import Process
from devserver.supervisor import Child, start, stop
from tests.support.paths import ROOT
from tests.support.waiting import wait_for

_KEPT = ROOT / "var/upgrade"
_SECONDS_TO_START, _SECONDS_TO_STOP = 300, 120
_SECONDS_FOR_COMMAND = 300
_CELERY = ("celery", "--quiet", "-A", "config")


@dataclass
class Release:
    """The code of a release with its own interpreter, and the processes that it runs."""

    name: str
    root: Path
    python: Path
    environment: dict[str, str]
    logs: Path
    port: int = field(default_factory=valkey.free_port)
    children: dict[str, Child] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *arguments, **environment):
        """Run `manage.py` and return what it prints."""
        result = self._run_command(arguments, environment)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def refuse(self, *arguments, **environment):
        """Run `manage.py`, which must fail, and return what it says."""
        result = self._run_command(arguments, environment)
        assert result.returncode, result.stdout + result.stderr
        return result.stderr

    def _run_command(self, arguments, environment):
        return subprocess.run(
            [self.python, "manage.py", *arguments],
            cwd=self.root,
            env=os.environ | self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS_FOR_COMMAND,
        )

    def start(self, *names):
        for name in names:
            # The supervisor starts everything in the folder of this release.
            command = ("/usr/bin/env", "-C", str(self.root), *self._command(name))
            process = Process(f"{self.name}-{name}", command)
            self.children[name] = start(process, logs=self.logs, environment=self.environment)
        if "web" in names:
            wait_for(self._answers, _SECONDS_TO_START)
        if "worker" in names:
            log = self.children["worker"].log
            wait_for(lambda: "ready" in log.read_text(errors="replace"), _SECONDS_TO_START)

    def stop(self, *names):
        """Stop processes gracefully; without names, all of them."""
        stopped = [self.children.pop(name) for name in names or tuple(self.children)]
        for child in stopped:
            child.process.terminate()
        for child in stopped:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(_SECONDS_TO_STOP)
        stop(stopped)

    def require_all(self):
        for name, child in self.children.items():
            assert child.process.poll() is None, f"{name} of the {self.name} release has ended"

    def _command(self, name):
        programs = self.python.parent
        if name == "web":
            options = ("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port))
            application = ("--blocking-threads", "6", "--no-ws", "config.wsgi:application")
            return (str(programs / "granian"), *options, *application)
        if name == "relay":
            return (str(self.python), "manage.py", "relay")
        celery = (str(programs / _CELERY[0]), *_CELERY[1:])
        if name == "beat":
            return (*celery, "beat")
        options = ("--queues", "default,mail,documents", "--concurrency", "2")
        quick = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")
        return (*celery, "worker", *options, *quick, "--hostname", f"{self.name}@%h")

    def _answers(self):
        self.require_all()
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).ok
        except requests.RequestException:
            return False


def this_release(**options) -> Release:
    return Release(name="new", root=ROOT, python=Path(sys.executable), **options)


def former_release(**options) -> Release:
    """Return the release before the first migration that was added, installed from its own lock."""
    commit = _former_commit()
    root = _KEPT / commit[:12]
    if not (root / ".installed").exists():
        shutil.rmtree(root, ignore_errors=True)
        _install(commit, root)
        (root / ".installed").touch()
    return Release(name="old", root=root, python=root / ".venv/bin/python", **options)


def _former_commit():
    added = [
        path.relative_to(ROOT)
        for path in ROOT.glob("*/migrations/0*.py")
        if not path.name.startswith("0001_")
    ]
    assert added, "no migration was added since the last release"
    log = _git("log", "--diff-filter=A", "--topo-order", "--format=%H", "--", *map(str, added))
    return _git("rev-parse", f"{log.split()[-1]}^").strip()


def _git(*arguments):
    command = ["git", "-C", ROOT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _install(commit, root):
    root.mkdir(parents=True)
    archive = root / "release.tar"
    _git("archive", f"--output={archive}", commit)
    subprocess.run(["tar", "-x", "-f", archive, "-C", root], check=True)
    uv, python = Path(sys.executable).parent / "uv", root / ".venv/bin/python"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, root / ".venv"], check=True)
    locked = [f"--requirements={root}/requirements/{name}.txt" for name in ("base", "embedded")]
    install = [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", *locked]
    subprocess.run(install, check=True)
    subprocess.run([python, "-m", "devserver.messages"], cwd=root, check=True)
