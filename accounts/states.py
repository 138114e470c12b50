from enum import StrEnum

from core.states import Transitions


class Proof(StrEnum):
    """A secret that an attacker could guess, so wrong tries are counted."""

    PASSWORD = "password"  # noqa: S105 - the name of the proof
    SIGN_IN_CODE = "sign_in_code"
    RESET_CODE = "reset_code"
    ADDRESS_CODE = "address_code"  # confirms the address of a registration or of a change
    CERTIFICATES_CODE = "certificates_code"
    SECOND_FACTOR = "second_factor"  # a code from the app, or a recovery code
    SPENT_CODE = "spent_code"  # a right code of the second step, which counts once
    ONE_CODE = "one_code"  # the tries of one code that was e-mailed
    CODE_EMAIL = "code_email"  # not a proof: the e-mails that anybody can send to an address


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
