"""The verdict of screening. Its classes are frozen and serialise to JSON unchanged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from comments.screening.reasons import Phase, Reason, sentence

Json: TypeAlias = dict[str, "str | int | list[Json] | Json"]


class Outcome(StrEnum):
    """From the mildest to the strictest."""

    PUBLISH = "publish"
    HOLD = "hold"
    REJECT = "reject"


_STRICTEST_FIRST = tuple(reversed(Outcome))
# So much evidence of a phase is stored: editors see enough by it, and a text of nothing but banned
# words must not fill the database.
MOST_EVIDENCE = 50


@dataclass(frozen=True, slots=True)
class Evidence:
    """The match of a phase: `text`, from `start` to `end` of the draft if it is part of it.

    `against` is the list entry or the limit that matched. `source` names the list's version.
    `looks_like` is the listed form that a disguised word may be.
    """

    text: str
    start: int | None = None
    end: int | None = None
    against: str = ""
    source: str = ""
    looks_like: str = ""

    def as_json(self) -> Json:
        known: Json = {"text": self.text}
        if self.start is not None and self.end is not None:
            known |= {"start": self.start, "end": self.end}
        if self.against:
            known["against"] = self.against
        if self.source:
            known["source"] = self.source
        if self.looks_like:
            known["looks_like"] = self.looks_like
        return known


@dataclass(frozen=True, slots=True)
class PhaseVerdict:
    """The result of one phase. `reason` tells the reader why and what to change; `details` fill its
    sentence.

    A reason with outcome `publish` is advice. `note` is for editors: an error, an exemption.
    """

    phase: Phase
    outcome: Outcome = Outcome.PUBLISH
    evidence: tuple[Evidence, ...] = ()
    reason: Reason | None = None
    details: Mapping[str, str | int] = field(default_factory=dict)
    note: str = ""

    @property
    def sentence(self) -> str:
        return sentence(self.reason, self.details) if self.reason else ""

    def as_json(self) -> Json:
        known: Json = {"phase": str(self.phase), "outcome": str(self.outcome)}
        if self.reason:
            known |= {"reason": str(self.reason), "details": dict(self.details)}
        if self.evidence:
            known["evidence"] = [item.as_json() for item in self.evidence[:MOST_EVIDENCE]]
        if self.note:
            known["note"] = self.note
        return known


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every phase's verdict; the strictest is the outcome."""

    phases: tuple[PhaseVerdict, ...]

    @property
    def outcome(self) -> Outcome:
        outcomes = {phase.outcome for phase in self.phases}
        return next(outcome for outcome in _STRICTEST_FIRST if outcome in outcomes)

    @property
    def deciding(self) -> tuple[PhaseVerdict, ...]:
        """The phases that made the outcome; none where everything passed."""
        if self.outcome == Outcome.PUBLISH:
            return ()
        return tuple(phase for phase in self.phases if phase.outcome == self.outcome)

    @property
    def requires_external_review(self) -> bool:
        return any(phase.phase == Phase.EXTERNAL_REVIEW and phase.reason for phase in self.phases)

    @property
    def awaits_external_review_only(self) -> bool:
        return [phase.phase for phase in self.deciding] == [Phase.EXTERNAL_REVIEW]

    def as_json(self) -> Json:
        return {
            "outcome": str(self.outcome),
            "phases": [phase.as_json() for phase in self.phases],
        }
