import datetime as dt
import json
import re
import unicodedata
from typing import Any

import segno

from certificates.rendering.compilers import compile_design
from certificates.rendering.coverage import refuse_unprintable
from certificates.rendering.design import Design
from certificates.rendering.document_data import DocumentData, SealMark

# Any of the eight masks can be scanned; choosing the best one takes four times as long.
_QR_MASK = 3
_DARK = re.compile(rb"\x01+")


def render(
    design: Design,
    data: DocumentData,
    *,
    seal: SealMark | None = None,
    watermark: str = "",
) -> bytes:
    """Return a PDF of one page with `data.as_json()` attached; equal arguments give equal bytes.

    Raises `UnprintableText` and `DoesNotFit`.
    """
    inputs = inputs_of(design, data, seal, watermark)
    # The date of issue and not the clock: equal data must give equal bytes (ADR 13).
    return compile_design(design, inputs, form="pdf", timestamp=midnight(data.issued_on))


def preview(
    design: Design,
    data: DocumentData,
    *,
    seal: SealMark | None = None,
    watermark: str = "",
    ppi: float = 96,
) -> bytes:
    """Return the same page as a PNG. Raises what `render` does."""
    inputs = inputs_of(design, data, seal, watermark)
    return compile_design(design, inputs, form="png", timestamp=midnight(data.issued_on), ppi=ppi)


def inputs_of(
    design: Design, data: DocumentData, seal: SealMark | None, watermark: str
) -> dict[str, str]:
    """Return what the template reads as `sys.inputs`.

    It is JSON, so an answer can never be read as Typst markup or code.
    """
    printed = "".join([*data.texts(), watermark, seal.owner if seal else ""])
    refuse_unprintable(unicodedata.normalize("NFC", printed))
    design_inputs = design.inputs(data.language) | {
        "qr": _qr(data.verification_url),
        "seal": seal and _seal_data(seal),
        "watermark": watermark,
    }
    return {
        "data": data.as_json(),
        "design": json.dumps(design_inputs),
        # The library adds the sizes of fitted texts for the render check. Always, so that no source
        # can tell a check from an issued document by it.
        "report-sizes": "yes",
    }


def _seal_data(seal: SealMark) -> dict[str, Any]:
    return {
        "owner": seal.owner,
        "serial_number": seal.serial_number,
        "valid_until": seal.valid_until.isoformat(),
    }


def _qr(url: str) -> str:
    """Return an SVG in which each dark run overlaps the next row, or viewers would show seams."""
    if not url:
        return ""
    # Level M restores about 15 % of the symbol (ISO/IEC 18004), for a creased or stained print.
    code = segno.make(url, error="m", micro=False, mask=_QR_MASK, boost_error=False)
    side = len(code.matrix)
    runs = (
        f"M{run.start()} {y}h{len(run[0])}v1.03h-{len(run[0])}z"
        for y, row in enumerate(code.matrix)
        for run in _DARK.finditer(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#17323f" d="{"".join(runs)}"/></svg>'
    )


def midnight(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp())
