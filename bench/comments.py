"""Measure the discussion: `python bench/comments.py [rounds]`, on the database of DATABASE_URL.

Each act is compared with a ceiling measured in the same rounds, by turns, so that other load of the
machine falls on all alike: for what writes, an insert and a counter in one transaction without
any framework; for what reads, a view that returns the same bytes from memory behind the same
middleware. Milliseconds, medians: of the clock and of this process's processor time, which other
work on the machine disturbs less. Then the statements of one post.
"""

import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from comments.actions import Decision

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()  # models are defined in what is imported below

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from accounts.actions import grant_role, register_person
from accounts.models import Role, User
from comments.actions import decide, install_default_rules, install_default_word_lists, post_comment
from comments.models import Comment, CommentSettings, Thread
from comments.permissions import find_thread
from comments.states import DecisionKind
from config.urls import urlpatterns as product
from core.database_roles import as_owner
from core.models import Site

BATCH = 20
SYLLABLES = [first + second for first in "вклнрт" for second in "аеиоуы"]
KEPT = {"body": b""}
ASKED: list[str] = []


def words() -> str:
    """Return some three hundred random characters that duplicate no earlier text."""
    random_words = ("".join(random.choices(SYLLABLES, k=random.randint(4, 6))) for _ in range(30))
    return " ".join(random_words).capitalize() + "."


def from_memory(_request: object) -> HttpResponse:
    return HttpResponse(KEPT["body"], content_type="application/json")


urlpatterns = [path("bench/memory/", from_memory), *product]


def note(execute: Callable[..., object], sql: str, *rest: object) -> object:
    ASKED.append(sql)
    return execute(sql, *rest)


class Bench:
    def __init__(self) -> None:
        mark = uuid.uuid4().hex[:8]
        self.site = Site.objects.create(
            slug=f"bench-{mark}",
            name_ru="Проба",
            legal_name_ru="Проба",
            editor_in_chief_ru="П",
            complaints_email="p@p.example",
        )
        install_default_rules(site=self.site)
        install_default_word_lists(site=self.site)
        CommentSettings.objects.filter(site=self.site).update(rates=[[10**6, 10]])
        self.reader, self.editor = (self._person(f"{name}{mark}") for name in ("Чтец", "Страж"))
        grant_role(user=self.editor, site=self.site, name=Role.Name.EDITOR, actor=None)
        self.address = f"/api/v1/sites/{self.site.slug}/threads/hot/comments/"
        self.client = Client(headers={"host": "localhost"})
        self.client.force_login(self.reader)
        self.stranger = Client(headers={"host": "localhost"})
        for _ in range(100):
            self.post()
        KEPT["body"] = self.stranger.get(self.address).content
        self.etag = self.stranger.get(self.address)["ETag"]
        self.thread = Thread.objects.get(site=self.site, key="hot")
        with as_owner(connection), connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS bench_line (id bigserial, text text)")
            cursor.execute("CREATE TABLE IF NOT EXISTS bench_count (id int primary key, n int)")
            cursor.execute("INSERT INTO bench_count VALUES (1, 0) ON CONFLICT DO NOTHING")

    def _person(self, name: str) -> User:
        return register_person(
            email=f"{uuid.uuid4().hex}@example.org", password=uuid.uuid4().hex, display_name=name
        )

    def post(self) -> None:
        """Session, limits, every phase of screening, the revision, the outbox, the counter."""
        answer = self.client.post(
            self.address,
            {"text": words()},
            content_type="application/json",
            headers={"Idempotency-Key": uuid.uuid4().hex},
            # Posts are limited by network, too.
            REMOTE_ADDR=".".join(["10", *(str(random.randrange(256)) for _ in range(3))]),
        )
        assert answer.json()["state"] == "published", answer.content

    def post_action(self) -> None:
        thread = find_thread(self.site.slug, "hot")
        post_comment(author=self.reader, thread=thread, text=words())

    def insert(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_line (text) VALUES (%s)", [words()])
            cursor.execute("UPDATE bench_count SET n = n + 1 WHERE id = 1")

    def read(self) -> None:
        assert self.stranger.get(self.address).status_code == 200

    def read_unchanged(self) -> None:
        headers = {"If-None-Match": self.etag}
        assert self.stranger.get(self.address, headers=headers).status_code in {200, 304}

    def prepare(self) -> None:
        """Rebuild the page, as after every change of the thread."""
        Thread.objects.filter(pk=self.thread.pk).update(version=time.time_ns())
        self.read()

    def memory(self) -> None:
        assert self.stranger.get("/bench/memory/").status_code == 200

    def decide_twice(self) -> None:
        """Remove under a rule, and restore: two decisions, each with its record."""
        comment = Comment.objects.select_related("thread__site__comment_settings").filter(
            thread=self.thread, state="published"
        )[0]
        for decision, rule in ((DecisionKind.REMOVE, "insults"), (DecisionKind.RESTORE, "")):
            comment = decide(
                comment=comment, decision=Decision(decision, rule_code=rule), editor=self.editor
            )


def main() -> None:
    settings.ROOT_URLCONF = __name__
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    bench = Bench()
    acts: dict[str, Callable[[], None]] = {
        "post, over HTTP": bench.post,
        "post, the action alone": bench.post_action,
        "  ceiling: insert + counter": bench.insert,
        "two decisions": bench.decide_twice,
        "page of 100 comments, prepared anew": bench.prepare,
        "page of 100 comments, kept": bench.read,
        "page of 100 comments, 304": bench.read_unchanged,
        "  ceiling: same bytes from memory": bench.memory,
    }
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in acts}
    for _ in range(rounds):
        for name, act in acts.items():
            clock, processor = time.perf_counter(), time.process_time()
            for _ in range(BATCH):
                act()
            spent[name].append((time.perf_counter() - clock, time.process_time() - processor))
    print(f"{'ms, medians':40} {'clock':>8} {'processor':>10}")
    for name, times in spent.items():
        clock, processor = (
            statistics.median(column) * 1000 / BATCH for column in zip(*times, strict=True)
        )
        print(f"{name:40} {clock:8.2f} {processor:10.2f}")
    with CaptureQueriesContext(connection) as queries, connection.execute_wrapper(note):
        bench.post()
    print(f"\nOne post over HTTP, {len(queries)} statements; besides BEGIN and COMMIT:")
    for statement in ASKED:
        print("  ", " ".join(statement.split())[:110])


if __name__ == "__main__":
    main()
