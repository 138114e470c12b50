import datetime as dt
import json
import re
import unicodedata
from typing import Any

import segno

from certificates.rendering.compilers import compile_design
from certificates.rendering.coverage import refuse_unprintable
from certificates.rendering.designs import Design
from certificates.rendering.facts import CertificateFacts, SealMark

# Any of the eight masks scans; trying them all to find the prettiest takes four times as long.
_QR_MASK = 3
_DARK = re.compile(rb"\x01+")


def render(
    design: Design,
    facts: CertificateFacts,
    *,
    seal: SealMark | None = None,
    watermark: str = "",
) -> bytes:
    """A PDF of one page, the same bytes for the same arguments, with `facts.as_json()` attached.

    Raises `UnprintableText` and `DoesNotFit`.
    """
    inputs = inputs_of(design, facts, seal, watermark)
    return compile_design(design, inputs, form="pdf", timestamp=midnight(facts.issued_on))


def preview(
    design: Design,
    facts: CertificateFacts,
    *,
    seal: SealMark | None = None,
    watermark: str = "",
    ppi: float = 96,
) -> bytes:
    """The same page as a PNG."""
    inputs = inputs_of(design, facts, seal, watermark)
    return compile_design(design, inputs, form="png", timestamp=midnight(facts.issued_on), ppi=ppi)


def inputs_of(
    design: Design, facts: CertificateFacts, seal: SealMark | None, watermark: str
) -> dict[str, str]:
    """All that goes into Typst goes as strings of JSON: data, never markup."""
    printed = "".join([*facts.texts(), watermark, seal.owner if seal else ""])
    refuse_unprintable(unicodedata.normalize("NFC", printed))
    shown = design.shown(facts.language) | {
        "qr": _qr(facts.verification_url),
        "seal": seal and _seal_data(seal),
        "watermark": watermark,
    }
    return {"facts": facts.as_json(), "shown": json.dumps(shown)}


def _seal_data(seal: SealMark) -> dict[str, Any]:
    return {
        "owner": seal.owner,
        "serial_number": seal.serial_number,
        "valid_until": seal.valid_until.isoformat(),
    }


def _qr(address: str) -> str:
    """SVG of dark runs that reach a little into the next row, so that no viewer shows seams."""
    if not address:
        return ""
    code = segno.make(address, error="m", micro=False, mask=_QR_MASK, boost_error=False)
    side = len(code.matrix)
    runs = (
        f"M{found.start()} {y}h{len(found[0])}v1.03h-{len(found[0])}z"
        for y, row in enumerate(code.matrix)
        for found in _DARK.finditer(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#17323f" d="{"".join(runs)}"/></svg>'
    )


def midnight(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp())
