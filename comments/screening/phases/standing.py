"""Phases about the author and the thread: closed threads, sanctions, premoderation, trust."""

from comments.screening.facts import Draft, Facts, Policy, SanctionKind
from comments.screening.phases._registry import checks
from comments.screening.reasons import Phase, Reason
from comments.screening.verdicts import Evidence, Outcome, PhaseVerdict
from comments.states import Mode

# A warning only shows on the desk, and premoderation holds.
_SILENCED = frozenset({SanctionKind.MUTE, SanctionKind.SUSPENSION, SanctionKind.BAN})


@checks(Phase.THREAD)
def thread(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    if facts.closed or facts.mode == Mode.CLOSED:
        return PhaseVerdict(Phase.THREAD, Outcome.REJECT, reason=Reason.CLOSED)
    return PhaseVerdict(Phase.THREAD)


@checks(Phase.PREMODERATION)
def premoderation(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    if facts.mode == Mode.PREMODERATED:
        return PhaseVerdict(Phase.PREMODERATION, Outcome.HOLD, reason=Reason.PREMODERATED)
    return PhaseVerdict(Phase.PREMODERATION)


@checks(Phase.SANCTION)
def sanction(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    """Apply the author's sanctions. A warning is only shown to editors as evidence."""
    evidence = tuple(Evidence(kind) for kind in sorted(facts.sanctions))
    if facts.sanctions & _SILENCED:
        return PhaseVerdict(Phase.SANCTION, Outcome.REJECT, evidence, Reason.MAY_NOT_COMMENT)
    if SanctionKind.PREMODERATION in facts.sanctions:
        return PhaseVerdict(Phase.SANCTION, Outcome.HOLD, evidence, Reason.UNDER_SANCTION)
    return PhaseVerdict(Phase.SANCTION, evidence=evidence)


@checks(Phase.EXTERNAL_REVIEW)
def external_review(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    """The publication's own service is asked when the text is stored: until it answers, hold."""
    if policy.requires_external_review:
        return PhaseVerdict(Phase.EXTERNAL_REVIEW, Outcome.HOLD, reason=Reason.EXTERNAL_REVIEW)
    return PhaseVerdict(Phase.EXTERNAL_REVIEW)


@checks(Phase.NEWCOMER)
def newcomer(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    if not is_newcomer(draft, facts, policy):
        return PhaseVerdict(Phase.NEWCOMER)
    age = draft.at - facts.registered_at
    evidence = (
        Evidence(str(facts.published), against=str(policy.newcomer_comments)),
        Evidence(str(age), against=str(policy.newcomer_age)),
    )
    return PhaseVerdict(Phase.NEWCOMER, Outcome.HOLD, evidence, Reason.NEWCOMER)


def is_newcomer(draft: Draft, facts: Facts, policy: Policy) -> bool:
    young = draft.at - facts.registered_at < policy.newcomer_age
    return young or facts.published < policy.newcomer_comments


@checks(Phase.TRUST)
def trust(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    decided = facts.published + facts.rejected
    # A share over a few decisions says little, so the phase waits for a sample.
    if decided < policy.trust_sample or facts.rejected <= policy.trusted_up_to * decided:
        return PhaseVerdict(Phase.TRUST)
    evidence = (Evidence(f"{facts.rejected}/{decided}", against=str(policy.trusted_up_to)),)
    return PhaseVerdict(Phase.TRUST, Outcome.HOLD, evidence, Reason.TRUST)
