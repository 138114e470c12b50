"""One certificate, a bare compilation and a bare seal; and whether two processes make twice
as many.

    python -m devserver.embedded --durable python -m bench.certificates [rounds]

Each round takes each step once, in random order, so that other load of the machine falls on all
alike. Milliseconds of the clock, medians and quartiles; the 95th percentile, too.
"""

import datetime as dt
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from io import BytesIO
from multiprocessing.synchronize import Barrier
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from typst import Compiler, Fonts

from bench import machine
from bench.results import Part, Result, at_least, at_most, publish
from bench.rounds import Spread, interleave, p95, ratio
from certificates import rendering
from certificates.rendering import DocumentData, compilers
from certificates.rendering.design import lay_out
from certificates.rendering.render_document import inputs_of, midnight
from certificates.signing import Seal, make_self_signed, signer_from_pkcs12

DATA = Path(__file__).parent.parent / "tests/data/certificates/publication.json"
AT = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SECONDS = 8
_WARM_UP = 3
WHOLE, RENDER, SEAL = "certificate: template to sealed PDF", "template to PDF", "PDF to sealed PDF"
BARE_COMPILE, BARE_SEAL = "bare compilation of the same page", "bare seal by pyHanko"
SIGNATURE, PREVIEW = "bare signature, P-256", "preview, PNG"
BARE = f"{BARE_COMPILE} + {BARE_SEAL}"


class Desk:
    """State that a worker reuses between certificates, and the same of the ceilings."""

    def __init__(self, folder: Path) -> None:
        self._key = folder / "seal.p12"
        if not self._key.exists():
            make_self_signed(self._key, "Вести образования")
        self.seal = Seal(signer_from_pkcs12(self._key))
        self.data = DocumentData.from_data(json.loads(DATA.read_text()))
        self.template = rendering.starter("publication")
        self.bare = ec.generate_private_key(ec.SECP256R1())

    def numbered(self, serial: int) -> DocumentData:
        """No number comes twice: Typst remembers a page that it has set."""
        return replace(self.data, number=f"CB-2026-{serial:05}-X")

    def render(self, serial: int) -> bytes:
        return rendering.render(self.template, self.numbered(serial), seal=self.seal.mark)

    def preview(self, serial: int) -> bytes:
        data = replace(self.data, number="", code="", verification_url="", holder=f"Я {serial}")
        return rendering.preview(self.template, data, watermark="ОБРАЗЕЦ")

    def close(self, pdf: bytes) -> bytes:
        return self.seal.seal(pdf, reason="", location="", at=AT, place=self.template.seal_place)

    def whole(self, serial: int) -> bytes:
        return self.close(self.render(serial))

    def sign(self, pdf: bytes) -> bytes:
        return self.bare.sign(pdf, ec.ECDSA(hashes.SHA256()))


class BareDesk:
    """Typst and pyHanko alone, in this process: nothing is checked, and no child has limits."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._desk = desk
        place = folder / "design"
        place.mkdir()
        lay_out(desk.template, place)
        fonts = Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[compilers.FONTS]
        )
        self._compiler = Compiler(place / "main.typ", root=place, font_paths=fonts)
        self._signer = SimpleSigner.load_pkcs12(folder / "seal.p12")

    def inputs(self, serial: int) -> Mapping[str, str]:
        data, mark = self._desk.numbered(serial), self._desk.seal.mark
        return inputs_of(self._desk.template, data, mark, "")

    def compile(self, inputs: Mapping[str, str]) -> bytes:
        return self._compiler.compile(
            sys_inputs=dict(inputs),
            format="pdf",
            pdf_standards=compilers.STANDARDS,
            timestamp=midnight(self._desk.data.issued_on),
        )

    def close(self, pdf: bytes) -> bytes:
        metadata = PdfSignatureMetadata(field_name="Signature", md_algorithm="sha256")
        signer = PdfSigner(metadata, self._signer)
        sealed = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), bytes_reserved=8_192)
        return bytes(sealed.getbuffer())


def timed(act: Callable[[int], object], number: int) -> float:
    """Return the milliseconds of the clock."""
    began = time.perf_counter()
    act(number)
    return (time.perf_counter() - began) * 1_000


def measure(folder: Path, count: int) -> Sequence[Mapping[str, float]]:
    desk = Desk(folder)
    bare, pdf = BareDesk(desk, folder), desk.render(0)
    ready = [bare.inputs(3 * number + 3) for number in range(count + _WARM_UP)]
    acts: dict[str, Callable[[int], object]] = {
        WHOLE: lambda number: desk.whole(3 * number + 1),
        RENDER: lambda number: desk.render(3 * number + 2),
        SEAL: lambda _number: desk.close(pdf),
        BARE_COMPILE: lambda number: bare.compile(ready[number]),
        BARE_SEAL: lambda _number: bare.close(pdf),
        SIGNATURE: lambda _number: desk.sign(pdf),
        PREVIEW: desk.preview,
    }
    turns = interleave(
        {name: partial(timed, act) for name, act in acts.items()},
        count + _WARM_UP,
        random.Random(),
    )
    rounds = [figures | {BARE: figures[BARE_COMPILE] + figures[BARE_SEAL]} for figures in turns]
    return rounds[_WARM_UP:]


def lines(rounds: Sequence[Mapping[str, float]]) -> Iterator[str]:
    yield "| | ms | quartiles | p95 |"
    yield "|---|---|---|---|"
    for name in rounds[0]:
        took = [figures[name] for figures in rounds]
        spread, slow = Spread.of(took), p95(took)
        yield (
            f"| {name} | {spread.median:.2f} | {spread.low:.2f}–{spread.high:.2f} | {slow:.2f} |"
        )


def made_in_time(folder: Path, start: Barrier) -> int:
    desk = Desk(folder)
    desk.whole(0)
    start.wait()
    end, made = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        desk.whole(made)
        made += 1
    return made


def per_second(folder: Path, processes: int) -> float:
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, context.Pool(processes) as pool:
        start = manager.Barrier(processes)
        made = pool.starmap(made_in_time, [(folder, start)] * processes, chunksize=1)
    return sum(made) / SECONDS


def main(count: int) -> None:
    conditions = machine.conditions()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rounds = measure(folder, count)
        turns = [{str(each): per_second(folder, each) for each in (1, 2)} for _ in range(3)]
    conditions.append(f"Load after: {machine.load()}; {count} rounds")
    one = Spread.of([figures["1"] for figures in turns]).median
    results = [
        Result(f"{WHOLE} / {BARE}", ratio(rounds, WHOLE, BARE), at_most(1.25)),
        Result("certificates in two processes / in one", ratio(turns, "2", "1"), at_least(1.9)),
    ]
    figures = [*lines(rounds), "", f"One process makes {one:.1f} certificates a second."]
    publish(Part("One certificate", conditions, figures, results))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
