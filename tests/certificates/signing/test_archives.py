"""The copy for the archive, judged by pyHanko's own validation as of later years."""

import asyncio
import datetime as dt
import io
import json
import subprocess

import pytest
from asn1crypto import pem
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.errors import PathBuildingError
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
    NonRevokedStatusAssertion,
)
from pyhanko_certvalidator.registry import SimpleTrustManager

from certificates.rendering import render
from certificates.signing import Archiver, Seal, SealVerdict, inspect, signer_from_pkcs12
from tests.support import pki
from tests.support.documents import design_of, sample

DATA = sample("publication")
TEMPLATE = design_of(DATA)


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    with pki.running(tmp_path_factory.mktemp("pki")) as services:
        yield services


@pytest.fixture(scope="module")
def seal(services):
    signer = signer_from_pkcs12(services.owner)
    return Seal(signer, timestamp_url=services.timestamps_of("clock"))


@pytest.fixture(scope="module")
def sealed(seal):
    return seal.seal(
        render(TEMPLATE, DATA, seal=seal.mark),
        reason="",
        location="",
        at=dt.datetime.now(dt.UTC),
        place=TEMPLATE.seal_place,
    )


@pytest.fixture(scope="module")
def archived(services, sealed):
    return Archiver(services.timestamps_of("clock"), services.roots).archive(sealed)


@pytest.fixture(scope="module")
def renewed(services, archived):
    later = Archiver(services.timestamps_of("later-clock"), services.roots)
    return later.renew(archived.content)


def judged_in(year, pdf, services):
    """Validate the seal by EN 319 102-1 as of that year from the file alone, assuming that
    the newest timestamp's certificate has not been revoked by then."""
    then = dt.datetime(year, 6, 1, tzinfo=dt.UTC)
    reader = PdfFileReader(io.BytesIO(pdf))
    newest = [stamp.signer_cert.sha256 for stamp in reader.embedded_timestamp_signatures[-1:]]
    specification = SignatureValidationSpec(
        CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build([services.certificate("root")]),
            revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
        ),
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            RevinfoOnlineFetchingRule.LOCAL_ONLY, fetcher_backend=None
        ),
        local_knowledge=LocalKnowledge(
            nonrevoked_assertions=[NonRevokedStatusAssertion(one, at=then) for one in newest]
        ),
    )
    validation = ades.ades_lta_validation(
        reader.embedded_regular_signatures[0],
        PdfSignatureValidationSpec(specification),
        timing_info=ValidationTimingInfo(then, then, point_in_time_validation=True),
    )
    return asyncio.run(validation).ades_subindic


def test_the_copy_is_valid_after_the_seal_s_certificate_has_ended(archived, sealed, services):
    assert judged_in(2029, archived.content, services) is AdESPassed.OK
    assert judged_in(2029, sealed, services) is not AdESPassed.OK


def test_only_a_renewed_copy_outlives_the_first_timestamp(archived, renewed, services):
    assert judged_in(2031, archived.content, services) is not AdESPassed.OK
    assert judged_in(2031, renewed.content, services) is AdESPassed.OK


def test_a_copy_knows_until_when_it_can_be_relied_on(archived, renewed):
    assert (archived.relied_on_until.year, renewed.relied_on_until.year) == (2030, 2090)
    assert dt.datetime.now(dt.UTC) < archived.to_be_renewed_at < archived.relied_on_until


@pytest.mark.parametrize("which", ["archived", "renewed"])
def test_validation_data_and_timestamps_keep_the_seal_intact(which, seal, request):
    copy = request.getfixturevalue(which)
    report = inspect(copy.content, trusted={seal.fingerprint})
    assert (report.verdict, report.intact) == (SealVerdict.OURS, True)
    assert json.loads(report.attached)["number"] == DATA.number


def test_other_programs_find_the_copy_valid(renewed, tmp_path):
    path = tmp_path / "renewed.pdf"
    path.write_bytes(renewed.content)
    seals = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid" in seals
    syntax = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=True)
    assert "No syntax or stream encoding errors" in syntax.stdout
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True)
    assert {line.split()[-5] for line in fonts.stdout.splitlines()[2:]} == {"yes"}


def test_without_the_trusted_root_no_copy_is_made(services, sealed, tmp_path):
    roots = tmp_path / "roots.pem"
    roots.write_bytes(pem.armor("CERTIFICATE", services.certificate("owner").dump()))
    with pytest.raises(PathBuildingError):
        Archiver(services.timestamps_of("clock"), roots).archive(sealed)


def test_a_silent_service_raises_an_error_that_is_retried(services, sealed):
    with pytest.raises(OSError, match="timestamp server"):
        Archiver("http://127.0.0.1:9/", services.roots).archive(sealed)
