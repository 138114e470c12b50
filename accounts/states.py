from enum import StrEnum

from core.states import Transitions


class SanctionStatus(StrEnum):
    ACTIVE = "active"
    LIFTED = "lifted"  # by an editor
    LAPSED = "lapsed"  # automatically, at its end


SANCTION: Transitions[SanctionStatus] = Transitions(
    {
        SanctionStatus.ACTIVE: {SanctionStatus.LIFTED, SanctionStatus.LAPSED},
        SanctionStatus.LIFTED: (),
        SanctionStatus.LAPSED: (),
    }
)
