"""Webhooks about certificates, received by a real server on loopback."""

import json

import pytest

from accounts.actions import grant_role
from accounts.models import Role
from certificates.models import Certificate
from certificates.register.erasure import erase_holder
from certificates.register.revocation import revoke_certificate
from certificates.states import CertificateStatus
from tests.support.receiver import running_receiver
from webhooks.actions import add_endpoint

pytestmark = pytest.mark.django_db

TOPICS = ["issued", "sealed", "superseded", "revoked", "bounced", "erased"]


@pytest.fixture
def told(site, registrar):
    grant_role(user=registrar, site=site, name=Role.Name.ADMINISTRATOR, actor=None)
    with running_receiver() as receiver:
        add_endpoint(
            site=site,
            url=receiver.url,
            topics=[f"certificate.{topic}" for topic in TOPICS],
            label="Реестр",
            actor=registrar,
        )
        yield lambda: [json.loads(body) for _headers, body in receiver.taken]


def types(messages):
    return [message["type"].removeprefix("certificate.") for message in messages]


def test_issue_and_seal_are_announced(told, certificate):
    messages = told()
    assert types(messages) == ["issued", "sealed"]
    last = messages[-1]["data"]["certificate"]
    assert last["number"] == certificate.number
    assert last["document_digest"] == certificate.document_digest
    assert last["url"].endswith(f"/verify/?number={certificate.number}")


def test_a_correction_announces_both_certificates(told, certificate, page, confirm, deliver):
    page.post(f"/certificates/{certificate.number}/correction/")
    correction = certificate.corrections.get()
    page.post(f"/applications/{correction.pk}/edit/", {"surname": "Иванина"})
    confirm(correction)
    deliver()
    replacement = Certificate.objects.get(supersedes=certificate)
    of = {message["type"]: message["data"]["certificate"] for message in told()}
    assert of["certificate.superseded"]["superseded_by"] == replacement.number
    assert of["certificate.issued"]["supersedes"] == certificate.number


def test_revocation_bounce_and_erasure_are_announced(told, certificate, registrar, bounce, deliver):
    bounce(certificate)
    revoke_certificate(
        certificate=certificate,
        actor=registrar,
        reason="Материал снят",
        expected=CertificateStatus.VALID,
    )
    erase_holder(certificate=certificate, actor=registrar)
    deliver()
    messages = told()
    assert types(messages)[2:] == ["bounced", "revoked", "erased"]
    assert messages[-1]["data"]["certificate"]["revocation_reason"] == "Материал снят"
    assert messages[-1]["data"]["certificate"]["is_erased"]


def test_no_message_shows_more_than_verification_by_number(
    told, certificate, registrar, bounce, deliver
):
    bounce(certificate)
    erase_holder(certificate=certificate, actor=registrar)
    deliver()
    bodies = json.dumps(told(), ensure_ascii=False)
    assert "И****** М. П." in bodies
    for word in ("Иванова", "Мария", "yandex", certificate.code, certificate.printed_code):
        assert word not in bodies


def test_a_public_name_is_announced_in_full(told, certificate, page, registrar, deliver):
    page.post(f"/certificates/{certificate.number}/privacy/", {"name": "public"})
    revoke_certificate(
        certificate=certificate, actor=registrar, reason="x", expected=CertificateStatus.VALID
    )
    deliver()
    assert told()[-1]["data"]["certificate"]["holder"] == "Иванова Мария Петровна"
