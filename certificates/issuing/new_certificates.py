"""Assign numbers and build the rows of new certificates."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from certificates.fields import FieldKind
from certificates.form import reading
from certificates.issuing import document_data
from certificates.models import Application, Certificate, NumberCounter, Programme, TemplateVersion
from certificates.numbers import Serial, new_code


def next_serials(programme: Programme, count: int) -> tuple[Sequence[Serial], date]:
    """Take the next numbers of the year. The second value is the date of issue that they belong to.

    The counter row stays locked until the transaction ends, so a rollback leaves no gap.
    """
    counter, today = _locked_counter(programme)
    first = counter.last_serial + 1
    counter.last_serial += count
    counter.save(update_fields=["last_serial"])
    prefix = programme.number_prefix
    serials = [Serial(prefix, today.year, serial) for serial in range(first, first + count)]
    return serials, today


def _locked_counter(programme: Programme) -> tuple[NumberCounter, date]:
    """Return the counter of the year, locked, and the day.

    The wait for the lock may last past midnight of 31 December, so the year is looked at again.
    """
    while True:
        # By the publication's clock: a certificate has the number of its printed year.
        year = timezone.localdate(None, programme.site.clock).year
        # A row and not a sequence: a sequence leaves gaps when a transaction rolls back.
        counter, _is_new = NumberCounter.objects.select_for_update().get_or_create(
            programme=programme, year=year
        )
        today = timezone.localdate(None, programme.site.clock)
        if today.year == year:
            return counter, today


def certificate_of(
    application: Application,
    serial: Serial,
    template: TemplateVersion,
    *,
    issued_on: date,
    replaced: Certificate | None = None,
) -> Certificate:
    """Build a certificate with a new code, without storing it."""
    code = new_code()
    data = document_data.of_application(
        application, template, number=str(serial), code=code, issued_on=issued_on
    )
    fields = application.form.fields
    return Certificate(
        application=application,
        programme=application.programme,
        year=serial.year,
        serial=serial.serial,
        number=str(serial),
        code=code,
        holder=data.holder,
        title=data.title,
        template=template,
        document_data=data.as_data(),
        language=data.language,
        email=reading.first_of(fields, application.answers, FieldKind.EMAIL),
        issued_at=timezone.now(),
        expires_on=data.expires_on,
        supersedes=replaced,
        # The holder chose it for the document that this one replaces.
        name_is_public=replaced is not None and replaced.name_is_public,
    )
