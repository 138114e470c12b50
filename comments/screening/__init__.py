"""Screening: takes a text with facts about its author and thread, returns a verdict with evidence.

Pure: it reads no database, no clock and no network. The caller gathers `Facts` beforehand.
"""

from dataclasses import replace

import structlog

from comments.screening.facts import Draft, Facts, Policy
from comments.screening.phases import PHASES, PhaseFunction
from comments.screening.readings import Reading
from comments.screening.reasons import TEXT_PHASES, Phase, Reason
from comments.screening.verdicts import Outcome, PhaseVerdict, Verdict

__all__ = ["Draft", "Facts", "Outcome", "Phase", "PhaseVerdict", "Policy", "Verdict", "screen"]

log = structlog.get_logger(__name__)


def screen(draft: Draft, facts: Facts, policy: Policy) -> Verdict:
    """Run every phase and return their verdicts; the strictest decides the outcome."""
    exempt = frozenset[Phase]().union(
        *(policy.exemptions.get(role, frozenset()) for role in facts.roles)
    )
    return Verdict(
        tuple(
            PhaseVerdict(phase, note="exempt")
            if phase in exempt
            else _strictest(phase, function, draft, facts, policy)
            for phase, function in PHASES.items()
        )
    )


def _strictest(
    phase: Phase, function: PhaseFunction, draft: Draft, facts: Facts, policy: Policy
) -> PhaseVerdict:
    """Judge the typed text and the visible text; the stricter verdict counts.

    Signs of markup can hide a word or a link from one of the two.
    """
    typed = _verdict(phase, function, draft, facts, policy)
    readings = draft.readings if phase in TEXT_PHASES else ()
    verdicts = [
        _verdict(phase, function, draft, facts, policy, reading=reading) for reading in readings
    ]
    # Of equal ones the first wins, and the typed text comes first: its spans are exact.
    return max([typed, *verdicts], key=_strictness)


def _strictness(verdict: PhaseVerdict) -> tuple[int, bool, int]:
    # A reason without consequences is advice, which must not be lost either; and an editor should
    # see every word that was found.
    severity = list(Outcome).index(verdict.outcome)
    return severity, verdict.reason is not None, len(verdict.evidence)


def _verdict(
    phase: Phase,
    function: PhaseFunction,
    draft: Draft,
    facts: Facts,
    policy: Policy,
    *,
    reading: Reading | None = None,
) -> PhaseVerdict:
    # A broken phase must neither lose the text nor publish it unread, so every exception is caught
    # here and the text is held for an editor.
    try:
        if reading is None:
            return function(draft, facts, policy)
        # The links were judged with the typed text, to which their spans belong.
        read = replace(draft, text=reading.text, links=())
        return reading.as_typed(function(read, facts, policy))
    except Exception as error:
        log.exception("screening phase failed", phase=phase)
        return PhaseVerdict(
            phase, Outcome.HOLD, reason=Reason.FAILED, note=f"{type(error).__name__}: {error}"
        )
