"""Screening: a text and what is known of its place and author in, a verdict with evidence out.

Pure: it reads no database, no clock and no network. Whoever calls it gathers `Facts` beforehand.
"""

import structlog

from comments.screening.facts import Draft, Facts, Policy
from comments.screening.phases import PHASES, PhaseFunction
from comments.screening.reasons import Phase, Reason
from comments.screening.verdicts import Outcome, PhaseVerdict, Verdict

__all__ = ["Draft", "Facts", "Outcome", "Phase", "PhaseVerdict", "Policy", "Verdict", "screen"]

log = structlog.get_logger(__name__)


def screen(draft: Draft, facts: Facts, policy: Policy) -> Verdict:
    """Every phase is run, whatever the others found; the strictest makes the outcome."""
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
    # The one place that catches everything: whatever is wrong with a phase, the text must neither
    # be lost nor pass unread, so it waits for an editor.
    try:
        return function(draft, facts, policy)
    except Exception as error:
        log.exception("screening phase failed", phase=phase)
        return PhaseVerdict(
            phase, Outcome.HOLD, reason=Reason.FAILED, note=f"{type(error).__name__}: {error}"
        )
