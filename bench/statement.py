"""One statement that stores the rows of a post: comment, revision, event and counter.

The tables have the columns of the product's that a post fills, and the fewest indexes.
"""

import os
import re
import subprocess
from pathlib import Path

import psycopg

from devserver.embedded.postgresql import program

_TABLES = """
    CREATE TABLE IF NOT EXISTS bench_thread (
        id bigint PRIMARY KEY, version bigint NOT NULL, published_count integer NOT NULL
    );
    CREATE TABLE IF NOT EXISTS bench_comment (
        id bigserial PRIMARY KEY, thread_id bigint NOT NULL, author_id bigint NOT NULL,
        text text NOT NULL, html text NOT NULL, digest text NOT NULL, state text NOT NULL,
        created_at timestamptz NOT NULL
    );
    CREATE INDEX IF NOT EXISTS bench_comment_thread ON bench_comment (thread_id, id);
    CREATE TABLE IF NOT EXISTS bench_revision (
        id bigserial PRIMARY KEY, comment_id bigint NOT NULL, number integer NOT NULL,
        text text NOT NULL, verdict jsonb NOT NULL, created_at timestamptz NOT NULL
    );
    CREATE TABLE IF NOT EXISTS bench_event (
        id bigserial PRIMARY KEY, topic text NOT NULL, payload jsonb NOT NULL,
        created_at timestamptz NOT NULL
    );
    INSERT INTO bench_thread VALUES (1, 0, 0) ON CONFLICT DO NOTHING;
"""
STATEMENT = """
    WITH posted AS (
        INSERT INTO bench_comment (thread_id, author_id, text, html, digest, state, created_at)
        VALUES (1, %(author)s, %(text)s, %(text)s, md5(%(text)s), 'published', now()) RETURNING id
    ), revised AS (
        INSERT INTO bench_revision (comment_id, number, text, verdict, created_at)
        SELECT id, 1, %(text)s, %(verdict)s::jsonb, now() FROM posted
    ), told AS (
        INSERT INTO bench_event (topic, payload, created_at)
        SELECT 'comment.posted', jsonb_build_object('comment_id', id), now() FROM posted
    ), counted AS (
        UPDATE bench_thread SET version = version + 1, published_count = published_count + 1
         WHERE id = 1
    )
    SELECT id FROM posted
"""
VALUES = {"author": 1, "verdict": '{"outcome": "publish", "phases": ["links", "words", "pace"]}'}
_CLIENTS = 8


def create_tables() -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute(_TABLES)


def pgbench(seconds: float, folder: Path) -> float:
    """Return how many such statements a second PostgreSQL runs for eight clients."""
    values = {"author": "1", "text": "repeat('слово ', 50)", "verdict": f"'{VALUES['verdict']}'"}
    script = folder / "statement.sql"
    script.write_text(" ".join((STATEMENT % values).split()) + ";\n")
    command = [program("pgbench"), "--no-vacuum", "--protocol=prepared", f"--client={_CLIENTS}"]
    command += ["--jobs=1", f"--time={seconds:.0f}", f"--file={script}"]
    output = subprocess.run(
        [*command, os.environ["DATABASE_URL"]], capture_output=True, text=True, check=True
    ).stdout
    match = re.search(r"tps = ([\d.]+)", output)
    assert match, output
    return float(match[1])
