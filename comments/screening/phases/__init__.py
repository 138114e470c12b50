"""The phases in the order in which their verdicts are shown."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from comments.screening.facts import Draft, Facts, Policy
from comments.screening.phases import flood, form, linking, standing, wording
from comments.screening.verdicts import Phase, PhaseVerdict

PhaseFunction: TypeAlias = Callable[[Draft, Facts, Policy], PhaseVerdict]

PHASES: Mapping[Phase, PhaseFunction] = {
    Phase.LENGTH: form.length,
    Phase.THREAD: standing.thread,
    Phase.PREMODERATION: standing.premoderation,
    Phase.SANCTION: standing.sanction,
    Phase.RATE: flood.rate,
    Phase.DUPLICATE: flood.duplicate,
    Phase.BANNED_WORDS: wording.banned,
    Phase.SUSPECT_WORDS: wording.suspect,
    Phase.LINKS: linking.links,
    Phase.CAPITALS: form.capitals,
    Phase.REPETITION: form.repetition,
    Phase.NEWCOMER: standing.newcomer,
    Phase.TRUST: standing.trust,
    Phase.COMPLAINT: wording.complaint,
    Phase.HOOK: standing.hook,
}
