"""Screening: takes a text with facts about its author and thread, returns a verdict with evidence.

Pure: it reads no database, no clock and no network. The caller gathers `Facts` beforehand.
"""

import structlog

from comments.screening.facts import Draft, Facts, Policy
from comments.screening.phases import PHASES, PhaseFunction
from comments.screening.reasons import Phase, Reason
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
            else _verdict(phase, function, draft, facts, policy)
            for phase, function in PHASES.items()
        )
    )


def _verdict(
    phase: Phase, function: PhaseFunction, draft: Draft, facts: Facts, policy: Policy
) -> PhaseVerdict:
    # A broken phase must neither lose the text nor publish it unread, so every exception is caught
    # here and the text is held for an editor.
    try:
        return function(draft, facts, policy)
    except Exception as error:
        log.exception("screening phase failed", phase=phase)
        return PhaseVerdict(
            phase, Outcome.HOLD, reason=Reason.FAILED, note=f"{type(error).__name__}: {error}"
        )
