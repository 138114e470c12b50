import datetime as dt
import json
import re
from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from core.children import ChildFailed, ChildTooDemanding, run_child
from core.places import Places
from core.slow_requests import waiting

LARGEST = 10_000_000  # bytes; a sealed certificate has less than 300,000
# Wall time, more than the child's own limit of processor time: it has a low priority, and the
# machine may be busy.
_SECONDS = 20
# For each process: its other threads go on answering pages (see `devserver/processes.py`).
_places = Places(1)
_BUSY = _("Several files are being checked right now. Please try again in a few seconds.")
# Where the bytes that a signature covers end (ISO 32000-1, table 252).
_BYTE_RANGE = re.compile(
    rb"/ByteRange\s{0,9}\[\s{0,9}\d{1,9}\s{1,9}\d{1,9}\s{1,9}(\d{1,9})\s{1,9}(\d{1,9})"
)
# White space of PDF, and the end-of-file character with which old transfers fill the last block.
_PADDING = b"\0\t\n\f\r \x1a"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class SealVerdict(StrEnum):
    """The result of inspecting a file alone. Only the register knows of a revocation."""

    OURS = "ours"
    FOREIGN = "foreign"  # intact, but sealed with a key that is not ours
    ALTERED = "altered"
    UNSEALED = "unsealed"
    UNCHECKABLE = "uncheckable"  # sealed with an algorithm or in a format unknown here, as by GOST
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    TOO_DEMANDING = "too_demanding"  # of time or memory, as only a hostile file is


@dataclass(frozen=True, slots=True)
class SealReport:
    """The properties of the seal in a file.

    `attached` is the text of the attached data, or empty. `made_at` is the time that the signer
    claims; `timestamped_at` is that of a timestamp service. `damaged`: the file had to be repaired
    to be read, so its seal was not looked at.
    """

    verdict: SealVerdict
    intact: bool = False
    covers_file: bool = False
    damaged: bool = False
    trusted: bool = False
    signer: str = ""
    fingerprint: str = ""
    made_at: dt.datetime | None = None
    timestamped_at: dt.datetime | None = None
    attached: str = ""


def without_padding(pdf: bytes) -> bytes:
    """Return the file without what was added before its header and after its last signature.

    PDF viewers ignore it: ISO 32000-1 leaves open what follows the end-of-file marker, and viewers
    count from the header, even if a line break or the mark of a text editor comes before it.
    """
    pdf = pdf.removeprefix(_BYTE_ORDER_MARK).lstrip(_PADDING)
    ends = (int(start) + int(length) for start, length in _BYTE_RANGE.findall(pdf))
    signed = max((end for end in ends if end <= len(pdf)), default=0)
    return pdf if pdf[signed:].strip(_PADDING) else pdf[:signed] or pdf


def inspect(pdf: bytes, *, trusted: Container[str], largest: int = LARGEST) -> SealReport:
    """Inspect any bytes; `trusted` are the fingerprints of our seals, past and present.

    The file is opened in a child process with limits, because a small PDF can demand gigabytes of
    memory or hours of work. Raises `Busy` while this process inspects another file.
    """
    if len(pdf) > largest:
        return SealReport(SealVerdict.TOO_LARGE)
    with _places.take(_BUSY), waiting(long=True):
        return _inspect(without_padding(pdf), trusted)


def _inspect(pdf: bytes, trusted: Container[str]) -> SealReport:
    try:
        reply = run_child("certificates.signing.inspection", content=pdf, seconds=_SECONDS)
    except ChildTooDemanding:
        return SealReport(SealVerdict.TOO_DEMANDING)
    except ChildFailed:
        return SealReport(SealVerdict.UNREADABLE)
    return _report(json.loads(reply), trusted)


def _report(reply: dict[str, str], trusted: Container[str]) -> SealReport:
    whole = reply["status"] == "whole"
    ours = reply.get("fingerprint", "") in trusted
    verdict = (
        (SealVerdict.OURS if ours else SealVerdict.FOREIGN)
        if whole
        else SealVerdict(reply["status"])
    )
    return SealReport(
        verdict,
        intact=whole,
        covers_file=bool(reply.get("covers_file")),
        damaged=bool(reply.get("damaged")),
        trusted=ours,
        signer=reply.get("signer", ""),
        fingerprint=reply.get("fingerprint", ""),
        made_at=_time(reply.get("made_at")),
        timestamped_at=_time(reply.get("timestamped_at")),
        attached=reply.get("attached", ""),
    )


def _time(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
