import datetime as dt

import pytest

from certificates.rendering import render
from certificates.signing import Seal, SealVerdict, inspect, make_self_signed, signer_from_pkcs12
from tests.support import pki
from tests.support.documents import design_of, sample

AT = dt.datetime(2026, 11, 23, 12, 30, tzinfo=dt.UTC)
DATA = sample("publication")
TEMPLATE = design_of(DATA)


@pytest.fixture
def services(tmp_path):
    with pki.running(tmp_path) as services:
        yield services


def sealed_with(timestamp_url, tmp_path):
    make_self_signed(tmp_path / "seal.p12", "Вести")
    seal = Seal(signer_from_pkcs12(tmp_path / "seal.p12"), timestamp_url=timestamp_url)
    place = TEMPLATE.seal_place
    sealed = seal.seal(render(TEMPLATE, DATA), reason="", location="", at=AT, place=place)
    return sealed, {seal.fingerprint}


def test_the_seal_has_the_time_of_the_service(services, tmp_path):
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    sealed, ours = sealed_with(services.timestamps_of("clock"), tmp_path)
    report = inspect(sealed, trusted=ours)
    assert (report.verdict, report.made_at) == (SealVerdict.OURS, AT)
    assert before <= report.timestamped_at <= dt.datetime.now(dt.UTC)


def test_a_silent_service_raises_an_error_that_is_retried(tmp_path):
    with pytest.raises(OSError, match="timestamp server"):
        sealed_with("http://127.0.0.1:9/", tmp_path)
