"""A draft tried on data, away from everything: what is not in use yet is anyone's code."""

import base64
import dataclasses
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates.rendering import child
from certificates.rendering.compilers import DOES_NOT_FIT, FONTS, STANDARDS
from certificates.rendering.designs import Design, lay_out
from certificates.rendering.documents import inputs_of, midnight
from certificates.rendering.errors import ForeignCode, UnprintableText
from certificates.rendering.facts import CertificateFacts

_SECONDS = 20
# Whatever asks the network is sent to a port where nobody listens.
_NOWHERE = "http://127.0.0.1:9"
_ENVIRONMENT = {"PYTHONUTF8": "1", "HTTPS_PROXY": _NOWHERE, "HTTP_PROXY": _NOWHERE}
_PLACE = re.compile(r"┌─ \S*main\.typ:(\d+):(\d+)")
_PICTURES_DIFFER_BY = 1.5  # points: a pixel or two, cut off
_POINTS_PER_MM = 72 / 25.4


class FaultKind(StrEnum):
    CODE = "code"
    FOREIGN_CODE = "foreign_code"
    DOES_NOT_FIT = "does_not_fit"
    UNPRINTABLE = "unprintable"
    NO_GLYPH = "no_glyph"
    NO_ALT = "no_alt"
    NO_TITLE = "no_title"
    NOT_CONFORMING = "not_conforming"
    NOT_ONE_PAGE = "not_one_page"
    OTHER_PAGE = "other_page"
    TOO_DEMANDING = "too_demanding"


_SAID: Mapping[FaultKind, Promise] = {
    FaultKind.CODE: _("The compiler does not understand the source."),
    FaultKind.FOREIGN_CODE: _("The source reaches for what is not the template's own."),
    FaultKind.DOES_NOT_FIT: _("A text does not fit into its place even at the least size."),
    FaultKind.UNPRINTABLE: _("The data have characters that no face of ours has."),
    FaultKind.NO_GLYPH: _("A face of the template has no shape for a character."),
    FaultKind.NO_ALT: _("A picture has no text for those who do not see it."),
    FaultKind.NO_TITLE: _("The document has no title."),
    FaultKind.NOT_CONFORMING: _("PDF/A-3a or PDF/UA-1 does not allow this."),
    FaultKind.NOT_ONE_PAGE: _("The document is to be one page, and is more."),
    FaultKind.OTHER_PAGE: _("The page has another size than the one chosen for the template."),
    FaultKind.TOO_DEMANDING: _("It takes too much time or memory."),
}
# By the words of the compiler; the first that is found.
_BY_WORDS = (
    ("could not be displayed with font", FaultKind.NO_GLYPH),
    ("missing alt text", FaultKind.NO_ALT),
    ("missing document title", FaultKind.NO_TITLE),
    ("PDF/", FaultKind.NOT_CONFORMING),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """`told` are the compiler's own words; `field` is what does not fit; columns begin with 1."""

    kind: FaultKind
    told: str = ""
    line: int | None = None
    column: int | None = None
    field: str = ""

    @property
    def sentence(self) -> Promise:
        return _SAID[self.kind]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The size that a text came to, of the largest that it was offered, in points."""

    field: str
    size: float
    largest: float

    @property
    def is_shrunk(self) -> bool:
        return self.size < self.largest


@dataclass(frozen=True, slots=True)
class Outcome:
    """`picture` is a PNG, where there is anything to be seen."""

    picture: bytes = b""
    sizes: tuple[Fitted, ...] = ()
    fault: Fault | None = None


def try_out(design: Design, said: Sequence[CertificateFacts], *, ppi: float) -> list[Outcome]:
    """One outcome for each of `said`, whatever the source is."""
    try:
        design.refuse_foreign_code()
    except ForeignCode as error:
        fault = Fault(FaultKind.FOREIGN_CODE, told=error.word, line=error.line)
        return [Outcome(fault=fault)] * len(said)
    prepared = [_prepared(design, facts) for facts in said]
    jobs = [job for job in prepared if not isinstance(job, Outcome)]
    made = iter(_made(design, jobs, ppi))
    return [job if isinstance(job, Outcome) else next(made) for job in prepared]


def _prepared(design: Design, facts: CertificateFacts) -> dict[str, Any] | Outcome:
    try:
        inputs = inputs_of(design, facts, None, "")
    except UnprintableText as error:
        return Outcome(fault=Fault(FaultKind.UNPRINTABLE, told=error.characters))
    return {"inputs": inputs | {"trial": "yes"}, "timestamp": midnight(facts.issued_on)}


def _made(design: Design, jobs: Sequence[Mapping[str, Any]], ppi: float) -> Iterator[Outcome]:
    with tempfile.TemporaryDirectory(prefix="otklik-draft-") as folder:
        lay_out(design, Path(folder))
        asked = {
            "folder": folder,
            "fonts": str(FONTS),
            "standards": STANDARDS,
            "ppi": ppi,
            "jobs": jobs,
        }
        lines = _answered(json.dumps(asked).encode()) if jobs else []
    for line in lines:
        yield _outcome(design, json.loads(line))
    for _job in jobs[len(lines) :]:
        yield Outcome(fault=Fault(FaultKind.TOO_DEMANDING))


def _answered(asked: bytes) -> list[bytes]:
    """The lines that the child wrote before it ended, or was ended."""
    try:
        done = subprocess.run(  # noqa: S603  # our own program, nothing of the draft in the command
            [sys.executable, child.__file__],
            input=asked,
            capture_output=True,
            timeout=_SECONDS,
            env=_ENVIRONMENT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        written = error.stdout or b""
    else:
        written = done.stdout
    return [line for line in written.splitlines(keepends=True) if line.endswith(b"\n")]


def _outcome(design: Design, made: Mapping[str, Any]) -> Outcome:
    if "pages" in made:
        return Outcome(fault=Fault(FaultKind.NOT_ONE_PAGE))
    outcome = Outcome(
        picture=base64.b64decode(made.get("png", "")),
        sizes=tuple(Fitted(**size) for size in made.get("sizes", ())),
    )
    fault = _fault(made["error"]) if "error" in made else _other_page(design, made["page"])
    return dataclasses.replace(outcome, fault=fault)


def _other_page(design: Design, page: Sequence[float]) -> Fault | None:
    sides = [side * _POINTS_PER_MM for side in design.page]
    if all(abs(a - b) < _PICTURES_DIFFER_BY for a, b in zip(sides, page, strict=True)):
        return None
    return Fault(FaultKind.OTHER_PAGE)


def _fault(error: Mapping[str, Any]) -> Fault:
    message = str(error["message"])
    unfit = DOES_NOT_FIT.search(message)
    if unfit is not None:
        is_page = unfit[1] == "page"
        kind = FaultKind.NOT_ONE_PAGE if is_page else FaultKind.DOES_NOT_FIT
        return Fault(kind, field="" if is_page else unfit[1])
    kind = next((kind for words, kind in _BY_WORDS if words in message), FaultKind.CODE)
    told = "; ".join([message.removeprefix("panicked with: "), *error["hints"]])
    place = _PLACE.search(error["diagnostic"])
    line, column = (int(place[1]), int(place[2]) + 1) if place else (None, None)
    return Fault(kind, told=told, line=line, column=column)
