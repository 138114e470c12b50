"""Render drafts in a child process. A draft is untrusted code until it passes its render check."""

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

from certificates.rendering import sandbox_child
from certificates.rendering.compilers import DOES_NOT_FIT, ENVIRONMENT, FONTS, STANDARDS
from certificates.rendering.design import Design, lay_out
from certificates.rendering.document_data import DocumentData
from certificates.rendering.errors import ForeignCode, UnprintableText
from certificates.rendering.render_document import inputs_of, midnight
from core.children import has_met_limit

# Wall time, more than the child's own limit: that counts processor time, which is scarce on a busy
# machine, and does not end a child that only waits.
_SECONDS = 20
_LOCATION = re.compile(r"┌─ \S*main\.typ:(\d+):(\d+)")
_PAGE_TOLERANCE = 1.5  # points: the PNG is rounded to whole pixels
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
    CRASHED = "crashed"


_SENTENCES: Mapping[FaultKind, Promise] = {
    FaultKind.CODE: _("The compiler does not understand the source."),
    FaultKind.FOREIGN_CODE: _("The source uses something outside the template."),
    FaultKind.DOES_NOT_FIT: _("A text does not fit even at the smallest size."),
    FaultKind.UNPRINTABLE: _("The data contain characters that none of our fonts has."),
    FaultKind.NO_GLYPH: _("A font of the template lacks a character."),
    FaultKind.NO_ALT: _("An image has no alternative text."),
    FaultKind.NO_TITLE: _("The document has no title."),
    FaultKind.NOT_CONFORMING: _("PDF/A-3a or PDF/UA-1 does not allow this."),
    FaultKind.NOT_ONE_PAGE: _("The document must be one page, but it has more."),
    FaultKind.OTHER_PAGE: _("The page size differs from the one chosen for the template."),
    FaultKind.TOO_DEMANDING: _("It takes too much time or memory."),
    FaultKind.CRASHED: _("The compiler crashed at this document. Simplify the source."),
}
# Typst has no error codes: the first phrase found in the message decides.
_KINDS_BY_PHRASE = (
    ("could not be displayed with font", FaultKind.NO_GLYPH),
    ("missing alt text", FaultKind.NO_ALT),
    ("missing document title", FaultKind.NO_TITLE),
    ("PDF/", FaultKind.NOT_CONFORMING),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """`message` comes from the compiler; `field` is what does not fit; columns are 1-based."""

    kind: FaultKind
    message: str = ""
    line: int | None = None
    column: int | None = None
    field: str = ""

    @property
    def sentence(self) -> Promise:
        return _SENTENCES[self.kind]


@dataclass(frozen=True, slots=True)
class FittedText:
    """The size in points at which a text was set, and the largest size that it could have had."""

    field: str
    size: float
    largest: float

    @property
    def is_shrunk(self) -> bool:
        return self.size < self.largest


@dataclass(frozen=True, slots=True)
class SandboxResult:
    """`png` is empty if nothing could be drawn."""

    png: bytes = b""
    sizes: tuple[FittedText, ...] = ()
    fault: Fault | None = None


def render_in_sandbox(
    design: Design, documents: Sequence[DocumentData], *, ppi: float
) -> list[SandboxResult]:
    """Return one result per document. Never raises because of the source or of the data."""
    try:
        design.refuse_foreign_code()
    except ForeignCode as error:
        fault = Fault(FaultKind.FOREIGN_CODE, message=error.word, line=error.line)
        return [SandboxResult(fault=fault)] * len(documents)
    prepared = [_prepared(design, data) for data in documents]
    jobs = [job for job in prepared if not isinstance(job, SandboxResult)]
    rendered = iter(_render(design, jobs, ppi) if jobs else ())
    return [job if isinstance(job, SandboxResult) else next(rendered) for job in prepared]


def _prepared(design: Design, data: DocumentData) -> dict[str, Any] | SandboxResult:
    try:
        inputs = inputs_of(design, data, None, "")
    except UnprintableText as error:
        return SandboxResult(fault=Fault(FaultKind.UNPRINTABLE, message=error.characters))
    return {"inputs": inputs, "timestamp": midnight(data.issued_on)}


def _render(
    design: Design, jobs: Sequence[Mapping[str, Any]], ppi: float
) -> Iterator[SandboxResult]:
    with tempfile.TemporaryDirectory(prefix="otklik-draft-") as folder:
        lay_out(design, Path(folder))
        request = {
            "folder": folder,
            "fonts": str(FONTS),
            "standards": STANDARDS,
            "ppi": ppi,
            "jobs": jobs,
        }
        lines, missing = _run_child(json.dumps(request).encode())
    for line in lines:
        yield _result(design, json.loads(line))
    # The child ended at the first document that is missing; the ones after it were not begun.
    for _job in jobs[len(lines) :]:
        yield SandboxResult(fault=Fault(missing))


def _run_child(request: bytes) -> tuple[list[bytes], FaultKind]:
    """Return the complete lines that the child wrote, and why it did not write more."""
    try:
        completed = subprocess.run(  # noqa: S603  # our own program, nothing of the draft in the command
            [sys.executable, sandbox_child.__file__],
            input=request,
            capture_output=True,
            timeout=_SECONDS,
            env=ENVIRONMENT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        output, missing = error.stdout or b"", FaultKind.TOO_DEMANDING
    else:
        output = completed.stdout
        is_limit = has_met_limit(completed.returncode, completed.stderr)
        missing = FaultKind.TOO_DEMANDING if is_limit else FaultKind.CRASHED
    lines = [line for line in output.splitlines(keepends=True) if line.endswith(b"\n")]
    return lines, missing


def _result(design: Design, reply: Mapping[str, Any]) -> SandboxResult:
    if "pages" in reply:
        return SandboxResult(fault=Fault(FaultKind.NOT_ONE_PAGE))
    result = SandboxResult(
        png=base64.b64decode(reply.get("png", "")),
        sizes=tuple(FittedText(**size) for size in reply.get("sizes", ())),
    )
    fault = _fault(reply["error"]) if "error" in reply else _other_page(design, reply["page"])
    return dataclasses.replace(result, fault=fault)


def _other_page(design: Design, page: Sequence[float]) -> Fault | None:
    sides = [side * _POINTS_PER_MM for side in design.page]
    if all(abs(a - b) < _PAGE_TOLERANCE for a, b in zip(sides, page, strict=True)):
        return None
    return Fault(FaultKind.OTHER_PAGE)


def _fault(error: Mapping[str, Any]) -> Fault:
    message = str(error["message"])
    unfit = DOES_NOT_FIT.search(message)
    if unfit is not None:
        is_page = unfit[1] == "page"
        kind = FaultKind.NOT_ONE_PAGE if is_page else FaultKind.DOES_NOT_FIT
        return Fault(kind, field="" if is_page else unfit[1])
    kind = next((kind for phrase, kind in _KINDS_BY_PHRASE if phrase in message), FaultKind.CODE)
    message = "; ".join([message.removeprefix("panicked with: "), *error["hints"]])
    location = _LOCATION.search(error["diagnostic"])
    line, column = (int(location[1]), int(location[2]) + 1) if location else (None, None)
    return Fault(kind, message=message, line=line, column=column)
