"""Screening: takes a text with facts about its author and thread, returns a verdict with evidence.

Pure: it reads no database, no clock and no network. The caller gathers `Facts` beforehand.
"""

from dataclasses import replace

import structlog

from comments.screening.facts import Draft, Facts, Policy
from comments.screening.phases import PHASES, PhaseFunction
from comments.screening.readings import Reading
from comments.screening.reasons import CONTENT_PHASES, TEXT_PHASES, Phase, Reason
from comments.screening.verdicts import Outcome, PhaseVerdict, Verdict

__all__ = [
    "Draft",
    "Facts",
    "Outcome",
    "Phase",
    "PhaseVerdict",
    "Policy",
    "Verdict",
    "refuses_unread",
    "screen",
]

log = structlog.get_logger(__name__)

# No other text could help against these, so they are asked before the text is read.
_ASKED_FIRST = (Phase.THREAD, Phase.SANCTION, Phase.RATE)


def refuses_unread(draft: Draft, facts: Facts, policy: Policy) -> bool:
    """Return whether rules that ignore the words reject the text, so that it need not be read.

    `facts` need not have those about the text.
    """
    exempt = _exempt(facts, policy)
    verdicts = (
        _verdict(phase, PHASES[phase], draft, facts, policy)
        for phase in _ASKED_FIRST
        if phase not in exempt
    )
    return any(verdict.outcome == Outcome.REJECT for verdict in verdicts)


def screen(draft: Draft, facts: Facts, policy: Policy) -> Verdict:
    """Run every phase and return their verdicts; the strictest decides the outcome."""
    exempt = _exempt(facts, policy)
    return Verdict(
        tuple(
            PhaseVerdict(phase, note="exempt")
            if phase in exempt
            else _strictest(phase, function, draft, facts, policy)
            for phase, function in PHASES.items()
        )
    )


def _exempt(facts: Facts, policy: Policy) -> frozenset[Phase]:
    return frozenset[Phase]().union(
        *(policy.exemptions.get(role, frozenset()) for role in facts.roles)
    )


def _strictest(
    phase: Phase, function: PhaseFunction, draft: Draft, facts: Facts, policy: Policy
) -> PhaseVerdict:
    """Judge the typed text and the visible text; the stricter verdict counts.

    Signs of markup can hide a word or a link from one of the two.
    """
    if not draft.is_read and phase in CONTENT_PHASES:
        return PhaseVerdict(phase, note="not read")
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
