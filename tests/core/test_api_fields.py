"""Times that requests name."""

import pytest
from django.utils import timezone, translation

from comments.api.decisions import NewBulkDecisionSerializer
from comments.api.sanctions import NewSanctionSerializer
from comments.api.serializers import AskedRulesSerializer, ThreadSerializer
from webhooks.api.serializers import ReplaySerializer


@pytest.mark.parametrize(
    ("serializer", "name"),
    [
        (AskedRulesSerializer, "on"),
        (NewBulkDecisionSerializer, "since"),
        (NewSanctionSerializer, "ends_at"),
        (ReplaySerializer, "since"),
        (ThreadSerializer, "closes_at"),
    ],
)
@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Europe/Moscow", "0001-01-01"),
        ("Europe/Moscow", "9999-12-31T23:59:59Z"),
        ("Etc/GMT+12", "9999-12-31T23:59"),
    ],
)
def test_time_outside_the_calendar_is_an_error_of_its_field(serializer, name, zone, text):
    with timezone.override(zone), translation.override("ru"):
        form = serializer(data={name: text})
        assert not form.is_valid()
        assert form.errors[name] == ["Такую дату и время мы не можем принять."]
