"""The title of a page says that its form was refused."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ConsentText
from tests.support.people import PASSWORD

pytestmark = pytest.mark.django_db


def title(response):
    return re.search(r"<title>(.*?)</title>", response.content.decode(), re.DOTALL)[1]


@pytest.mark.parametrize(("language", "word"), [("ru", "Ошибка: "), ("en", "Error: ")])
def test_title_begins_with_the_word_error_where_a_form_was_refused(client, site, language, word):
    spoken = {"Accept-Language": language}
    for address in ("/accounts/signup/", "/accounts/login/", "/accounts/password/reset/"):
        shown = client.get(address, headers=spoken)
        assert not title(shown).startswith(word)
        refused = client.post(address, {"email": "x"}, headers=spoken)
        assert title(refused) == word + title(shown)


def test_forms_under_other_names_count(client, site, monkeypatch):
    """The page of the code has two forms, and neither is called `form` alone."""
    data = {"email": "vera@example.org", "password1": PASSWORD, "display_name": "Вера"}
    client.post("/accounts/signup/", data)
    page = "/accounts/confirm-email/"
    assert not title(client.get(page)).startswith("Ошибка")
    assert title(client.post(page, {"code": "000000"})).startswith("Ошибка: ")
    wrong = {"action": "change", "email": "vera"}
    assert title(client.post(page, wrong)).startswith("Ошибка: ")


def test_bound_search_form_is_no_error(client, site):
    assert not title(Client().get("/programmes/?q=x")).startswith("Ошибка")


def test_errors_stand_below_their_fields(client, site):
    page = client.post("/accounts/login/", {"login": "", "password": ""}).content.decode()
    field, error = page.index('name="login"'), page.index('id="id_login_error"')
    assert field < error
    assert "Введите адрес почты" in page
    assert "Введите пароль" in page


def test_forms_that_are_not_django_s_count(client, site):
    page = "/certificates/claim/"
    assert not title(client.get(page)).startswith("Ошибка")
    assert title(client.post(page, {"email": "x"})).startswith("Ошибка: ")


def test_summary_names_a_field_and_its_error_in_one_sentence(client, site):
    text = ConsentText(site=site, purpose="terms", version=1, is_required=True)
    text.label_ru, text.body_ru = "Я согласен с правилами.", "Текст"
    text.published_at = timezone.now()
    text.save()
    page = client.post("/accounts/signup/", {}).content.decode()
    assert "Я согласен с правилами: Отметьте" in page
