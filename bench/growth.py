"""How the discussion answers as it grows.

    python -m devserver.embedded --durable python -m bench.growth [rounds]

The same acts on a publication whose one thread has 100 comments and on one where it has 100,000,
written by SQL, by turns. Milliseconds of the clock, and the ratio of each round.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import django

from bench import machine
from bench.environment import set_environment

set_environment()
django.setup()  # models are defined in what is imported below

from django.core.management import call_command

from bench.publication import Publication, settle, words
from bench.results import Part, Result, at_most, publish
from bench.rounds import Spread, interleave, ratio
from comments.actions import post_comment
from comments.models import Comment
from comments.moderation import queues
from comments.permissions import find_thread
from comments.reading.pages import PageQuery, Sort, counts, thread_page
from comments.states import Queue
from core.paging import cursor_after

SMALL, LARGE = 100, 100_000


class Grown:
    """A publication whose one thread has `count` comments."""

    def __init__(self, count: int) -> None:
        publication = Publication()
        self.site = publication.site
        self.reader = publication.person("Чтец")
        # Every second comment is a root, the one after it its reply: a page is as full as any.
        publication.thread("big", count, branch=2)
        settle()
        self.thread = find_thread(self.site.slug, "big")
        roots = Comment.objects.listed_roots(self.thread).order_by("id")
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


def timed(act: Callable[[], object], _number: int) -> float:
    """Return the milliseconds of the clock."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1_000


def lines(names: Sequence[str], rounds: Sequence[Mapping[str, float]]) -> Iterator[str]:
    yield f"| ms | {SMALL} comments | {LARGE:,} |"
    yield "|---|---|---|"
    for name in names:
        few, many = (
            Spread.of([figures[f"{name}, {size}"] for figures in rounds]).median
            for size in (SMALL, LARGE)
        )
        yield f"| {name} | {few:.1f} | {many:.1f} |"


def main(count: int) -> None:
    conditions = machine.conditions()
    call_command("migrate", verbosity=0)
    by_size = {size: Grown(size).acts() for size in (SMALL, LARGE)}
    settle()
    acts = {
        f"{name}, {size}": partial(timed, act)
        for size, acts in by_size.items()
        for name, act in acts.items()
    }
    rounds = list(interleave(acts, count, random.Random()))
    names = list(by_size[SMALL])
    results = [
        Result(
            f"{name}, {LARGE:,} comments / {SMALL}",
            ratio(rounds, f"{name}, {LARGE}", f"{name}, {SMALL}"),
            at_most(1.2),
        )
        for name in names
    ]
    conditions.append(f"Load after: {machine.load()}; {count} rounds")
    publish(Part("As the discussion grows", conditions, [*lines(names, rounds)], results))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
