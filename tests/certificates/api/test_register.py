"""The register by the API: the same acts as on the pages, repeated without harm."""

import pytest

from certificates.models import Application, Certificate, CertificateEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(registrar, sign_in):
    return sign_in(registrar)


def ask(client, certificate, act, body=None, *, key="", method="post"):
    address = f"/api/v1/certificates/{certificate.number}/{act}"
    headers = {"Idempotency-Key": key} if key else {}
    send = getattr(client, method)
    return send(address, body or {}, content_type="application/json", headers=headers)


def test_the_holder_sees_the_status_of_a_certificate(page, certificate):
    data = page.get(f"/api/v1/certificates/{certificate.number}/").json()
    assert (data["number"], data["status"]) == (certificate.number, "valid")
    assert data["mailed_at"]
    assert (data["bounced_at"], data["superseded_by"]) == (None, None)


def test_repeated_revocation_changes_nothing(desk, certificate, deliver, sent_emails):
    body = {"reason": "Материал снят", "expected_status": "valid"}
    answers = [ask(desk, certificate, "revocation/", body) for _ in range(2)]
    deliver()
    assert [answer.json()["status"] for answer in answers] == ["revoked", "revoked"]
    subjects = [email.subject for email in sent_emails]
    assert len([one for one in subjects if one.startswith("Аннулирован документ")]) == 1
    assert CertificateEvent.objects.filter(action="certificate.revoked").count() == 1


def test_a_revocation_that_is_stale_or_without_reason_is_refused(desk, certificate):
    stale = {"reason": "Материал снят", "expected_status": "superseded"}
    answer = ask(desk, certificate, "revocation/", stale)
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_decision")
    wordless = ask(desk, certificate, "revocation/", {"reason": " ", "expected_status": "valid"})
    assert wordless.status_code == 422
    assert wordless.json()["errors"]["reason"]
    assert Certificate.objects.get().status == "valid"


def test_one_idempotency_key_sends_one_email(desk, certificate, deliver, sent_emails):
    body = {"email": "other@example.org"}
    answers = [ask(desk, certificate, "email/", body, key="k-1") for _ in range(3)]
    deliver()
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert [email.to for email in sent_emails] == [["ivanova@yandex.ru"], ["other@example.org"]]
    another = ask(desk, certificate, "email/", {"email": "third@example.org"}, key="k-1")
    assert another.json()["code"] == "idempotency_key_reused"


def test_the_holder_cannot_send_it_to_another_address(page, certificate, deliver, sent_emails):
    answer = ask(page, certificate, "email/", {"email": "other@example.org"})
    deliver()
    assert answer.status_code == 403
    assert len(sent_emails) == 1


def test_a_correction_replaces_the_certificate(page, certificate, deliver):
    begun = [ask(page, certificate, "correction/", key="k-2") for _ in range(2)]
    (number,) = {answer.json()["id"] for answer in begun}
    own = f"/api/v1/applications/{number}/"
    changed = page.patch(own, {"answers": {"surname": "Иванина"}}, content_type="application/json")
    digest = {"digest": changed.json()["digest"]}
    page.post(f"{own}confirmation/", digest, content_type="application/json")
    deliver()
    replacement = Certificate.objects.get(supersedes=certificate)
    data = page.get(f"/api/v1/certificates/{certificate.number}/").json()
    assert (data["status"], data["superseded_by"]) == ("superseded", replacement.number)
    repeated = ask(page, certificate, "correction/", key="k-2")
    assert repeated.json()["id"] == number
    assert ask(page, certificate, "correction/").json()["code"] == "not_correctable"
    assert Application.objects.filter(corrects=certificate).count() == 1


def test_the_name_is_shown_and_hidden(page, client, certificate):
    holders = []
    for public in (True, False):
        ask(page, certificate, "privacy/", {"name_is_public": public}, method="put")
        verdict = client.post("/api/v1/verify/", {"number": certificate.number})
        holders.append(verdict.json()["holder"])
    assert holders == ["Иванова Мария Петровна", "И****** М. П."]


def test_a_registrar_erases_a_person_without_an_account(desk, certificate, deliver):
    data = ask(desk, certificate, "erasure/").json()
    assert (data["holder"], data["number"]) == ("", certificate.number)
    ask(desk, certificate, "erasure/")
    assert CertificateEvent.objects.filter(action="certificate.erased").count() == 1
