"""Fields of the API's requests."""

from datetime import datetime

from rest_framework import serializers


class RequestDateTimeField(serializers.DateTimeField):
    """A time that a request names.

    DRF fails with an OverflowError on one without an offset that UTC puts before the year 1 or
    after the year 9999.
    """

    def enforce_timezone(self, value: datetime) -> datetime:
        try:
            return super().enforce_timezone(value)
        except OverflowError:
            self.fail("overflow")
