"""Bounce webhooks of the mail providers, in the formats they document."""

import base64
import hashlib
import hmac
import json
import time

import pytest
from django.test import Client

from certificates.models import Certificate

pytestmark = pytest.mark.django_db

API_KEY = "6b9k3z4x"
# What stands before the host in the address that a provider is given.
PASSWORD = {"Authorization": f"Basic {base64.b64encode(b'mail:webhook').decode()}"}


@pytest.fixture
def providers(settings):
    settings.ANYMAIL = settings.ANYMAIL | {
        "UNISENDER_GO_API_KEY": API_KEY,
        "MAILGUN_WEBHOOK_SIGNING_KEY": API_KEY,
    }


@pytest.fixture
def desk(providers, registrar, sign_in):
    return sign_in(registrar)


def given_along(certificate):
    return {"certificate": str(certificate.pk), "email_number": "1"}


def unisender_go(certificate, status="hard_bounced", key=API_KEY):
    """https://godocs.unisender.ru/web-api-ref#callback-format"""
    happened = {
        "job_id": "1a3Q2V-0000OZ-S0",
        "metadata": given_along(certificate),
        "email": "ivanova@yandex.ru",
        "status": status,
        "event_time": "2026-11-23 15:09:42",
        "delivery_info": {
            "delivery_status": "err_user_unknown",
            "destination_response": "550 5.7.1 No such user!",
            "ip": "111.111.111.111",
        },
    }
    event = {"event_name": "transactional_email_status", "event_data": happened}
    user = {"user_id": 456, "project_id": "6123462132634", "events": [event]}
    return signed_by_unisender_go([user], key)


def signed_by_unisender_go(events_by_user, key=API_KEY):
    return signed(json.dumps({"auth": "AUTH", "events_by_user": events_by_user}), key)


def signed(body, key=API_KEY):
    signature = hashlib.md5(body.replace("AUTH", key).encode()).hexdigest()
    return {"data": body.replace("AUTH", signature), "headers": PASSWORD}


def mailgun(certificate, severity="permanent", key=API_KEY):
    """https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads"""
    timestamp, token = str(int(time.time())), "c1a0a3b7e2d54f6a8b9c0d1e2f3a4b5c6d7e8f9a0b1c2d3e4f"
    digest = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    happened = {
        "event": "failed",
        "severity": severity,
        "reason": "bounce",
        "id": "G9Bn5sl1TC6nu79C8C0bwg",
        "timestamp": 1764000000.12,
        "recipient": "ivanova@yandex.ru",
        "message": {"headers": {"message-id": "1-1@vesti.example", "to": "ivanova@yandex.ru"}},
        "delivery-status": {"code": 550, "message": "5.1.1 No such user!", "attempt-no": 1},
        "user-variables": given_along(certificate),
    }
    signature = {"timestamp": timestamp, "token": token, "signature": digest}
    return {
        "data": json.dumps({"signature": signature, "event-data": happened}),
        "headers": PASSWORD,
    }


def post(client, name, request):
    address = f"/anymail/{name}/tracking/"
    return client.post(address, content_type="application/json", **request)


@pytest.mark.parametrize(
    ("name", "request_of", "reason"),
    [
        ("unisender_go", unisender_go, "Unisender Go: 550 5.7.1 No such user!"),
        ("mailgun", mailgun, "Mailgun: 5.1.1 No such user!"),
    ],
)
def test_an_undelivered_email_is_shown_to_the_registrar(
    name, request_of, reason, desk, certificate
):
    assert post(Client(), name, request_of(certificate)).status_code == 200
    certificate.refresh_from_db()
    assert certificate.bounce_reason == reason
    shown = desk.get(f"/registrar/certificates/{certificate.number}/")
    assert reason in shown.content.decode()
    assert "Отправить на ivanova@example.org" in shown.content.decode()


@pytest.mark.parametrize(
    ("name", "request_of"),
    [
        ("unisender_go", lambda one: unisender_go(one, "soft_bounced")),
        ("unisender_go", lambda one: unisender_go(one, "delivered")),
        ("mailgun", lambda one: mailgun(one, "temporary")),
    ],
)
def test_other_tracking_events_change_nothing(name, request_of, providers, client, certificate):
    assert post(client, name, request_of(certificate)).status_code == 200
    assert Certificate.objects.get().bounced_at is None


@pytest.mark.parametrize(
    ("name", "request_of"),
    [
        ("unisender_go", lambda one: unisender_go(one, key="another")),
        ("mailgun", lambda one: mailgun(one, key="another")),
        ("mailgun", lambda one: mailgun(one) | {"headers": {}}),
    ],
)
def test_a_webhook_with_a_wrong_password_is_refused(
    name, request_of, providers, client, certificate
):
    assert post(client, name, request_of(certificate)).status_code == 400
    assert Certificate.objects.get().bounced_at is None


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "guessed"},
        {"email": "other@yandex.ru"},
        {"kind": "Transient"},
        {"metadata": {}},
        {"metadata": {"certificate": "0", "email_number": "1"}},
        {"metadata": {"certificate": "9" * 40, "email_number": "1"}},
        {"metadata": {"certificate": "x", "email_number": "1"}},
    ],
    ids=lambda changes: next(iter(changes.values()), ""),
)
def test_a_bounce_of_an_unknown_email_changes_nothing(changes, bounce, certificate):
    answer = bounce(certificate, **changes)
    assert answer.status_code == (400 if "password" in changes else 200)
    assert Certificate.objects.get().bounced_at is None


def test_a_late_bounce_of_an_earlier_email_changes_nothing(bounce, certificate):
    Certificate.objects.update(email_number=2)
    bounce(certificate, metadata=given_along(certificate))
    assert Certificate.objects.get().bounced_at is None


@pytest.mark.parametrize("name", ["mailgun", "postmark", "unisender_go"])
@pytest.mark.parametrize("headers", [{}, PASSWORD])
@pytest.mark.parametrize(
    "body",
    [
        *("[]", "null", "1", '"x"', "{}", "[" * 20_000, "{"),
        *('{"auth": "x", "events_by_user": [1]}', '{"auth": "x", "events_by_user": []}'),
        *('{"signature": 1}', '{"signature": {}, "event-data": 1}', '{"RecordType": 1}'),
    ],
)
def test_what_is_no_report_never_fails(name, headers, body, providers):
    answer = post(Client(), name, {"data": body, "headers": headers})
    # Postmark's reader takes any object for an event of a kind that it does not know.
    is_event = name == "postmark" and headers and body.startswith("{") and body.endswith("}")
    assert answer.status_code == (200 if is_event else 400)


def test_a_signed_report_of_another_form_is_refused(providers):
    request = signed_by_unisender_go([{"events": [1]}])
    assert post(Client(), "unisender_go", request).status_code == 400


def postmark(certificate):
    event = {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "ID": 7,
        "MessageID": "883953f4",
        "Metadata": given_along(certificate),
        "Description": "5.1.1 No such user!",
        "Email": "ivanova@yandex.ru",
        "BouncedAt": "2026-11-23T16:33:54Z",
    }
    return {"data": json.dumps(event), "headers": PASSWORD}


REPORTS = {"postmark": postmark, "mailgun": mailgun, "unisender_go": unisender_go}


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize(
    "text", ["such user!", "ivanova@", '"metadata"', '"Metadata"', "email_num"]
)
@pytest.mark.parametrize("broken", [r"\u0000", r"\ud800", r"\udc00\ud800"])
def test_a_signed_report_with_characters_that_cannot_be_stored_is_refused(
    name, text, broken, providers, certificate
):
    request = REPORTS[name](certificate)
    if text not in request["data"]:
        return
    # Within the quotes of a name.
    end = 1 if text.endswith('"') else 0
    request["data"] = request["data"].replace(text, text[: len(text) - end] + broken + '"' * end)
    if name == "unisender_go":
        was_signed = json.loads(request["data"])["auth"]
        request = signed(request["data"].replace(was_signed, "AUTH"))
    answer = Client(raise_request_exception=False).post(
        f"/anymail/{name}/tracking/", content_type="application/json", **request
    )
    assert answer.status_code == 400
    assert Certificate.objects.get().bounced_at is None
