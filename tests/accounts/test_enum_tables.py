"""Every table over an enum of accounts, core and webhooks has a row for each of its values."""

import pytest
from django.utils import translation

from accounts.models import AccountEvent, Role, Sanction
from accounts.permissions import FORBIDDEN, PERMISSIONS, Permission
from accounts.states import SANCTION, SanctionStatus
from core.outgoing import Failure
from webhooks.states import ENDPOINT, DeliveryStatus, EndpointStatus


@pytest.mark.parametrize(("table", "enum"), [(FORBIDDEN, Sanction.Kind), (PERMISSIONS, Permission)])
def test_table_has_a_row_for_each_value(table, enum):
    assert set(table) == set(enum)


@pytest.mark.parametrize(
    ("transitions", "statuses"), [(SANCTION, SanctionStatus), (ENDPOINT, EndpointStatus)]
)
def test_transitions_name_each_status(transitions, statuses):
    assert set(transitions._table) == set(statuses)


@pytest.mark.parametrize(
    "enum",
    [AccountEvent.Action, Role.Name, Sanction.Kind, Failure, DeliveryStatus, EndpointStatus],
)
def test_each_value_has_a_label_in_both_languages(enum):
    for value in enum:
        with translation.override("en"):
            english = str(value.label)
        with translation.override("ru"):
            russian = str(value.label)
        assert english
        assert english != russian, value
