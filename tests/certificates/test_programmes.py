"""Programmes are set up by the registrars of their publication, and the log keeps what changed."""

import pytest

from accounts.models import SettingsEvent
from certificates.form.defaults import DEFAULT_PROGRAMMES
from certificates.models import Programme
from certificates.programmes import configure_programme, create_programme, publish_form
from core.errors import NotPermitted

pytestmark = pytest.mark.django_db


def similar(programme):
    return Programme(
        site=programme.site,
        slug="winter",
        title_ru="Зимняя",
        template=programme.template,
        number_prefix="XX",
    )


def test_each_change_of_a_programme_is_recorded(programme, registrar):
    other = similar(programme)
    create_programme(programme=other, actor=registrar)
    other.correction_days = 7
    configure_programme(programme=other, changed=["correction_days"], actor=registrar)
    configure_programme(programme=other, changed=[], actor=registrar)
    added, changed = SettingsEvent.objects.filter(row_id=other.pk).order_by("id")
    assert (added.action, added.evidence["slug"]) == ("setting.added", [None, "winter"])
    assert (changed.action, changed.evidence) == ("setting.changed", {"correction_days": [30, 7]})
    assert changed.actor == registrar


def test_registrars_of_another_publication_and_readers_set_up_none(
    programme, foreign_registrar, applicant
):
    before = Programme.objects.values().get(pk=programme.pk)
    for actor in (foreign_registrar, applicant):
        with pytest.raises(NotPermitted):
            create_programme(programme=similar(programme), actor=actor)
        programme.correction_days = 7
        with pytest.raises(NotPermitted):
            configure_programme(programme=programme, changed=["correction_days"], actor=actor)
        with pytest.raises(NotPermitted):
            fields = DEFAULT_PROGRAMMES[1].fields
            publish_form(programme=programme, fields=fields, actor=actor)
    assert Programme.objects.values().get(pk=programme.pk) == before
    assert not Programme.objects.filter(slug="winter").exists()
    assert programme.forms.count() == 1
