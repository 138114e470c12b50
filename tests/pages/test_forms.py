import re

import pytest
from django import forms
from django.utils import translation


class Application(forms.Form):
    surname = forms.CharField(label="Фамилия", help_text="Как в паспорте.")
    patronymic = forms.CharField(label="Отчество", required=False)
    attendance = forms.ChoiceField(
        label="Участие",
        choices=[("on_site", "Очное"), ("remote", "Заочное")],
        widget=forms.RadioSelect,
    )
    consent = forms.BooleanField(label="Согласие")

    def clean(self):
        raise forms.ValidationError("Приём заявок закончен.")


@pytest.fixture
def refused():
    with translation.override("ru"):
        return str(Application({"patronymic": "<b>Петровна</b>"}))


def test_an_error_is_tied_to_its_field(refused):
    described = re.search(r'name="surname"[^>]*aria-describedby="([^"]+)"', refused)
    for identifier in described[1].split():
        assert refused.count(f'id="{identifier}"') == 1
    assert "id_surname_error" in described[1]


def test_the_summary_leads_to_each_field_at_fault(refused):
    targets = re.findall(r'<a href="#([^"]+)">', refused)
    assert targets == ["id_surname", "id_attendance_0", "id_consent"]
    assert all(f'id="{target}"' in refused for target in targets)


def test_an_error_of_the_whole_form_is_shown_once(refused):
    assert refused.count("Приём заявок закончен.") == 1


def test_what_was_typed_survives_escaped(refused):
    assert 'value="&lt;b&gt;Петровна&lt;/b&gt;"' in refused


def test_only_fields_that_may_stay_empty_say_so(refused):
    labels = re.findall(r'class="field-label" for="(\w+)">([^<]*)<span', refused)
    assert labels == [("id_patronymic", "Отчество ")]


def test_choices_are_a_group_with_a_legend():
    shown = str(Application())
    assert re.search(r'<fieldset class="field"\s*>\s*<legend>Участие\s*</legend>', shown)
    assert "error-summary" not in shown
