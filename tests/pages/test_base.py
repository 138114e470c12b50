import pytest
from django.template.loader import render_to_string

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost(client, site):
    def ask(language="ru", **headers):
        return client.get("/no/such/page/", headers={"accept-language": language} | headers)

    return ask


def test_the_footer_names_who_answers_for_the_outlet(lost):
    page = lost().content.decode()
    assert "АНО «Вести образования»" in page
    assert "Главный редактор: О. П. Редакторова" in page
    assert "mailto:redaktor@vesti.example" in page


@pytest.mark.parametrize(
    ("language", "heading"),
    [("ru", "Такой страницы нет"), ("en", "There is no such page")],
)
def test_a_missing_page_is_in_the_readers_language(lost, language, heading):
    page = lost(language)
    assert page.status_code == 404
    assert f'<html lang="{language}">' in page.content.decode()
    assert f"<h1>{heading}</h1>" in page.content.decode()


def test_the_language_switch_keeps_the_page(client, lost):
    assert '<input type="hidden" name="next" value="/no/such/page/">' in lost().content.decode()
    answer = client.post("/i18n/setlang/", {"language": "en", "next": "/no/such/page/"})
    assert answer.url == "/no/such/page/"
    assert "Skip to the content" in lost().content.decode()


def test_signing_in_comes_back_to_the_page(lost):
    assert "/accounts/login/?next=/no/such/page/" in lost().content.decode()


def test_pages_carry_the_content_policy(lost):
    policy = lost().headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_page_of_a_fault_needs_nothing_but_files():
    page = render_to_string("500.html")
    assert "Ошибка на нашей стороне" in page
    assert "Something went wrong on our side" in page
    assert 'href="/static/otklik/palette.css"' in page


def test_an_expired_form_says_what_to_do(client, site):
    client.handler.enforce_csrf_checks = True
    page = client.post("/i18n/setlang/", {"language": "en"})
    assert page.status_code == 403
    assert "Форма устарела" in page.content.decode()


def test_a_request_for_a_strange_host_gets_a_whole_page(client, site):
    page = client.get("/", headers={"host": "evil.example"})
    assert page.status_code == 400
    assert "<h1>Запрос не понят</h1>" in page.content.decode()
    assert "/static/otklik/base.css" in page.content.decode()
