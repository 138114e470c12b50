import pytest

from certificates.applications import review
from certificates.states import (
    RISK_LET_THROUGH,
    RISK_WEIGHTS,
    ApplicationStatus,
    CertificateStatus,
    ImportStatus,
    Risk,
    RowStatus,
)


@pytest.mark.parametrize(
    "enum", [ApplicationStatus, CertificateStatus, ImportStatus, RowStatus, Risk]
)
def test_every_member_has_a_label_that_was_written_for_it(enum):
    # Django makes a label of the name where none is written: «Slip Dismissed».
    assert [
        member for member in enum if member.label == member.name.replace("_", " ").title()
    ] == []


def test_every_risk_has_a_weight():
    assert set(RISK_WEIGHTS) == set(Risk)


def test_only_a_rare_name_is_let_through_without_a_registrar():
    light = {risk for risk, weight in RISK_WEIGHTS.items() if weight <= RISK_LET_THROUGH}
    assert light == {Risk.RARE_NAME}


def test_every_decision_has_an_outcome():
    assert set(review._OUTCOMES) == set(review.ApplicationDecision)
