import datetime as dt
import json
import subprocess
import sys
from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

LARGEST = 10_000_000  # bytes; a sealed certificate has less than 300,000
_SECONDS = 20
_PROJECT = Path(__file__).parent.parent.parent


class Verdict(StrEnum):
    """What is known of a file from the file alone; whether it was revoked, the register knows."""

    OURS = "ours"
    FOREIGN = "foreign"  # whole, but sealed with somebody else's key
    ALTERED = "altered"
    UNSEALED = "unsealed"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    TOO_DEMANDING = "too_demanding"  # of time or memory, as only a hostile file is


@dataclass(frozen=True, slots=True)
class SealReport:
    """`attached` is the JSON that `DocumentData.as_json` wrote, or nothing.

    `made_at` is the signer's word; `timestamped_at` that of a timestamp service, if one was asked.
    """

    verdict: Verdict
    intact: bool = False
    covers_file: bool = False
    trusted: bool = False
    signer: str = ""
    fingerprint: str = ""
    made_at: dt.datetime | None = None
    timestamped_at: dt.datetime | None = None
    attached: str = ""


def inspect(pdf: bytes, *, trusted: Container[str]) -> SealReport:
    """`trusted` are fingerprints of the seals that are or were ours. Answers to any bytes at all.

    The file is opened in a process of its own, with little memory and little time: PDF is a format
    in which a few bytes can ask for very much.
    """
    if len(pdf) > LARGEST:
        return SealReport(Verdict.TOO_LARGE)
    try:
        child = subprocess.run(  # our own module, nothing of the file in the command
            [sys.executable, "-m", "certificates.signing.inspection"],
            input=pdf,
            capture_output=True,
            timeout=_SECONDS,
            cwd=_PROJECT,
            env={"PYTHONUTF8": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return SealReport(Verdict.TOO_DEMANDING)
    if child.returncode < 0 or b"MemoryError" in child.stderr:
        return SealReport(Verdict.TOO_DEMANDING)
    if child.returncode:
        return SealReport(Verdict.UNREADABLE)
    return _report(json.loads(child.stdout), trusted)


def _report(found: dict[str, str], trusted: Container[str]) -> SealReport:
    whole = found["state"] == "whole"
    ours = found.get("fingerprint", "") in trusted
    verdict = (Verdict.OURS if ours else Verdict.FOREIGN) if whole else Verdict(found["state"])
    return SealReport(
        verdict,
        intact=whole,
        covers_file=bool(found.get("covers_file")),
        trusted=ours,
        signer=found.get("signer", ""),
        fingerprint=found.get("fingerprint", ""),
        made_at=_time(found.get("made_at")),
        timestamped_at=_time(found.get("timestamped_at")),
        attached=found.get("attached", ""),
    )


def _time(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
