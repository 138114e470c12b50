"""Sites that people sign in to with their account here, in the administration."""

import pytest
from allauth.idp.oidc.models import Client as OtherSite
from django.test import Client
from lxml import html

from accounts.actions import grant_role
from accounts.models import Role

pytestmark = pytest.mark.django_db
ADD = "/admin/allauth_idp_oidc/client/add/"
FIELDS = {
    "id": "library",
    "name": "Библиотека",
    "redirect_uris": "https://library.example/callback",
    "type": OtherSite.Type.CONFIDENTIAL,
    "scopes": "openid",
    "grant_types": "authorization_code",
    "response_types": "code",
}


@pytest.fixture
def administration(site, reader):
    grant_role(user=reader, site=site, name=Role.Name.ADMINISTRATOR, actor=None)
    reader.is_staff = reader.is_superuser = True
    reader.save(update_fields=["is_staff", "is_superuser"])
    client = Client()
    client.force_login(reader)
    return client


def test_secret_of_a_new_site_is_shown_once(administration):
    page = administration.post(ADD, FIELDS, follow=True).content.decode()
    (secret,) = html.fromstring(page).xpath("//input[@readonly]/@value")
    assert "больше он не показывается" in page
    added = OtherSite.objects.get(id="library")
    assert added.check_secret(secret)
    change = f"/admin/allauth_idp_oidc/client/{added.pk}/change/"
    assert secret not in administration.get(change).content.decode()
    administration.post(change, FIELDS | {"name": "Читальня"})
    added.refresh_from_db()
    assert added.name == "Читальня"
    assert added.check_secret(secret)


def test_reader_adds_no_site(site, reader):
    client = Client()
    client.force_login(reader)
    assert client.post(ADD, FIELDS, follow=True).status_code == 403
    assert not OtherSite.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"response_types": "code\ntoken"}, "response_types"),
        ({"response_types": "id_token"}, "response_types"),
        ({"grant_types": "password"}, "grant_types"),
        ({"grant_types": "client_credentials"}, "grant_types"),
        (
            {"type": OtherSite.Type.PUBLIC, "grant_types": "authorization_code\nrefresh_token"},
            "grant_types",
        ),
    ],
)
def test_no_site_gets_a_grant_that_is_not_safe(administration, changed, field):
    page = administration.post(ADD, FIELDS | changed)
    assert field in page.context["adminform"].form.errors
    assert not OtherSite.objects.exists()


def test_addresses_of_a_site_have_no_wildcards(administration):
    wild = {"redirect_uris": "https://*.library.example/", "allow_uri_wildcards": "on"}
    administration.post(ADD, FIELDS | wild)
    assert not OtherSite.objects.filter(allow_uri_wildcards=True).exists()
