"""A settings page that is saved unchanged changes nothing.

A control that shows another value than the stored one changes it unseen: a browser shows the first
option of a select in which none is selected, and that is what it sends.
"""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.contrib import admin
from lxml import html

from accounts.actions import (
    ConsentSource,
    answer_consents,
    current_texts,
    install_default_consents,
)
from accounts.models import ConsentText, Role, SettingsEvent, StaffPolicy
from certificates.models import (
    Certificate,
    CertificateEvent,
    Institution,
    Programme,
    Template,
    TemplateEvent,
)
from comments.actions import choose_email_frequencies, publish_word_list, save_draft
from comments.house_rules.default_rules import DEFAULT_RULES
from comments.models import CommentSettings, EmailSettings, WordListVersion
from comments.states import Frequency, NotificationKind
from core.models import OutboxAuditEvent, OutboxEvent

pytestmark = pytest.mark.django_db
OURS = ("core", "accounts", "comments", "certificates", "webhooks")
# They count the savings of a draft, and are no setting.
COUNTERS = {"edition", "changed_at"}
NEVER_SENT = {"submit", "file", "image", "reset", "button"}

# Templates have another editor.
UNCHANGEABLE = (
    *(Certificate, CertificateEvent, Template, TemplateEvent, ConsentText),
    SettingsEvent,
)
# Only superusers open these, and they change nothing there.
OF_SUPERUSERS = (OutboxEvent, OutboxAuditEvent)
PAGES = {
    "registrar": (
        "/registrar/programmes/publication/",
        "/registrar/programmes/participation/",
        "/registrar/programmes/publication/form/",
        "/registrar/programmes/participation/form/",
    ),
    "administrator": (
        "/desk/words/lists/suspect/",
        "/desk/rulebook/draft/",
        "/webhooks/{endpoint_id}/change/",
    ),
    "reader": (
        "/accounts/profile/",
        "/accounts/consents/",
        "/notifications/settings/",
        "/certificates/{number}/",
    ),
}


@pytest.fixture
def there(site, people, discussed, issued, reported):
    """Settings that differ from the defaults, wherever a page has them."""
    moment = datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC)
    Programme.objects.filter(slug="publication").update(
        approval="registrar",
        opens_at=moment,
        closes_at=datetime(2036, 3, 1, 9, 30, 15, tzinfo=UTC),
        summary_ru="Первая строка.\nВторая строка.",
        attach_document=True,
    )
    type(site).objects.update(origins=["https://vesti.example"], time_zone="Asia/Vladivostok")
    Institution.objects.create(site=site, name="МБОУ «Школа № 5»")
    CommentSettings.objects.update(mode="premoderated", placeholder="none", rates=[[3, 10]])
    EmailSettings.objects.update(jurisdiction="dsa", out_of_court_ru="Суд.\nИ ещё один.")
    StaffPolicy.objects.update_or_create(site=site, defaults={"second_factor_days": 30})
    Certificate.objects.update(name_is_public=True)
    reader = people["reader"]
    reader.language = "en"
    reader.save(update_fields=["language"])
    editor = people[Role.Name.ADMINISTRATOR]
    editor.is_staff = editor.is_superuser = True
    editor.save(update_fields=["is_staff", "is_superuser"])
    publish_word_list(
        site=site,
        name="suspect",
        kind=WordListVersion.Kind.SUSPECT,
        entries=["кот", "слон"],
        actor=editor,
    )
    install_default_consents(site=site, actor=editor)
    given = [text for text in current_texts(site) if text.is_required]
    source = ConsentSource("test", "192.0.2.1")
    answer_consents(user=reader, given=given, refused=[], source=source)
    choose_email_frequencies(person=reader, chosen=dict.fromkeys(NotificationKind, Frequency.NEVER))
    save_draft(site=site, rules=DEFAULT_RULES[::-1], actor=editor, edition=0)
    return discussed | issued | reported


def stored():
    """Return every row of our tables, without counters and without the kind of line breaks."""
    return {
        (model._meta.label, row[model._meta.pk.attname]): {
            name: value.replace("\r\n", "\n") if isinstance(value, str) else value
            for name, value in row.items()
            if name not in COUNTERS
        }
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        if model._meta.managed
        for row in model._default_manager.values()
    }


def settings_form(answer, path):
    """Return the form of a page that is sent to the page itself and has something to set."""
    document = html.fromstring(answer.content.decode())
    forms = [
        form
        for form in document.forms
        if form.method == "POST" and form.action in {None, "", path, f"{path}privacy/"}
    ]
    assert forms, path
    return max(forms, key=lambda form: len(list(form.inputs)))


def sent_unchanged(form):
    """Return what a browser sends of a form in which nothing was touched."""
    sent = []
    for control in form.inputs:
        if not control.name or "disabled" in control.attrib or control.tag == "button":
            continue
        if control.tag == "select" and control.multiple:
            sent += [(control.name, value) for value in control.value]
        elif control.tag != "input" or _is_sent(control):
            value = control.value or ("on" if control.get("type") == "checkbox" else "")
            if control.tag == "textarea":
                # The parsing of HTML drops a first line break, and forms send the others as CRLF.
                value = value.removeprefix("\n").replace("\n", "\r\n")
            sent.append((control.name, value))
    return sent


def _is_sent(control):
    return control.type not in NEVER_SENT and (not control.checkable or control.checked)


def save_unchanged(client, path, *button):
    """Return what saving the page changed, or why it was not saved."""
    answer = client.get(path)
    if answer.status_code != 200:
        return f"GET {answer.status_code}"
    form = settings_form(answer, path)
    if not all(form.xpath("//*[@name=$name]", name=name) for name in button):
        return "nothing to save"
    data = {}
    for name, value in [*sent_unchanged(form), *((name, "1") for name in button)]:
        data.setdefault(name, []).append(value)
    before = stored()
    saved = client.post(form.action or path, data)
    if saved.status_code != 302:
        errors = html.fromstring(saved.content.decode()).find_class("field-error")
        return f"POST {saved.status_code}: {[one.text_content().strip() for one in errors]}"
    after = stored()
    return {
        key: (before.get(key), after.get(key))
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    }


@pytest.mark.parametrize("who", PAGES)
def test_saving_a_settings_page_unchanged_changes_nothing(clients, there, who):
    changed = {path: save_unchanged(clients[who], path.format(**there)) for path in PAGES[who]}
    assert {path: rows for path, rows in changed.items() if rows} == {}


def test_saving_a_page_of_the_administration_unchanged_changes_nothing(clients, there):
    changed = {}
    for model in admin.site._registry:
        row = model._default_manager.first()
        is_open = model._meta.app_label in OURS and model not in OF_SUPERUSERS
        if is_open and row is not None:
            path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/{row.pk}/change/"
            changed[model] = save_unchanged(clients["administrator"], path, "_save")
    assert {model: rows for model, rows in changed.items() if rows} == dict.fromkeys(
        UNCHANGEABLE, "nothing to save"
    )


def test_a_template_that_is_no_longer_in_use_stays_chosen(clients, there):
    programme = Programme.objects.get(slug="publication")
    Template.objects.get(pk=programme.template_id).versions.update(status="retired")
    path = "/registrar/programmes/publication/"
    assert save_unchanged(clients["registrar"], path) == {}
    programme.refresh_from_db()
    assert programme.template.slug == "publication"
