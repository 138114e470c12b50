"""Every page of the administration that changes something leaves an audit event.

The pages are found by walking `admin.site`. A new one whose form this test cannot fill in fails.
"""

import pytest
from allauth.idp.oidc.models import Client as OtherSite
from allauth.usersessions.models import UserSession
from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.utils import timezone

from accounts.models import ConsentText, Role, SignOnKey, StaffPolicy, User
from certificates.models import Institution
from core.audit import AuditEvent
from core.lines import LinesField
from core.models import OutboxEvent, Site
from tests.support.doors import written
from tests.support.people import new_person, signed_in
from tests.support.undoing import same_visitor

pytestmark = pytest.mark.django_db
SECRET = "a shared secret of more than thirty-two bytes"
LOGS = {model._meta.db_table for model in apps.get_models() if issubclass(model, AuditEvent)}
# Values for a form, besides a text in each required field.
FILLED = {
    "core.site": {
        "origins": "https://third.example",
        "slug": "third",
        "time_zone": "Europe/Moscow",
    },
    "accounts.signonkey": {"algorithm": "HS256", "key": SECRET},
    "accounts.staffpolicy": {"second_factor_days": 30},
    "allauth_idp_oidc.client": {
        "id": "third",
        "redirect_uris": "https://third.example/back/",
        "grant_types": "authorization_code",
        "response_types": "code",
        "scopes": "openid",
    },
}


@pytest.fixture
def rows(site, there):
    """Something on every page that can be changed."""
    Site.objects.update(origins=["https://vesti.example"])
    SignOnKey.objects.create(site=site, label="Портал", algorithm="HS256", key=SECRET)
    OtherSite.objects.create(id="portal", name="Портал")
    ConsentText.objects.create(site=site, purpose="terms", version=9, body_ru="Условия")
    StaffPolicy.objects.create(site=site)
    for person in User.objects.all():
        UserSession.objects.create(user=person, ip="192.0.2.1", session_key=f"of-{person.pk}")
    Institution.objects.create(site=site, name="Школа № 5")
    OutboxEvent.objects.create(
        topic="comment.published", payload={"comment_id": 0}, failures=1, parked_at=timezone.now()
    )


@pytest.fixture
def browsers(site):
    def browser(email, **fields):
        person = new_person(email, email, role=Role.Name.ADMINISTRATOR, site=site)
        now = timezone.now()
        User.objects.filter(pk=person.pk).update(is_staff=True, date_joined=now, **fields)
        return signed_in(person)

    return {
        "administrator": browser("own@example.org"),
        "superuser": browser("root@example.org", is_superuser=True),
    }


TYPED = {
    forms.ModelChoiceField: lambda field: field.queryset.first().pk,
    forms.ChoiceField: lambda field: next(value for value, _label in field.choices if value),
    forms.IntegerField: lambda field: max(field.min_value or 1, 1),
    forms.EmailField: lambda _field: "new@example.org",
    forms.Field: lambda _field: "new",
}


def value_for(bound):
    """Return what a person types into a field, None if it may stay empty."""
    field, value = bound.field, bound.value()
    if isinstance(field, forms.BooleanField):
        return "on" if value else None
    if isinstance(value, list) and isinstance(field, LinesField):
        return "\n".join(value)
    if value not in (None, "", []) or not field.required:
        return value
    return next(typed(field) for kind, typed in TYPED.items() if isinstance(field, kind))


def sent_from(page):
    """Return what the page's form sends when a person has filled it in."""
    form = page.context["adminform"].form
    sent = {name: value_for(form[name]) for name in form.fields}
    sent |= FILLED.get(form.instance._meta.label_lower, {}) if form.instance.pk is None else {}
    for inline in page.context["inline_admin_formsets"]:
        manager = inline.formset.management_form
        sent |= {manager.add_prefix(name): value for name, value in manager.initial.items()}
    return form, {name: value for name, value in sent.items() if value is not None}


def changed(form, sent):
    """Return the form with another value in the first field that takes a text or a number."""
    for name, field in form.fields.items():
        value = sent.get(name)
        if isinstance(field, forms.BooleanField):
            return {key: one for key, one in sent.items() if key != name} | (
                {} if value else {name: "on"}
            )
        if isinstance(field, forms.IntegerField) and value is not None:
            return sent | {name: int(value) + 1}
        if type(field) is forms.CharField and not isinstance(field.widget, forms.Select):
            return sent | {name: f"{value or ''} 2"}
    raise AssertionError(f"nothing to change in {form}")


class Visitor:
    """Tries everything on the page of a model, and collects what left no event."""

    def __init__(self, client, model):
        self.client, self.model = client, model
        # A publication has one row, which is in the way of another.
        self.is_one_of_a_kind = any(field.one_to_one for field in model._meta.concrete_fields)
        self.url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        self.done, self.faults = [], []

    def get(self, end):
        return same_visitor(self.client).get(self.url + end)

    def post(self, act, end, data):
        with written() as writes:
            if act == "add" and self.is_one_of_a_kind:
                self.model._base_manager.all().delete()
                writes.tables.clear()
            answer = same_visitor(self.client).post(self.url + end, data)
        if answer.status_code == 200 and answer.context.get("protected"):
            # The page names what refers to the row, and deletes nothing.
            return
        if answer.status_code != 302:
            errors = answer.context and answer.context.get("errors")
            self.faults.append(f"{act} at {self.url}{end} → {answer.status_code} {errors or ''}")
        elif not writes.tables:
            self.faults.append(f"{act} at {self.url}{end} changed nothing")
        elif not writes.tables & LOGS:
            self.faults.append(f"{act} at {self.url}{end} left no event: {writes.tables}")
        else:
            self.done.append(act)

    def try_all(self):
        listed = self.get("")
        if listed.status_code != 200:
            return
        if self.get("add/").status_code == 200:
            _form, sent = sent_from(self.get("add/"))
            self.post("add", "add/", sent)
        row = listed.context["cl"].queryset.order_by("-pk").first()
        if row is None:
            assert not listed.context["has_add_permission"], f"no row at {self.url}"
            return
        page = self.get(f"{row.pk}/change/")
        if page.status_code == 200 and page.context["has_change_permission"]:
            self.post("change", f"{row.pk}/change/", changed(*sent_from(page)))
        if self.get(f"{row.pk}/delete/").status_code == 200:
            self.post("delete", f"{row.pk}/delete/", {"post": "yes"})
        chosen = listed.context["action_form"]
        for action, _label in chosen.fields["action"].choices if chosen else ():
            if action:
                data = {"action": action, ACTION_CHECKBOX_NAME: [row.pk], "post": "yes"}
                self.post(action, "", data)


OWN_PAGES = "/admin/certificates/template/"


@pytest.mark.parametrize("who", ["administrator", "superuser"])
def test_every_change_leaves_an_event(browsers, rows, who):
    done, faults = {}, []
    for model in admin.site._registry:
        visitor = Visitor(browsers[who], model)
        # Its pages are our own: tests/certificates/admin/test_templates.py.
        if visitor.url == OWN_PAGES:
            continue
        visitor.try_all()
        done[model._meta.label_lower] = visitor.done
        faults += visitor.faults
    assert faults == [], "\n".join(faults)
    expected = EXPECTED | (OF_SUPERUSERS if who == "superuser" else {})
    assert {label: acts for label, acts in done.items() if acts} == expected


ALL = ["add", "change", "delete", "delete_selected"]
EXPECTED = {
    "core.site": ["change"],
    "accounts.consenttext": [*ALL, "publish"],
    "accounts.staffpolicy": ALL,
    "accounts.signonkey": ALL,
    # Its forms refer to it.
    "certificates.programme": ["change"],
    "certificates.institution": ALL,
    "comments.commentsettings": ALL,
    "comments.emailsettings": ALL,
}
OF_SUPERUSERS = {
    "core.site": ["add", "change"],
    "core.outboxevent": ["retry", "discard"],
    "accounts.user": ["change", "sign_out"],
    "allauth_idp_oidc.client": ALL,
}
