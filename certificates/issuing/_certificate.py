"""What an issued certificate is made of: its number, given under a lock, and what it says."""

from collections.abc import Sequence

from django.utils import timezone

from certificates.fields import Kind
from certificates.form import reading
from certificates.issuing import document_data
from certificates.models import Application, Certificate, NumberCounter, Programme, TemplateVersion
from certificates.numbers import Serial, new_code


def next_serials(programme: Programme, count: int) -> Sequence[Serial]:
    """The counter stays locked until the certificates are written, so no number is skipped."""
    year = timezone.localdate().year
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
    """Not stored yet."""
    code = new_code()
    said = document_data.of_application(application, template, number=str(serial), code=code)
    fields = application.form.fields
    return Certificate(
        application=application,
        programme=application.programme,
        year=serial.year,
        serial=serial.serial,
        number=str(serial),
        code=code,
        holder=said.holder,
        title=said.title,
        template=template,
        facts=said.as_data(),
        language=said.language,
        email=reading.first_of(fields, application.answers, Kind.EMAIL),
        issued_at=timezone.now(),
        expires_on=said.expires_on,
        supersedes=replaced,
        name_is_public=replaced is not None and replaced.name_is_public,
    )
