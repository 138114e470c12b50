"""Invariants of the register."""

from django.utils import timezone

from certificates.models import Certificate, NumberCounter
from certificates.numbers import Serial
from demo import emails


def certificate_of(surname):
    return Certificate.objects.filter(application__answers__surname=surname).first()


def finished(surname):
    certificate = certificate_of(surname)
    return certificate if certificate and certificate.mailed_at else None


def require_gapless():
    """Every serial up to the last one given is on exactly one certificate."""
    counter = NumberCounter.objects.get(
        programme__slug="publication", year=timezone.localdate().year
    )
    given = Certificate.objects.filter(programme=counter.programme, year=counter.year)
    serials = list(given.order_by("serial").values_list("serial", flat=True))
    assert serials == list(range(1, counter.last_serial + 1))
    prefix = counter.programme.number_prefix
    numbers = set(given.values_list("number", flat=True))
    assert numbers == {str(Serial(prefix, counter.year, serial)) for serial in serials}


def require_one_sealed(surname, email):
    certificate = finished(surname)
    assert Certificate.objects.filter(application__answers__surname=surname).count() == 1
    assert certificate.sealed_at <= certificate.mailed_at
    assert len(emails.newest(address=email)) == 1
    require_gapless()
