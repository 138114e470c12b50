import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from rest_framework.exceptions import ValidationError

from core.api.problems import exception_handler
from core.errors import InvalidInput, NotFound, SignInRequired
from core.states import StaleDecision
from core.web.middleware import DomainErrorMiddleware


def test_a_refusal_becomes_problem_json():
    answer = exception_handler(StaleDecision(extra={"current": "removed"}), {})
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert answer.data == {
        "type": "urn:otklik:problem:stale_decision",
        "title": "Кто-то уже принял решение",
        "status": 409,
        "code": "stale_decision",
        "current": "removed",
    }


def test_refused_input_names_each_field():
    answer = exception_handler(InvalidInput({"text": ["Слишком длинно."]}), {})
    assert answer.data["errors"] == {"text": ["Слишком длинно."]}


def test_faults_of_the_framework_read_the_same():
    detail = {"answers": {"surname": ["Заполните."]}, "non_field_errors": ["Вместе не годится."]}
    answer = exception_handler(ValidationError(detail), {})
    assert answer.data["code"] == "invalid"
    assert answer.data["errors"] == {
        "answers.surname": ["Заполните."],
        "": ["Вместе не годится."],
    }


@pytest.mark.django_db
def test_an_unknown_address_of_the_api_answers_problem_json(client):
    answer = client.get("/api/v1/nothing/")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


@pytest.mark.django_db
def test_an_unknown_page_is_a_page(client, site):
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()


def refused(error, path="/somewhere/?a=1"):
    request = RequestFactory().get(path)
    request.htmx = False
    middleware = DomainErrorMiddleware(lambda _: HttpResponse())
    return middleware.process_exception(request, error)


def test_a_stranger_is_led_to_the_sign_in_and_back():
    answer = refused(SignInRequired())
    assert answer.status_code == 302
    assert answer.url == "/accounts/login/?next=/somewhere/%3Fa%3D1"


@pytest.mark.django_db
def test_a_refused_page_says_why_in_a_sentence(client, site):
    request = RequestFactory().get("/somewhere/")
    request.htmx, request.site, request.user = False, site, AnonymousUser()
    answer = DomainErrorMiddleware(lambda _: HttpResponse()).process_exception(
        request, NotFound("Такой записи нет.")
    )
    assert answer.status_code == 404
    assert "Такой записи нет." in answer.content.decode()


def test_a_fault_that_is_ours_is_left_to_the_log():
    assert refused(ValueError("ours")) is None


@pytest.mark.django_db
def test_an_installation_without_a_publication_says_so(client):
    answer = client.get("/verify/")
    assert answer.status_code == 404
    assert "Здесь ещё не настроено ни одно издание" in answer.content.decode()
