import pytest
from django.test import Client

from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(administrator):
    client = Client()
    client.force_login(administrator)
    return client


def test_an_administrator_adds_one_tries_it_and_looks(browser, receiver, deliver):
    sent = {"url": receiver.url, "topics": ["comment.published"], "label": "Лента"}
    page = browser.post("/webhooks/", sent, follow=True)
    endpoint = Endpoint.objects.get()
    assert endpoint.secret in page.content.decode()
    tried = browser.post(f"/webhooks/{endpoint.pk}/test/")
    deliver()
    html = browser.get(tried["Location"]).content.decode()
    assert "webhook.test" in html
    assert "доставлено" in html
    assert len(receiver.taken) == 1


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"url": "https://10.0.0.1/"}, "куда обращаться нельзя"),
        ({"url": "ftp://example.org/"}, "должен начинаться с https://"),
        ({"topics": []}, "Выберите хотя бы одно событие."),
        ({"url": ""}, "Введите адрес."),
    ],
)
def test_what_was_typed_survives_a_refusal(browser, wrong, error):
    sent = {"url": "https://example.org/", "topics": ["comment.edited"], "label": "Моё"} | wrong
    page = browser.post("/webhooks/", sent)
    assert page.status_code == 422
    assert error in page.content.decode()
    assert "Моё" in page.content.decode()
    assert not Endpoint.objects.exists()


def test_the_api_tells_the_secret_once(browser):
    sent = {"url": "https://example.org/", "topics": ["comment.edited"]}
    made = browser.post("/api/v1/webhooks/endpoints/", sent, "application/json").json()
    assert made["secret"].startswith("whsec_")
    again = browser.get(f"/api/v1/webhooks/endpoints/{made['id']}/").json()
    assert "secret" not in again


def test_an_unknown_topic_is_refused_by_the_api(browser):
    sent = {"url": "https://example.org/", "topics": ["comment.danced"]}
    refused = browser.post("/api/v1/webhooks/endpoints/", sent, "application/json")
    assert refused.json()["errors"] == {"topics": ["Такого события нет."]}


def test_deliveries_are_listed_by_status(browser, endpoint, receiver, say, deliver):
    receiver.status = 410
    say()
    deliver()
    base = f"/api/v1/webhooks/endpoints/{endpoint.pk}/deliveries/"
    failed = browser.get(f"{base}?status=failed").json()["deliveries"]
    assert [one["topic"] for one in failed] == ["comment.published"]
    assert browser.get(f"{base}?status=delivered").json()["deliveries"] == []
    one = browser.get(f"/api/v1/webhooks/deliveries/{Delivery.objects.get().pk}/").json()
    assert [attempt["status_code"] for attempt in one["attempts"]] == [410]
    page = browser.get(f"/webhooks/{endpoint.pk}/").content.decode()
    assert "выключен после неудач" in page
