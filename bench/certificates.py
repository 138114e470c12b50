"""How long one certificate takes, and whether two processes make twice as many.

    python -m bench.certificates [rounds]

Every round takes each step once, by turns, so that other load of the machine falls on all
alike. Milliseconds, medians and 95th percentiles: of the clock, and of the processor, which other
people's work on the same machine disturbs less.
"""

import datetime as dt
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from typst import Compiler, Fonts

from certificates import rendering
from certificates.rendering import DocumentData, compilers
from certificates.signing import Seal, make_self_signed, signer_from_pkcs12

FACTS = Path(__file__).parent.parent / "tests/data/certificates/publication.json"
AT = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SECONDS = 8
_FONTS = Fonts(
    include_system_fonts=False, include_embedded_fonts=False, font_paths=[compilers.FONTS]
)

Acts: TypeAlias = "Callable[[Desk, int, bytes], dict[str, Callable[[], object]]]"


@dataclass(frozen=True, slots=True)
class Spent:
    clock: float
    processor: float


class Desk:
    """State that a worker reuses between certificates."""

    def __init__(self, key: Path) -> None:
        self.seal = Seal(signer_from_pkcs12(key))
        self.facts = DocumentData.from_data(json.loads(FACTS.read_text()))
        self.template = rendering.starter("publication")
        self.place = self.template.seal_place
        self.bare = ec.generate_private_key(ec.SECP256R1())

    def render(self, serial: int) -> bytes:
        facts = replace(self.facts, number=f"CB-2026-{serial:05}-X")
        return rendering.render(self.template, facts, seal=self.seal.mark)

    def preview(self, serial: int) -> bytes:
        facts = replace(self.facts, number="", code="", verification_url="", holder=f"Я {serial}")
        return rendering.preview(self.template, facts, watermark="ОБРАЗЕЦ")

    def close(self, pdf: bytes) -> bytes:
        return self.seal.seal(pdf, reason="", location="", at=AT, place=self.place)

    def whole(self, serial: int) -> bytes:
        return self.close(self.render(serial))

    def baseline(self, pdf: bytes) -> None:
        """The unavoidable minimum: an empty page by a new compiler, and a bare signature."""
        with tempfile.NamedTemporaryFile(suffix=".typ") as empty:
            Compiler(empty.name, font_paths=_FONTS).compile(format="pdf")
        self.bare.sign(pdf, ec.ECDSA(hashes.SHA256()))


def timed(act: Callable[[], object]) -> Spent:
    clock, processor = time.perf_counter(), time.process_time()
    act()
    return Spent(time.perf_counter() - clock, time.process_time() - processor)


def of_worker(desk: Desk, serial: int, pdf: bytes) -> dict[str, Callable[[], object]]:
    """No number comes twice: Typst remembers a page that it has set."""
    return {
        "template to PDF": partial(desk.render, 2 * serial),
        "PDF to sealed PDF": partial(desk.close, pdf),
        "the whole": partial(desk.whole, 2 * serial + 1),
        "baseline": partial(desk.baseline, pdf),
    }


def of_web(desk: Desk, serial: int, pdf: bytes) -> dict[str, Callable[[], object]]:
    """Another process than the worker's, with other things in its caches."""
    return {"preview, PNG": partial(desk.preview, serial), "baseline": partial(desk.baseline, pdf)}


def rounds(desk: Desk, acts: Acts, count: int) -> dict[str, list[Spent]]:
    pdf = desk.render(0)
    spent: dict[str, list[Spent]] = {}
    for serial in range(1, count + 4):
        for name, act in acts(desk, serial, pdf).items():
            spent.setdefault(name, []).append(timed(act))
    return {name: times[3:] for name, times in spent.items()}


def report(spent: dict[str, list[Spent]]) -> Iterator[str]:
    yield f"{'':<20}{'clock':>8}{'p95':>8}{'processor':>12}{'p95':>8}"
    for name, times in spent.items():
        columns = [[1000 * each.clock for each in times], [1000 * each.processor for each in times]]
        (clock, slow), (busy, slow_busy) = (
            (statistics.median(column), statistics.quantiles(column, n=20)[-1])
            for column in columns
        )
        yield f"{name:<20}{clock:>8.1f}{slow:>8.1f}{busy:>12.1f}{slow_busy:>8.1f}"


def made_in_time(key: Path, start: Barrier) -> int:
    desk = Desk(key)
    desk.whole(0)
    start.wait()
    end, made = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        desk.whole(made)
        made += 1
    return made


def per_second(key: Path, processes: int) -> float:
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, context.Pool(processes) as pool:
        start = manager.Barrier(processes)
        made = pool.starmap(made_in_time, [(key, start)] * processes, chunksize=1)
    return sum(made) / SECONDS


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / "seal.p12"
        make_self_signed(key, "Вести образования")
        desk = Desk(key)
        for acts in (of_worker, of_web):
            print(*report(rounds(desk, acts, count)), sep="\n")
        turns = [[per_second(key, processes) for processes in (1, 2)] for _ in range(3)]
    one, two = (statistics.median(column) for column in zip(*turns, strict=True))
    print(f"certificates a second: one process {one:.1f}, two {two:.1f}, {two / one:.2f} times")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
