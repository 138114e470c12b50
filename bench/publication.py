"""A publication with threads to read, and readers who post. Needs Django to be set up."""

import random
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.actions import register_person
from accounts.models import User
from comments.actions import install_default_rules, install_default_word_lists
from comments.models import CommentSettings, Thread
from core.database_roles import as_owner
from core.models import Site

SYLLABLES = [first + second for first in "вклнрт" for second in "аеиоуы"]
# Every `branch` comments are a root and a chain of replies below it.
_FILL = """
    INSERT INTO comments_comment (
        id, site_id, thread_id, author_id, parent_id, root_id, depth, text, html, digest,
        similarity, words, revision_number, state, placeholder, listed, awaits_external_review,
        created_at, published_at, reaction_counts, score
    )
    SELECT first + n, %(site)s, %(thread)s,
           (%(authors)s::bigint[])[1 + n %% cardinality(%(authors)s::bigint[])],
           CASE WHEN n %% %(branch)s > 0 THEN first + n - 1 END,
           CASE WHEN n %% %(branch)s > 0 THEN first + n - n %% %(branch)s END,
           n %% %(branch)s, text, '<p>' || text || '</p>', md5(text || first || n),
           ('x0' || left(md5(text || first || n), 15))::bit(64)::bigint, 30, 1, 'published',
           'tombstone', true, false, now() - interval '1 day', now(), '{}', random()
      FROM generate_series(0, %(count)s - 1) n,
           (SELECT coalesce(max(id), 0) + 1 AS first FROM comments_comment) start,
           LATERAL (
               SELECT (%(texts)s::text[])[1 + (first + n) %% cardinality(%(texts)s::text[])] AS text
           ) chosen
"""
_REVISIONS = """
    INSERT INTO comments_revision (comment_id, number, text, verdict, created_at)
    SELECT id, 1, text, '{"outcome": "publish", "phases": []}', created_at
      FROM comments_comment WHERE thread_id = %(thread)s
"""


def words() -> str:
    """Return some three hundred random characters that duplicate no earlier text."""
    random_words = ("".join(random.choices(SYLLABLES, k=random.randint(4, 6))) for _ in range(30))
    return " ".join(random_words).capitalize() + "."


class Publication:
    def __init__(self) -> None:
        # These passwords are never used to sign in.
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        self.mark = uuid.uuid4().hex[:8]
        self.site = Site.objects.create(
            slug=f"bench-{self.mark}",
            name_ru="Проба",
            legal_name_ru="Проба",
            editor_in_chief_ru="П",
            complaints_email="p@p.example",
        )
        install_default_rules(site=self.site)
        install_default_word_lists(site=self.site)
        # Every reader posts more often than a person could.
        CommentSettings.objects.filter(site=self.site).update(rates=[[10**6, 10]])
        self.authors = [self.person(f"Автор {number}") for number in range(10)]
        self._texts = [words() for _ in range(500)]

    def person(self, name: str) -> User:
        return register_person(
            email=f"{uuid.uuid4().hex}@example.org",
            password=uuid.uuid4().hex,
            display_name=f"{name} {self.mark}",
        )

    def sessions(self, count: int) -> list[str]:
        """Return the session cookies of as many readers, each signed in."""
        cookies = []
        for number in range(count):
            client = Client()
            client.force_login(self.person(f"Читатель {number}"))
            cookies.append(client.cookies["sessionid"].value)
        return cookies

    def thread(self, key: str, count: int, *, branch: int = 4) -> Thread:
        """Create a thread of published comments, written by SQL."""
        thread = Thread.objects.create(site=self.site, key=key, published_count=count)
        values = {
            "site": self.site.pk,
            "thread": thread.pk,
            "authors": [author.pk for author in self.authors],
            "texts": self._texts,
            "count": count,
            "branch": branch,
        }
        with connection.cursor() as cursor:
            cursor.execute(_FILL, values)
            cursor.execute(_REVISIONS, values)
        return thread

    def path(self, key: str) -> str:
        return f"/api/v1/sites/{self.site.slug}/threads/{key}/comments/"

    def counts_path(self, keys: Sequence[str]) -> str:
        return f"/api/v1/sites/{self.site.slug}/counts/?keys={','.join(keys)}"


def settle() -> None:
    """Let ids continue after those written by SQL, and let PostgreSQL know the tables."""
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval('comments_comment_id_seq', (SELECT max(id) FROM comments_comment))"
        )
        cursor.execute("VACUUM ANALYZE comments_comment")
