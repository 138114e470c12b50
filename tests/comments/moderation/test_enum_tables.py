"""Every table over an enumeration of moderation is complete, and a status changes in one place."""

import re
from pathlib import Path

import pytest

from comments.models.decisions import DecisionColumns, DecisionDetails
from comments.moderation.decisions import _KINDS
from comments.notifications.preferences import DEFAULTS
from comments.states import (
    APPEAL,
    BULK_DECISION,
    EXTERNAL_REVIEW,
    AppealStatus,
    BulkDecisionStatus,
    DecisionKind,
    ExternalReviewStatus,
    NotificationKind,
)

COMMENTS = Path(__file__).parent.parent.parent.parent / "comments"


@pytest.mark.parametrize(
    ("table", "statuses"),
    [
        (APPEAL, AppealStatus),
        (BULK_DECISION, BulkDecisionStatus),
        (EXTERNAL_REVIEW, ExternalReviewStatus),
    ],
)
def test_every_status_has_its_transitions(table, statuses):
    assert set(table._table) == set(statuses)


def test_every_kind_of_decision_leads_somewhere():
    assert set(_KINDS) == set(DecisionKind)


def test_every_kind_of_notification_has_a_default_frequency():
    assert set(DEFAULTS) == set(NotificationKind)


def test_every_detail_of_a_decision_has_a_column():
    columns = {field.name for field in DecisionColumns._meta.fields}
    assert set(DecisionDetails().columns()) == columns | {"note"}


def test_status_of_a_model_changes_in_one_place():
    assigned = {
        str(path.relative_to(COMMENTS)): len(
            re.findall(r"\b(?:appeal|review|bulk_decision)\.status(?:, \S+)? = ", text)
        )
        for path in COMMENTS.rglob("*.py")
        if (text := path.read_text(encoding="utf-8"))
    }
    assert {name: count for name, count in assigned.items() if count} == {
        "moderation/appeal_status.py": 1,
        "moderation/bulk.py": 1,
        "moderation/external_review.py": 1,
    }
