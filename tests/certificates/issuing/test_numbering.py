"""Numbers have no gaps under parallel issue, across years and after failures."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.issuing import actions
from certificates.models import Application, Certificate, NumberCounter, Programme
from certificates.numbers import read_number
from certificates.states import ApplicationStatus
from certificates.web.my_certificates import profile_url

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 8
MOSCOW = ZoneInfo("Europe/Moscow")


class Died(Exception):
    """A worker that goes after it took a number and before the commit."""


@pytest.fixture
def two_programmes(programme):
    return [programme, Programme.objects.get(slug="participation")]


def approved(programme, answers):
    now = timezone.now()
    return Application.objects.create(
        programme=programme,
        form=programme.forms.get(version=1),
        status=ApplicationStatus.APPROVED,
        answers=answers,
        confirmed_at=now,
        decided_at=now,
    )


def at_once(jobs):
    def run(job):
        try:
            return job()
        except Died:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as threads:
        return list(threads.map(run, jobs))


def dies(application):
    """Issues in a transaction that is never committed."""
    with transaction.atomic():
        actions.issue_certificate.__wrapped__(application_id=application.pk)
        raise Died


batches = st.lists(
    st.tuples(
        st.sampled_from([2026, 2027, 2028]),
        st.lists(st.tuples(st.sampled_from([0, 1]), st.booleans()), min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=3,
)


@settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batches)
def test_serials_of_each_programme_and_year_have_no_gap(
    two_programmes, answers, monkeypatch, batches
):
    for year, requests in batches:
        day = datetime(year, 6, 1, tzinfo=MOSCOW).date()
        monkeypatch.setattr(timezone, "localdate", lambda *_, day=day: day)
        jobs = []
        for which, is_to_die in requests:
            application = approved(two_programmes[which], answers)
            jobs += [partial(actions.issue_certificate, application_id=application.pk)] * 2
            if is_to_die:
                jobs.insert(0, partial(dies, application))
        at_once(jobs)
    monkeypatch.undo()
    _require_gapless()


def _require_gapless():
    given_serials = defaultdict(list)
    for certificate in Certificate.objects.all():
        given_serials[certificate.programme_id, certificate.year].append(certificate.serial)
        assert read_number(certificate.number) == certificate.number
    counted = {
        (counter.programme_id, counter.year): counter.last_serial
        for counter in NumberCounter.objects.filter(last_serial__gt=0)
    }
    assert {key: len(serials) for key, serials in given_serials.items()} == counted
    for serials in given_serials.values():
        assert sorted(serials) == list(range(1, len(serials) + 1))
    assert Application.objects.filter(certificate=None).count() == 0


def test_number_and_printed_date_are_of_one_year(programme, answers, monkeypatch):
    """The wait for the counter lasts past midnight of 31 December."""
    last, first = date(2026, 12, 31), date(2027, 1, 1)
    days = iter([last, first])
    monkeypatch.setattr(timezone, "localdate", lambda *_: next(days, first))
    certificate = actions.issue_certificate(application_id=approved(programme, answers).pk)
    assert (certificate.year, certificate.serial) == (2027, 1)
    assert certificate.issued_on == first
    assert NumberCounter.objects.get(year=2026).last_serial == 0


def test_year_is_that_of_the_publication(programme, answers, monkeypatch):
    """When it is 15:00 of 31 December in Moscow, it is 1 January in Kamchatka."""
    programme.site.time_zone = "Asia/Kamchatka"
    programme.site.save()
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, 31, 12, tzinfo=UTC))
    certificate = actions.issue_certificate(application_id=approved(programme, answers).pk)
    assert certificate.year == 2027
    assert certificate.issued_on == date(2027, 1, 1)


_MOMENTS = [
    (None, "2026-12-31T20:59:59Z", "2026-12-31", "2027-12-31"),
    (None, "2026-12-31T23:30Z", "2027-01-01", "2028-01-01"),
    ("Asia/Kamchatka", "2026-12-31T11:59Z", "2026-12-31", "2027-12-31"),
    ("Asia/Kamchatka", "2026-12-31T23:30Z", "2027-01-01", "2028-01-01"),
    ("Europe/Kaliningrad", "2026-12-31T21:30Z", "2026-12-31", "2027-12-31"),
    (None, "2028-02-28T21:30Z", "2028-02-29", "2029-02-28"),
    (None, "2028-02-29T21:30Z", "2028-03-01", "2029-03-01"),
]


@pytest.mark.parametrize("case", _MOMENTS, ids=lambda case: f"{case[0]} {case[1]}")
def test_number_date_and_profile_link_follow_the_publication_s_clock(
    programme, answers, monkeypatch, case
):
    zone, moment, printed, last_day = case
    programme.site.time_zone = zone or ""
    programme.site.save()
    programme.valid_months = 12
    programme.save()
    now = datetime.fromisoformat(moment)
    monkeypatch.setattr(timezone, "now", lambda: now)
    certificate = actions.issue_certificate(application_id=approved(programme, answers).pk)
    assert f"{certificate.issued_on} {certificate.expires_on}" == f"{printed} {last_day}"
    assert f"-{printed[:4]}-" in certificate.number
    link = parse_qs(urlsplit(profile_url(certificate)).query)
    assert [*link["issueYear"], *link["issueMonth"]] == [
        printed[:4],
        str(certificate.issued_on.month),
    ]
