"""The discussion over HTTP, and the least work that could answer the same.

    python -m devserver.embedded --durable python -m bench.discussion [rounds [seconds]]

The product runs under Granian with the processes, threads and settings of docker-compose.yml, and
each ceiling by the same server with the same flags. wrk runs on the same processors. The worker and
the relay do not run.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import django

from bench import machine, server, statement, wrk
from bench.environment import set_environment

set_environment()
django.setup()  # models are defined in what is imported below

from django.core.management import call_command

from bench.publication import Publication, settle
from bench.results import Part, Result, Target, at_least, at_most, publish
from bench.rounds import Spread, interleave, ratio
from comments.models import Comment

_GZIP = {"Accept-Encoding": "gzip"}
_THREADS, _COMMENTS, _LISTED = 1_000, 20, 20
_READERS = 64
# The first text that a process screens makes it compile the word lists.
_WARM_UP = 10
# Of so many requests for each, hardly a thread is left out: one in e⁵. Seconds on a busy machine.
_FOR_EACH, _LONGEST_WARM_UP = 5, 90

HOT, UNCHANGED, COUNTS = "hot thread, compressed", "hot thread, unchanged (304)", "counts of 20"
RANDOM, RANDOM_100 = "1,000 threads at random, warm", "1,000 threads at random, 1 post in 100"
HOT_20, HOT_100, POSTS = "hot thread, 1 post in 20", "hot thread, 1 post in 100", "posts"
HOT_EDGE, COUNTS_EDGE = "hot thread through the edge", "counts of 20 through the edge"
BARE, BARE_COUNTS = "bare callable: the same page", "bare callable: the same counts"
BARE_POST = "bare callable: one statement"
FILES, FILES_COUNTS = "nginx gzip_static: the same page", "nginx: the same counts"
PGBENCH = "pgbench: the same rows, 8 clients"

# Act, ceiling, target.
RATIOS: Sequence[tuple[str, str, Target | None]] = (
    (HOT, BARE, at_least(0.5)),
    (UNCHANGED, HOT, at_least(1)),
    (COUNTS, BARE_COUNTS, at_least(0.55)),
    (HOT_EDGE, FILES, at_least(0.7)),
    (COUNTS_EDGE, FILES_COUNTS, at_least(0.7)),
    (RANDOM, HOT, at_least(0.8)),
    (POSTS, BARE_POST, at_least(0.4)),
    (POSTS, PGBENCH, None),
)
# What remark42 does of a ceiling, from one run of both on one machine: requests a second there
# (remark42 with a raised cache limit and without its image queue), and the target in remark42s.
REMARK42: Sequence[tuple[str, str, float, Target]] = (
    (HOT, BARE, 7_240 / 58_800, at_least(3)),
    (COUNTS, BARE_COUNTS, 9_382 / 36_900, at_least(2)),
    (RANDOM_100, BARE, 176 / 58_800, at_least(10)),
    (HOT_20, BARE, 1_385 / 58_800, at_least(4)),
    (HOT_100, BARE, 2_135 / 58_800, at_least(4)),
    (POSTS, BARE_POST, 593 / 1_960, at_least(1.2)),
)


Rounds = Sequence[Mapping[str, wrk.Report]]


def measure(count: int, seconds: float) -> Rounds:
    """Run the acts in as many rounds, each act for as many seconds."""
    publication = Publication()
    publication.thread("hot", 100)
    keys = [f"article-{number}" for number in range(_THREADS)]
    for key in keys:
        publication.thread(key, _COMMENTS)
    hot_threads = [f"{kind}-{number}" for number in range(count + 1) for kind in ("20", "100")]
    for key in hot_threads:
        publication.thread(key, 100)
    settle()
    statement.create_tables()
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx reads it as another user
        (folder / "sessions").write_text("\n".join(publication.sessions(_READERS)))
        pages = {"page": publication.path("hot"), "counts": publication.counts_path(keys[:_LISTED])}
        counts = dict.fromkeys(keys, _COMMENTS)
        with server.serving_all(folder, pages, counts) as addresses:
            acts = _acts(publication, keys, addresses, folder)
            _warm_up(acts, count)
            rounds: list[dict[str, wrk.Report]] = []
            for figures in interleave(_timed(acts, seconds), count, random.Random()):
                rounds.append(figures)
                print(f"round {len(rounds)} of {count}", file=sys.stderr, flush=True)
            for number, figures in enumerate(rounds):
                _check_posts(publication, number, figures[POSTS])
    return rounds


# An act is given the number of the round and its seconds.
Act = Callable[[int, float], wrk.Report]


def _acts(
    publication: Publication, keys: Sequence[str], addresses: Mapping[str, str], folder: Path
) -> dict[str, Act]:
    hot, every = publication.path("hot"), [publication.path(key) for key in keys]
    lists = [
        publication.counts_path(keys[first : first + _LISTED])
        for first in range(0, len(keys), _LISTED)
    ]
    etag = server.fetch(f"{addresses['product']}{hot}", _GZIP)[1]["ETag"]

    def act(where: str, *paths: str, posts_in: int = 0, **headers: str) -> Act:
        # A "{}" in a path is the number of the round.
        def load(number: int, seconds: float) -> wrk.Report:
            urls = [path.replace("{}", str(number)) for path in paths]
            return wrk.run(
                addresses[where],
                wrk.Load(urls, _GZIP | headers, posts_in),
                seconds=seconds,
                folder=folder,
                sessions=folder / "sessions",
            )

        return load

    def pgbench(_number: int, seconds: float) -> wrk.Report:
        rate = statement.pgbench(seconds, folder)
        return wrk.Report(rate, p50=0, p99=0, requests=0, refused=0, broken=0)

    return {
        HOT: act("product", hot),
        UNCHANGED: act("product", hot, **{"If-None-Match": etag}),
        BARE: act("bare", hot),
        HOT_EDGE: act("edge", hot),
        FILES: act("static", "/page"),
        COUNTS: act("product", *lists),
        BARE_COUNTS: act("bare", *lists),
        COUNTS_EDGE: act("edge", *lists),
        FILES_COUNTS: act("static", *("/counts" for _ in lists)),
        RANDOM: act("product", *every),
        RANDOM_100: act("product", *every, posts_in=100),
        HOT_20: act("product", publication.path("20-{}"), posts_in=20),
        HOT_100: act("product", publication.path("100-{}"), posts_in=100),
        POSTS: act("product", publication.path("posts-{}"), posts_in=1),
        BARE_POST: act("bare", publication.path("posts"), posts_in=1),
        PGBENCH: pgbench,
    }


def _warm_up(acts: Mapping[str, Act], number: int) -> None:
    """Run every act once, those that post with the threads after those of the last round."""
    for name, act in acts.items():
        if name != RANDOM:
            act(number, _WARM_UP if name == POSTS else 2)
    # Each of the processes has its own memory, and every thread must be in both.
    requests, deadline = 0, time.monotonic() + _LONGEST_WARM_UP
    while requests < _THREADS * server.WORKERS * _FOR_EACH and time.monotonic() < deadline:
        requests += acts[RANDOM](number, 5).requests


def _timed(acts: Mapping[str, Act], seconds: float) -> dict[str, Callable[[int], wrk.Report]]:
    return {name: partial(_run, act, seconds) for name, act in acts.items()}


def _run(act: Act, seconds: float, number: int) -> wrk.Report:
    return act(number, seconds)


def _check_posts(publication: Publication, number: int, report: wrk.Report) -> None:
    """Make sure that what was answered in a round is stored, and published."""
    stored = Comment.objects.filter(thread__site=publication.site, thread__key=f"posts-{number}")
    published = stored.filter(published_at__isnull=False).count()
    if published < report.requests:
        raise wrk.LoadFailedError(f"{report.requests} posts were answered, {published} published")


def _lines(rounds: Rounds) -> Iterator[str]:
    yield "| | a second | quartiles | p50, ms | p99, ms |"
    yield "|---|---|---|---|---|"
    for name in rounds[0]:
        reports = [figures[name] for figures in rounds]
        rate = Spread.of([report.rate for report in reports])
        p50, p99 = (
            Spread.of([getattr(report, percentile) for report in reports]).median
            for percentile in ("p50", "p99")
        )
        latencies = f"{p50:.1f} | {p99:.0f}" if p99 else " | "
        yield f"| {name} | {rate.median:,.0f} | {rate.low:,.0f}–{rate.high:,.0f} | {latencies} |"


def _results(rounds: Rounds) -> Iterator[Result]:
    rates = [{name: report.rate for name, report in figures.items()} for figures in rounds]
    for act, ceiling, target in RATIOS:
        yield Result(f"{act} / {ceiling}", ratio(rates, act, ceiling), target)
    for act, ceiling, share, target in REMARK42:
        spread = ratio(rates, act, ceiling)
        scaled = Spread(*(figure / share for figure in (spread.median, spread.low, spread.high)))
        yield Result(f"{act} / remark42, inferred", scaled, target)
    p99 = Spread.of([figures[POSTS].p99 for figures in rounds])
    yield Result("posts, p99 in ms", p99, at_most(150))


def main(count: int, seconds: float) -> None:
    conditions = machine.conditions()
    call_command("migrate", verbosity=0)
    rounds = measure(count, seconds)
    conditions.append(f"Load after: {machine.load()}; {count} rounds of {seconds:g} s an act")
    publish(Part("The discussion over HTTP", conditions, [*_lines(rounds)], [*_results(rounds)]))


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 7,
        float(sys.argv[2]) if len(sys.argv) > 2 else 5,
    )
