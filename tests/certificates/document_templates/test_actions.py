"""Versions of templates: what is in use is frozen, and documents keep what they were made by."""

import dataclasses
import hashlib
from types import SimpleNamespace

import pypdfium2
import pytest
from django.db import Error

from accounts.models import Role
from certificates import tasks
from certificates.document_templates import actions, state_changes
from certificates.fields import Field, FieldKind
from certificates.form.defaults import PUBLICATION
from certificates.issuing import designs
from certificates.models import Template, TemplateEvent, TemplateImage, TemplateVersion
from certificates.programmes import publish_form
from certificates.rendering import starter
from certificates.rendering.design import LIBRARY
from certificates.states import TemplateStatus
from tests.support.people import new_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_use(programme):
    return programme.template.active


def test_a_publication_starts_with_copies_of_the_default_templates(programme, in_use):
    assert str(in_use) == "publication/1"
    assert designs.design_of(in_use) == starter("publication")
    assert in_use.digest == starter("publication").digest
    assert [event.action for event in programme.template.events.all()] == ["template.installed"]


@pytest.mark.parametrize(
    "change", [{"source": "x"}, {"seal_left": 1}, {"number": 9}, {"is_landscape": False}]
)
def test_the_database_refuses_to_change_a_version_that_was_in_use(in_use, change):
    with pytest.raises(Error, match="Cannot update"):
        TemplateVersion.objects.filter(pk=in_use.pk).update(**change)


def test_the_database_refuses_to_delete_a_version_that_was_in_use(in_use):
    with pytest.raises(Error, match="Cannot delete"):
        in_use.delete()


def test_the_database_refuses_an_image_for_a_version_that_was_in_use(in_use):
    with pytest.raises(Error, match="frozen"):
        TemplateImage.objects.create(
            version=in_use,
            role="logo",
            content=b"",
            width=1,
            height=1,
            alt_ru="Логотип",
            alt_en="Logo",
            digest="",
        )


def test_a_certificate_keeps_the_version_it_was_issued_with(filled, confirm, programme, deliver):
    confirm(filled)
    tasks.decide_confirmed(filled.pk)
    tasks.issue_approved(filled.pk)
    first = programme.template.active
    newer = state_changes.create_version(programme.template, "participation")
    state_changes.change_version_status(
        first, TemplateStatus.RETIRED, action=TemplateEvent.Action.RETIRED, actor=None
    )
    state_changes.change_version_status(
        newer, TemplateStatus.ACTIVE, action=TemplateEvent.Action.ACTIVATED, actor=None
    )
    deliver()
    certificate = filled.issued_certificate
    assert (certificate.template, certificate.document_data["template"]) == (first, "publication/1")
    assert certificate.is_sealed
    with certificate.document.open("rb") as document:
        assert _is_landscape(document.read())


def _is_landscape(pdf):
    page = pypdfium2.PdfDocument(pdf)[0]
    return page.get_width() > page.get_height()


def test_one_version_of_a_template_is_in_use(in_use):
    newer = state_changes.create_version(in_use.template, "publication")
    with pytest.raises(Error, match="template_one_version_in_use"):
        state_changes.change_version_status(
            newer, TemplateStatus.ACTIVE, action=TemplateEvent.Action.ACTIVATED, actor=None
        )


def test_templates_belong_to_one_publication(in_use, foreign_registrar):
    assert Template.objects.get(slug="publication").site.slug == "vesti"
    assert not Template.objects.filter(site__slug="other").exists()


def test_the_digest_of_a_design_covers_all_its_parts():
    one = starter("publication")
    others = [
        dataclasses.replace(one, source=one.source + " "),
        dataclasses.replace(one, is_landscape=False),
        dataclasses.replace(one, seal_area=dataclasses.replace(one.seal_area, left=1)),
    ]
    assert len({design.digest for design in [one, *others]}) == 4


# Template sources import library 1, whose files must not change after the first issue.
# A change before that changes this sum; after that it goes into `lib/2`.
FIRST_LIBRARY = "8725ab53e51373f4e3f1671f544bd9cf15c6f13f2ac497f67d708bbd4259eebe"


def test_the_files_of_library_1_are_unchanged():
    files = sorted((LIBRARY / "lib/1").iterdir())
    whole = b"".join(path.name.encode() + path.read_bytes() for path in files)
    assert hashlib.sha256(whole).hexdigest() == FIRST_LIBRARY


@pytest.mark.parametrize(
    ("printed", "is_refused"), [("data.holder", True), ("holder-of(data)", False)]
)
def test_version_that_prints_no_dative_is_refused_where_a_form_asks_for_it(
    programme, site, monkeypatch, printed, is_refused
):
    administrator = new_person(
        "admin@example.org", "Управляющая", role=Role.Name.ADMINISTRATOR, site=site
    )
    dative = Field("given_to", FieldKind.DATIVE_NAME, "Кому выдано", "Given to")
    publish_form(programme=programme, fields=(*PUBLICATION.fields, dative), actor=administrator)
    draft = state_changes.create_version(programme.template, "publication")
    source = draft.source.replace("holder-of(data)", printed)
    TemplateVersion.objects.filter(pk=draft.pk).update(source=source)
    draft.refresh_from_db()
    check = SimpleNamespace(checked=1)
    monkeypatch.setattr(actions, "_fresh_check", lambda _version: check)
    if is_refused:
        with pytest.raises(actions.NoDative):
            actions.activate_version(version=draft, actor=administrator)
    else:
        assert actions.activate_version(version=draft, actor=administrator).is_active
