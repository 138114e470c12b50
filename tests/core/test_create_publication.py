import pytest
from django.core.management import CommandError, call_command

from core.models import Site

VESTI = {
    "name": "Вести образования",
    "legal_name": "АНО «Вести образования»",
    "editor_in_chief": "О. П. Редакторова",
    "complaints_email": "redaktor@vesti.example",
    "origin": ["https://vesti.example"],
}

pytestmark = pytest.mark.django_db


def test_a_new_installation_gets_its_publication():
    call_command("create_publication", "vesti", time_zone="Asia/Omsk", **VESTI)
    site = Site.objects.get()
    assert (site.slug, site.name_ru) == ("vesti", "Вести образования")
    assert str(site.clock) == "Asia/Omsk"
    assert site.origins == ["https://vesti.example"]


@pytest.mark.parametrize(
    "wrong", [{"complaints_email": "redaktor"}, {"origin": ["vesti"]}, {"time_zone": "Siberia"}]
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(CommandError):
        call_command("create_publication", "vesti", **VESTI | wrong)
    assert not Site.objects.exists()


def test_a_code_is_given_once():
    call_command("create_publication", "vesti", **VESTI)
    with pytest.raises(CommandError):
        call_command("create_publication", "vesti", **VESTI)
