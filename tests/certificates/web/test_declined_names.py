import pytest

from certificates.fields import Field, FieldKind
from certificates.form.defaults import PUBLICATION
from certificates.models import Application
from certificates.programmes import publish_form

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def asks_the_dative(programme, registrar):
    dative = Field("given_to", FieldKind.DATIVE_NAME, "Кому выдано", "Given to")
    publish_form(programme=programme, fields=(*PUBLICATION.fields, dative), actor=registrar)


@pytest.fixture
def type_in(page, asks_the_dative):
    def run(**typed):
        return page.post("/programmes/publication/", typed, headers=HTMX).content.decode()

    return run


def test_dative_is_offered_and_inserted_only_by_a_click(type_in):
    html = type_in(surname="Иванова", given_name="Мария", patronymic="Петровна")
    assert "Ивановой Марии Петровне" in html
    assert Application.objects.get().answers["given_to"] == ""
    type_in(take="given_to:Ивановой Марии Петровне")
    assert Application.objects.get().answers["given_to"] == "Ивановой Марии Петровне"


def test_both_genders_are_offered_if_it_is_unclear(type_in):
    html = type_in(surname="Черных", given_name="Саша")
    assert "(если женщина)" in html
    assert "(если мужчина)" in html


def test_form_without_a_dative_field_offers_nothing(page, programme):
    typed = {"surname": "Иванова", "given_name": "Мария", "patronymic": "Петровна"}
    html = page.post("/programmes/publication/", typed, headers=HTMX).content.decode()
    assert "Ивановой" not in html
