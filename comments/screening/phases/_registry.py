from collections.abc import Callable
from typing import TypeAlias

from comments.screening.facts import Draft, Facts, Policy
from comments.screening.reasons import Phase
from comments.screening.verdicts import PhaseVerdict

PhaseFunction: TypeAlias = Callable[[Draft, Facts, Policy], PhaseVerdict]

functions: dict[Phase, PhaseFunction] = {}


def checks(phase: Phase) -> Callable[[PhaseFunction], PhaseFunction]:
    """Register the function as the check of this phase."""

    def register(function: PhaseFunction) -> PhaseFunction:
        functions[phase] = function
        return function

    return register
