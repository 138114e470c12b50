"""The administration: administrators keep to their publication, and changes are recorded."""

import pytest
from allauth.idp.oidc.models import Client as OtherSite
from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from unfold.admin import ModelAdmin

from accounts.actions import save_setting
from accounts.models import (
    AccountEvent,
    ConsentText,
    Role,
    SettingsEvent,
    SignOnKey,
    StaffPolicy,
    User,
)
from core.errors import NotPermitted
from core.models import Site
from tests.support.people import PASSWORD, new_person, signed_in

pytestmark = pytest.mark.django_db
OWN_HOST, OTHER_HOST = "testserver", "other.example"
SECRET = "s" * 40


@pytest.fixture
def other(site):
    return Site.objects.create(
        slug="other",
        name_ru="Другое",
        legal_name_ru="АНО «Другое»",
        editor_in_chief_ru="Д. Д. Другов",
        complaints_email="other@other.example",
        origins=["https://other.example"],
    )


@pytest.fixture
def enter(settings):
    """Return a browser of an account that may open the administration."""
    settings.ALLOWED_HOSTS = ["*"]

    def act(email, name, *, of=None, host=OWN_HOST, **fields):
        role = None if of is None else Role.Name.ADMINISTRATOR
        user = new_person(email, name, role=role, site=of)
        # New enough that no second proof of identity is due yet.
        fields |= {"is_staff": True, "date_joined": timezone.now()}
        User.objects.filter(pk=user.pk).update(**fields)
        client = signed_in(user)
        client.defaults["HTTP_HOST"] = host
        return client

    return act


@pytest.fixture
def own(enter, site):
    return enter("own@example.org", "Павла", of=site)


@pytest.fixture
def foreign(enter, other):
    return enter("foreign@example.org", "Глеб", of=other, host=OTHER_HOST)


@pytest.fixture
def superuser(enter, site):
    return enter("root@example.org", "Рута", is_superuser=True)


def key_of(site, label="Портал"):
    return SignOnKey.objects.create(site=site, label=label, algorithm="HS256", key=SECRET)


def key_form(site, **changes):
    return {"site": site.pk, "label": "Портал", "algorithm": "HS256", "key": SECRET} | changes


KEYS = "/admin/accounts/signonkey/"


def test_a_list_has_the_rows_of_the_own_publication(foreign, superuser, site, other):
    key_of(site, "Ключ вестей")
    key_of(other, "Ключ другого")
    page = foreign.get(KEYS).content.decode()
    assert "Ключ другого" in page
    assert "Ключ вестей" not in page
    everything = superuser.get(KEYS).content.decode()
    assert "Ключ вестей" in everything
    assert "Ключ другого" in everything


@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_a_row_of_another_publication_is_not_there(foreign, site, page):
    key = key_of(site)
    before = SignOnKey.objects.values().get()
    url = f"{KEYS}{key.pk}/{page}/"
    for answer in (foreign.get(url), foreign.post(url, key_form(site, label="Чужой", post="yes"))):
        assert (answer.status_code, answer.get("Location")) in {(302, "/admin/"), (404, None)}
    assert SignOnKey.objects.values().get() == before


def test_rows_of_another_publication_are_not_deleted_in_bulk(foreign, site):
    key = key_of(site)
    chosen = {"action": "delete_selected", "_selected_action": [key.pk], "post": "yes"}
    foreign.post(KEYS, chosen)
    assert SignOnKey.objects.filter(pk=key.pk).exists()


def test_a_row_cannot_be_put_into_another_publication(foreign, site, other):
    key = key_of(other)
    for url in (f"{KEYS}add/", f"{KEYS}{key.pk}/change/"):
        answer = foreign.post(url, key_form(site, is_enabled="on"))
        assert "site" in answer.context["adminform"].form.errors
    assert not SignOnKey.objects.filter(site=site).exists()


def test_the_action_refuses_the_administrator_of_another_publication(foreign, site):
    policy = StaffPolicy(site=site, second_factor_days=3_000)
    actor = User.objects.get(email="foreign@example.org")
    with pytest.raises(NotPermitted):
        save_setting(row=policy, site_of=lambda row: row.site, actor=actor)
    assert not StaffPolicy.objects.exists()


def test_an_administrator_sees_one_publication_and_adds_none(foreign, site, other):
    page = foreign.get("/admin/core/site/").content.decode()
    assert other.name in page
    assert site.name not in page
    assert foreign.get("/admin/core/site/add/").status_code == 403
    assert foreign.get(f"/admin/core/site/{other.pk}/delete/").status_code == 403


def test_the_origin_of_a_neighbour_is_not_taken(foreign, superuser, site, other):
    Site.objects.filter(pk=site.pk).update(origins=["https://vesti.example", "http://testserver"])

    def save(client):
        url = f"/admin/core/site/{other.pk}/change/"
        form = client.get(url).context["adminform"].form
        sent = {name: form[name].value() or "" for name in form.fields}
        sent["origins"] = "https://other.example\nhttp://vesti.example"
        return client.post(url, sent)

    refused = save(foreign).context["adminform"].form.errors["origins"]
    assert refused == ["Один из этих адресов уже занят другим изданием."]
    other.refresh_from_db()
    assert other.origins == ["https://other.example"]
    # Two publications may share a domain, but that is not for one of them to decide.
    assert save(superuser).status_code == 302


@pytest.mark.parametrize("page", ["accounts/user/", "allauth_idp_oidc/client/"])
def test_what_concerns_all_publications_is_for_superusers(own, superuser, page):
    OtherSite.objects.create(id="portal", name="Портал")
    row = User.objects.get(email="root@example.org").pk if "user" in page else "portal"
    for url in (f"/admin/{page}", f"/admin/{page}{row}/change/", f"/admin/{page}{row}/history/"):
        assert own.get(url).status_code == 403
        assert superuser.get(url).status_code == 200
    assert f"/admin/{page}" not in own.get("/admin/").content.decode()


def test_an_administrator_cannot_close_an_account_of_the_installation(own, superuser):
    victim = new_person("victim@example.org", "Жертва")
    url = f"/admin/accounts/user/{victim.pk}/change/"
    assert own.post(url, {"is_staff": ""}).status_code == 403
    victim.refresh_from_db()
    assert victim.is_active
    assert superuser.post(url, {"is_staff": "on"}).status_code == 302
    event = SettingsEvent.objects.get()
    assert event.evidence == {"is_active": [True, False], "is_staff": [False, True]}
    # An erased person's name stays in no log.
    assert (event.site, event.label) == (None, f"account {victim.pk}")


def test_only_a_superuser_has_addresses_of_another_site_trusted(own, superuser, site):
    key = key_of(site)
    url = f"{KEYS}{key.pk}/change/"
    own.post(url, key_form(site, vouches="on", is_enabled="on"))
    key.refresh_from_db()
    assert not key.vouches
    superuser.post(url, key_form(site, vouches="on", is_enabled="on"))
    key.refresh_from_db()
    assert key.vouches


def test_every_change_is_recorded_with_both_values_and_without_secrets(own, site):
    own.post(f"{KEYS}add/", key_form(site, is_enabled="on"))
    key = SignOnKey.objects.get()
    url = f"{KEYS}{key.pk}/"
    own.post(f"{url}change/", key_form(site, label="Портал 2", key="t" * 40, is_enabled="on"))
    own.post(f"{url}change/", key_form(site, label="Портал 2", key="t" * 40, is_enabled="on"))
    own.post(f"{url}delete/", {"post": "yes"})
    added, changed, deleted = SettingsEvent.objects.order_by("id")
    assert [added.action, changed.action, deleted.action] == list(SettingsEvent.Action)
    assert changed.evidence == {"label": ["Портал", "Портал 2"], "key": ["•••", "•••"]}
    assert added.evidence["label"] == [None, "Портал"]
    assert deleted.evidence["label"] == ["Портал 2", None]
    assert {(e.site, e.model, e.row_id) for e in (added, changed, deleted)} == {
        (site, "accounts.signonkey", str(key.pk))
    }
    assert changed.actor_label == "Павла"
    assert SECRET not in str([event.evidence for event in (added, changed, deleted)])


def test_a_publication_s_changes_are_shown_to_its_administrators(own, foreign, superuser, site):
    own.post(f"{KEYS}add/", key_form(site))
    event = SettingsEvent.objects.get()
    log = "/admin/accounts/settingsevent/"
    for client in (own, superuser):
        assert "Портал" in client.get(log).content.decode()
        page = client.get(f"{log}{event.pk}/change/").content.decode()
        assert "HS256" in page
        assert SECRET not in page
    assert "Портал" not in foreign.get(log).content.decode()
    assert own.post(f"{log}{event.pk}/delete/", {"post": "yes"}).status_code == 403


def test_texts_of_an_inline_are_recorded(own, site):
    url = "/admin/comments/emailsettings/add/"
    form = own.get(url).context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields} | {"site": site.pk}
    rows = {"texts-TOTAL_FORMS": 1, "texts-INITIAL_FORMS": 0, "texts-0-text_ru": "Наше правило"}
    assert own.post(url, sent | rows).status_code == 302
    models = list(SettingsEvent.objects.order_by("id").values_list("model", "site"))
    assert models == [("comments.emailsettings", site.pk), ("comments.emailtext", site.pk)]


def test_publishing_a_consent_text_is_recorded(own, site):
    text = ConsentText.objects.create(site=site, purpose="terms", version=1, body_ru="Условия")
    chosen = {"action": "publish", "_selected_action": [text.pk]}
    for _twice in range(2):
        own.post("/admin/accounts/consenttext/", chosen)
    event = SettingsEvent.objects.get()
    assert (event.action, list(event.evidence)) == ("setting.changed", ["published_at"])


def test_the_administration_changes_no_password_itself(own):
    for page in ("password_change", "password_change/done"):
        assert own.get(f"/admin/{page}/")["Location"] == "/accounts/password/change/"
    changes = {"old_password": PASSWORD, "new_password1": "b" * 20, "new_password2": "b" * 20}
    own.post("/admin/password_change/", changes)
    assert User.objects.get(email="own@example.org").check_password(PASSWORD)
    assert not AccountEvent.objects.filter(action="password.changed").exists()


def test_a_page_that_would_write_past_the_actions_is_not_registered():
    with pytest.raises(ImproperlyConfigured):
        admin.site.register(AccountEvent, ModelAdmin)
