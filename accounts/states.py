from enum import StrEnum

from core.states import Transitions


class SanctionState(StrEnum):
    ACTIVE = "active"
    LIFTED = "lifted"  # by an editor
    LAPSED = "lapsed"  # automatically, at its end


SANCTION: Transitions[SanctionState] = Transitions(
    {
        SanctionState.ACTIVE: {SanctionState.LIFTED, SanctionState.LAPSED},
        SanctionState.LIFTED: (),
        SanctionState.LAPSED: (),
    }
)
