"""The discussion settings in the administration: real fields, no JSON."""

import pytest
from django.test import Client

from accounts.actions import grant_role
from accounts.models import Role
from comments.models import CommentSettings

pytestmark = pytest.mark.django_db


@pytest.fixture
def settings_page(settings_of_site, person, site):
    administrator = person("admin@example.org", "Управляющая")
    grant_role(user=administrator, site=site, name=Role.Name.ADMINISTRATOR, actor=None)
    administrator.is_staff = True
    administrator.save(update_fields=["is_staff"])
    client = Client()
    client.force_login(administrator)
    path = f"/admin/comments/commentsettings/{settings_of_site.pk}/change/"

    class Page:
        def shown(self):
            return client.get(path).content.decode()

        def save(self, **changes):
            form = client.get(path).context["adminform"].form
            fields = {
                name: form[name].value()
                for name in form.fields
                if name not in {"rates", "section_modes", "allowed_domains", "without_rates"}
            }
            # A browser sends nothing for a box that is not ticked.
            sent = {
                name: value
                for name, value in fields.items()
                if value is not None and value is not False
            }
            return client.post(path, sent | changes)

    return Page()


def stored():
    return CommentSettings.objects.get()


def test_rates_are_rows_with_units(settings_page):
    rows = {"rates-0-most": "5", "rates-0-span": "2", "rates-0-unit": "3600"}
    rows |= {"rates-1-most": "", "rates-1-span": "", "rates-1-unit": "86400"}
    assert settings_page.save(**rows).status_code == 302
    assert stored().rates == [[5, 7200]]
    page = settings_page.shown()
    assert 'name="rates-0-span" value="2"' in page
    assert "[[" not in page


def test_no_rows_mean_the_usual_limits_and_a_switch_none(settings_page):
    settings_page.save()
    assert stored().rates is None
    settings_page.save(without_rates="on")
    assert stored().rates == []
    assert 'name="without_rates"' in settings_page.shown()


@pytest.mark.parametrize(
    "row",
    [("0", "1", "1"), ("5000", "1", "1"), ("3", "", "60"), ("3", "400", "86400"), ("3", "1", "7")],
)
def test_wrong_rows_are_refused_and_named(settings_page, row):
    names = ["rates-0-most", "rates-0-span", "rates-0-unit"]
    answer = settings_page.save(**dict(zip(names, row, strict=True)))
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["rates"]
    assert stored().rates == []


def test_modes_of_sections_are_rows(settings_page):
    rows = {"section_modes-0-section": "Форум", "section_modes-0-mode": "premoderated"}
    settings_page.save(**rows)
    assert stored().section_modes == {"Форум": "premoderated"}
    assert 'value="Форум"' in settings_page.shown()
    twice = rows | {"section_modes-1-section": "Форум", "section_modes-1-mode": "closed"}
    assert settings_page.save(**twice).status_code == 200


def test_address_typed_without_a_scheme_gets_https(settings_page):
    settings_page.save(external_review_url="review.example.org/check")
    assert stored().external_review_url == "https://review.example.org/check"


def test_domains_are_typed_one_a_line(settings_page):
    settings_page.save(allowed_domains="ya.ru\r\n\r\nhttps://Example.org/\r\nya.ru")
    assert stored().allowed_domains == ["ya.ru", "example.org"]
    answer = settings_page.save(allowed_domains="не домен")
    assert "allowed_domains" in answer.context["adminform"].form.errors


def test_page_is_in_russian_and_grouped(settings_page):
    page = settings_page.shown()
    for words in ("Длина и частота", "Новички и доверие", "Ваш сервис модерации", "Издание"):
        assert words in page
    for words in ("Select value", "Type to search", "OpenID Connect IdP", ">Site<"):
        assert words not in page
