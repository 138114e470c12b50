from enum import StrEnum

from core.states import Transitions


class SanctionState(StrEnum):
    ACTIVE = "active"
    LIFTED = "lifted"  # by an editor
    LAPSED = "lapsed"  # by itself, when its end had come


SANCTION: Transitions[SanctionState] = Transitions(
    {
        SanctionState.ACTIVE: {SanctionState.LIFTED, SanctionState.LAPSED},
        SanctionState.LIFTED: (),
        SanctionState.LAPSED: (),
    }
)
