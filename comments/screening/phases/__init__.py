"""The functions of all phases. Each registers itself by `@checks(Phase.…)` when it is imported."""

from collections.abc import Mapping

from comments.screening.phases import flood, form, linking, standing, wording
from comments.screening.phases._registry import PhaseFunction, functions
from comments.screening.reasons import Phase

__all__ = ["PHASES", "PhaseFunction", "flood", "form", "linking", "standing", "wording"]

# In the order of the enumeration. A phase without a function stops the process here, at its start.
PHASES: Mapping[Phase, PhaseFunction] = {phase: functions[phase] for phase in Phase}
