import pytest

from certificates.fields import Field, FieldKind
from certificates.form.defaults import PUBLICATION
from certificates.models import Application, Programme, Template
from certificates.programmes import UnusableForm, configure_programme, publish_form
from tests.support.database_owner import execute_past_triggers

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


def print_no_dative(template):
    execute_past_triggers(
        "UPDATE certificates_templateversion"
        " SET source = replace(source, 'holder-of(data)', 'data.holder') WHERE template_id = %s",
        [template.pk],
    )


@pytest.mark.django_db(transaction=True)
def test_a_template_without_the_dative_cannot_ask_for_it(programme, registrar):
    print_no_dative(programme.template)
    programme = Programme.objects.get(pk=programme.pk)
    dative = Field("given_to", FieldKind.DATIVE_NAME, "Кому выдано", "Given to")
    with pytest.raises(UnusableForm):
        publish_form(programme=programme, fields=(*PUBLICATION.fields, dative), actor=registrar)


@pytest.mark.django_db(transaction=True)
def test_a_form_with_the_dative_keeps_a_template_that_prints_it(
    asks_the_dative, programme, registrar, sign_in
):
    print_no_dative(Template.objects.get(slug="participation"))
    programme.template = Template.objects.get(slug="participation")
    with pytest.raises(UnusableForm):
        configure_programme(programme=programme, changed=["template"], actor=registrar)
    assert Programme.objects.get(pk=programme.pk).template.slug == "publication"


def test_the_answer_is_printed(page, asks_the_dative, answers, confirm, deliver):
    page.post("/programmes/publication/", answers | {"given_to": "Ивановой Марии Петровне"})
    application = Application.objects.get()
    confirm(application)
    deliver()
    data = application.issued_certificate.document_data
    assert (data["holder_dative"], data["pronoun"]) == ("Ивановой Марии Петровне", "она")
