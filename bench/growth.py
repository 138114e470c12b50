"""How the discussion answers as it grows: `python bench/growth.py`, on DATABASE_URL.

The same acts on a publication whose one thread has 100 comments and on one where it has 100,000,
written by SQL. Milliseconds by the clock, the fastest quarter of interleaved rounds: anything else
the machine does can only make an act slower.
"""

import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()  # models are defined in what is imported below

from django.db import connection

from accounts.actions import register_person
from bench.comments import words
from comments.actions import install_default_rules, install_default_word_lists, post_comment
from comments.models import Comment, CommentSettings, Thread
from comments.moderation import queues
from comments.permissions import find_thread
from comments.reading.pages import PageQuery, Sort, counts, thread_page
from comments.states import Queue
from core.database_roles import as_owner
from core.models import Site
from core.paging import cursor_after

ROUNDS = 60
# Every second is a root, the one after it its reply: a page of 100 comments is as full as any.
FILL = """
    INSERT INTO comments_comment (
        id, site_id, thread_id, author_id, parent_id, root_id, depth, text, html, digest,
        similarity, words, revision_number, state, placeholder, listed, awaits_external_review,
        created_at, published_at, reaction_counts, score
    )
    SELECT first + n, %(site)s, %(thread)s, %(author)s,
           CASE WHEN n %% 2 > 0 THEN first + n - 1 END,
           CASE WHEN n %% 2 > 0 THEN first + n - 1 END,
           n %% 2, text, '<p>' || text || '</p>', md5(text),
           ('x0' || left(md5(text), 15))::bit(64)::bigint, 12, 1, 'published', 'tombstone', true,
           false, now() - interval '1 day', now(), '{}', random()
      FROM generate_series(0, %(count)s - 1) n,
           (SELECT coalesce(max(id), 0) + 1 AS first FROM comments_comment) start,
           LATERAL (SELECT repeat(md5(n::text) || ' ', 9) AS text) said
"""


class Publication:
    def __init__(self, count: int) -> None:
        mark = uuid.uuid4().hex[:8]
        self.site = Site.objects.create(
            slug=f"growth-{mark}",
            name_ru="Проба",
            legal_name_ru="Проба",
            editor_in_chief_ru="П",
            complaints_email="p@p.example",
        )
        install_default_rules(site=self.site)
        install_default_word_lists(site=self.site)
        CommentSettings.objects.filter(site=self.site).update(rates=[[10**6, 10]])
        crowd, self.reader = (
            register_person(
                email=f"{name}{mark}@example.org", password=mark * 2, display_name=f"{name} {mark}"
            )
            for name in ("Толпа", "Чтец")
        )
        thread = Thread.objects.create(site=self.site, key="big", published_count=count)
        values = {"site": self.site.pk, "thread": thread.pk, "author": crowd.pk, "count": count}
        with connection.cursor() as cursor:
            cursor.execute(FILL, values)
        with as_owner(connection), connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval('comments_comment_id_seq', (SELECT max(id) FROM comments_comment))"
            )
        self.thread = find_thread(self.site.slug, "big")
        roots = Comment.objects.listed_roots(thread).order_by("id")
        self.middle = cursor_after(roots[roots.count() // 2], ["id"])

    def acts(self) -> dict[str, Callable[[], object]]:
        def page(query: PageQuery) -> Callable[[], object]:
            return lambda: thread_page(self.thread, query)

        return {
            "first page": page(PageQuery()),
            "newest": page(PageQuery(Sort.NEWEST)),
            "best": page(PageQuery(Sort.BEST)),
            "page in the middle": page(PageQuery(cursor=self.middle)),
            "post": lambda: post_comment(
                author=self.reader, thread=find_thread(self.site.slug, "big"), text=words()
            ),
            "queue": lambda: queues.queue_page(self.site, Queue.PUBLISHED, cursor=""),
            "counts of the queues": lambda: queues.counts(self.site),
            "count of the thread": lambda: counts(self.site, ["big"]),
        }


def main() -> None:
    small, large = Publication(100), Publication(100_000)
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE comments_comment")
    print(f"{'ms':24}{'100':>10}{'100,000':>10}{'ratio':>8}")
    few, many = small.acts(), large.acts()
    for name in few:
        took: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS):
            for act, times in zip((few[name], many[name]), took, strict=True):
                began = time.perf_counter()
                act()
                times.append((time.perf_counter() - began) * 1_000)
        before, after = (sum(sorted(times)[: ROUNDS // 4]) / (ROUNDS // 4) for times in took)
        print(f"{name:24}{before:10.2f}{after:10.2f}{after / before:8.2f}")


if __name__ == "__main__":
    main()
