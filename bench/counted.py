"""The acts whose instructions `python -m bench.instructions` counts. Runs under callgrind.

One process does all of them, and none of its other threads works. What is computed is the same in
every run: texts and keys come from a seed, garbage is collected before an act and not during it,
and no answer becomes too old.
"""

import gc
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

import django

from bench.environment import set_environment

set_environment(LOG_LEVEL="INFO")
django.setup()  # models are defined in what is imported below

from django.test import Client, RequestFactory

from accounts.actions import grant_role
from accounts.models import Role, User
from bench.certificates import Desk
from bench.instructions import ACTS, COUNTED, WARM_UP
from bench.publication import Publication, settle, words
from certificates.rendering import compiler_child, compilers
from comments.models import Comment
from comments.reading.front import Front, watch
from config.wsgi import application as product

_SEED = 20261201
_TOKEN = "a" * 32

Act = Callable[[], None]


class Reader:
    """Asks the product as Granian does, without a connection."""

    def __init__(self, person: User | None = None) -> None:
        self._cookies = ""
        if person is not None:
            client = Client()
            client.force_login(person)
            session = client.cookies["sessionid"].value
            self._cookies = f"sessionid={session}; csrftoken={_TOKEN}"
        # The threads that watch for changes and write the log would be counted.
        self._application = Front(product.application, starts_threads=False)

    def get(self, path: str) -> Act:
        environ = RequestFactory().get(path, headers={"Accept-Encoding": "gzip"}).environ
        return partial(self._ask, environ, "200 OK")

    def post(self, path: str, data: dict[str, Any], status: str) -> Act:
        headers = {
            "Cookie": self._cookies,
            "X-CSRFToken": _TOKEN,
            "Idempotency-Key": f"{random.getrandbits(64):x}",
            "X-Forwarded-For": ".".join(["10", *(str(random.randrange(256)) for _ in range(3))]),
        }
        request = RequestFactory().post(path, data, "application/json", headers=headers)
        return partial(self._ask, request.environ, status)

    def _ask(self, environ: dict[str, Any], expected: str) -> None:
        statuses: list[str] = []
        # A handler reads the body once and writes into the environment.
        request = environ | {"HTTP_HOST": "127.0.0.1", "SERVER_NAME": "127.0.0.1"}
        answer = self._application(request, lambda status, *_rest: statuses.append(status))
        body = b"".join(answer)
        cast("Any", getattr(answer, "close", bool))()
        assert statuses == [expected], (statuses, body[:500])


def prepared(folder: Path) -> dict[str, Callable[[int], Sequence[Act]]]:
    """Return for each act what prepares as many of it as are asked for."""
    publication = Publication()
    reader, editor = publication.person("Чтец"), publication.person("Страж")
    grant_role(user=editor, site=publication.site, name=Role.Name.EDITOR, actor=None)
    publication.thread("hot", 100)
    publication.thread("posts", 100)
    decided = publication.thread("decided", 2 * (WARM_UP + COUNTED["decision"]), branch=1)
    settle()
    comments = iter(Comment.objects.filter(thread=decided).order_by("id"))
    anonymous, author, moderator = Reader(), Reader(reader), Reader(editor)
    desk, serials = Desk(folder), iter(range(1, 1_000))
    removal = {"action": "remove", "rule": "insults", "expected_state": "published"}

    def page() -> Act:
        return anonymous.get(publication.path("hot"))

    def post() -> Act:
        return author.post(publication.path("posts"), {"text": words()}, "201 Created")

    def decision() -> Act:
        path = f"/api/v1/moderation/comments/{next(comments).pk}/decisions/"
        return moderator.post(path, removal, "200 OK")

    def preview() -> Act:
        return partial(desk.preview, next(serials))

    def certificate() -> Act:
        return partial(desk.whole, next(serials))

    makers = dict(zip(ACTS, (page, post, decision, preview, certificate), strict=True))
    return {
        name: lambda count, make=make: [make() for _ in range(count)]
        for name, make in makers.items()
    }


def compile_here() -> None:
    """Compile documents in this process, by the functions of the child that has limits."""
    cache: dict[str, Any] = {}

    def asked(request: dict[str, Any], **_more: bool) -> dict[str, Any]:
        fonts = cache.setdefault(
            "fonts",
            compiler_child.Fonts(
                include_system_fonts=False,
                include_embedded_fonts=False,
                font_paths=[request["fonts"]],
            ),
        )
        compiler = compiler_child._compiler(
            cache.setdefault("compilers", {}), request["main"], fonts
        )
        return compiler_child._compiled(compiler, request)

    compilers._asked = asked


def control(*options: str) -> None:
    """Tell callgrind about this process. Sleeping, it adds next to nothing to what is counted."""
    command = ["callgrind_control", *options, str(os.getpid())]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        time.sleep(0.02)
    assert process.returncode == 0, command


def count(name: str, prepare: Callable[[int], Sequence[Act]]) -> None:
    """Do the act until everything is warm, and then as often as is counted."""
    for act in prepare(WARM_UP):
        act()
    acts = prepare(COUNTED[name])
    gc.collect()
    gc.freeze()
    control("--instr=on")
    # What only the first run under instrumentation does is not counted either.
    for act in prepare(1):
        act()
    control("--zero")
    for act in acts:
        act()
    control(f"--dump={name}")
    control("--instr=off")


def main() -> None:
    random.seed(_SEED)
    gc.disable()
    # No answer becomes too old while callgrind slows everything down.
    watch.MOST_AGE = 1e9
    compile_here()
    with tempfile.TemporaryDirectory() as folder:
        makers = prepared(Path(folder))
        for name in sys.argv[1:] or ACTS:
            count(name, makers[name])


if __name__ == "__main__":
    main()
