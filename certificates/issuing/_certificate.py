"""Assign numbers and build the rows of new certificates."""

from collections.abc import Sequence

from django.utils import timezone

from certificates.fields import FieldKind
from certificates.form import reading
from certificates.issuing import document_data
from certificates.models import Application, Certificate, NumberCounter, Programme, TemplateVersion
from certificates.numbers import Serial, new_code


def next_serials(programme: Programme, count: int) -> Sequence[Serial]:
    """Take the next numbers of the year.

    The counter row stays locked until the transaction ends, so a rollback leaves no gap.
    """
    # By local time: a certificate of the night of 1 January gets the number of its printed year.
    year = timezone.localdate().year
    # A row and not a sequence: a sequence leaves gaps when a transaction rolls back.
    counter, _is_new = NumberCounter.objects.select_for_update().get_or_create(
        programme=programme, year=year
    )
    first = counter.last_serial + 1
    counter.last_serial += count
    counter.save(update_fields=["last_serial"])
    prefix = programme.number_prefix
    return [Serial(prefix, year, serial) for serial in range(first, first + count)]


def certificate_of(
    application: Application,
    serial: Serial,
    template: TemplateVersion,
    replaced: Certificate | None = None,
) -> Certificate:
    """Build a certificate with a new code, without storing it."""
    code = new_code()
    data = document_data.of_application(application, template, number=str(serial), code=code)
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
