"""Trying a word list out before it is published: on one text, and on what was written lately."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, require
from comments.house_rules.word_lists import LONGEST_ENTRY, MOST_ENTRIES, compile_or_reject
from comments.models import Comment, DryRun
from comments.screening.readings import Reading
from comments.screening.words.wordlist import ListVersion, Match, WordList, compiled
from comments.states import State
from comments.text.visible import readings_of
from core import outbox
from core.bounds import Bound, bounded
from core.models import Site

LOOKS_BACK = timedelta(days=90)
CHUNK_SIZE = 500
_EXAMPLES = 100


@bounded(entries=Bound(LONGEST_ENTRY, items=MOST_ENTRIES), text=Bound(20_000))
def try_out(*, entries: Sequence[str], text: str) -> tuple[Match, ...]:
    """Which entry matches or looks alike, and where in the text as it was typed."""
    return tuple(_found(compile_or_reject(entries), text))


@bounded(entries=Bound(LONGEST_ENTRY, items=MOST_ENTRIES))
@transaction.atomic(durable=True)
def start_dry_run(*, site: Site, entries: Sequence[str], editor: User) -> DryRun:
    require(editor, Permission.EDIT_RULEBOOK, site)
    compile_or_reject(entries)
    since = timezone.now() - LOOKS_BACK
    run = DryRun.objects.create(
        site=site,
        editor=editor,
        entries=list(entries),
        since=since,
        total=Comment.objects.written_since(site, since).count(),
    )
    outbox.publish("dry_run.chunk_due", dry_run_id=run.pk)
    return run


@transaction.atomic(durable=True)
def run_next_chunk(*, dry_run_id: int) -> None:
    """The next chunk; the one after it is asked for in the same transaction."""
    run = DryRun.objects.select_for_update().select_related("site").get(pk=dry_run_id)
    # A repeated task would examine another chunk, and start a second chain of chunks.
    if not outbox.once() or run.is_done:
        return
    # A run over 90 days of comments takes longer than a task may. Each chunk is a transaction of
    # its own, so a lost worker repeats one chunk at most.
    chunk = list(Comment.objects.written_since(run.site, run.since).after(run.last_id)[:CHUNK_SIZE])
    _examine(run, chunk)
    run.is_done = len(chunk) < CHUNK_SIZE
    # It goes on where an administrator has tried the event again, or a worker came to it late.
    run.failed_at = None
    run.save(
        update_fields=[
            *("last_id", "examined", "matched", "matched_published", "examples", "is_done"),
            "failed_at",
        ]
    )
    if not run.is_done:
        outbox.publish("dry_run.chunk_due", dry_run_id=run.pk)


@transaction.atomic(durable=True)
def record_failure(*, dry_run_id: int) -> None:
    """Show the editor that the run has stopped. What it has counted until then stays."""
    DryRun.objects.filter(pk=dry_run_id, is_done=False).update(failed_at=timezone.now())


@transaction.atomic(durable=True)
def resume_dry_run(*, run: DryRun, editor: User) -> None:
    """Go on with a run that an error has stopped, from the comment that it had come to."""
    require(editor, Permission.EDIT_RULEBOOK, run.site)
    stopped = DryRun.objects.filter(pk=run.pk, failed_at__isnull=False)
    if stopped.update(failed_at=None):
        outbox.publish_again("dry_run.chunk_due", dry_run_id=run.pk)


def _examine(run: DryRun, chunk: Iterable[Comment]) -> None:
    words = compiled(ListVersion.of(run.entries))
    for comment in chunk:
        run.last_id = comment.pk
        run.examined += 1
        if example := _example(comment, words):
            run.matched += 1
            run.matched_published += comment.state == State.PUBLISHED
            # Matches are counted to the end, but the row must not grow with every match.
            if len(run.examples) < _EXAMPLES:
                run.examples.append(example)


def _example(comment: Comment, words: WordList) -> dict[str, Any] | None:
    match = next(iter(_found(words, comment.text)), None)
    if match is None:
        return None
    return {
        "comment": comment.pk,
        "entry": match.entry,
        "text": match.text,
        "looks_like": match.looks_like,
    }


def _found(words: WordList, text: str) -> Sequence[Match]:
    """Return the matches, and the words that look like some, in the order of the text."""
    matches = _as_typed_or_read(words.matches, text)
    taken = set(chain.from_iterable(range(match.start, match.end) for match in matches))
    guesses = [
        guess
        for guess in _as_typed_or_read(words.resemblances, text)
        if taken.isdisjoint(range(guess.start, guess.end))
    ]
    return sorted([*matches, *guesses], key=lambda match: (match.start, match.end))


def _as_typed_or_read(find: Callable[[str], Sequence[Match]], text: str) -> Sequence[Match]:
    """Return what is found in the text as it was typed or, without any, as people read it.

    Screening judges a new comment in both ways as well.
    """
    if matches := find(text):
        return matches
    for reading in readings_of(text):
        if matches := find(reading.text):
            return [_as_typed(match, reading, text) for match in matches]
    return ()


def _as_typed(match: Match, reading: Reading, text: str) -> Match:
    start, end = reading.original(match.start, match.end)
    return replace(match, start=start, end=end, text=text[start:end])
