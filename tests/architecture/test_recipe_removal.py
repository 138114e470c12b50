"""The recipe "Add a field to a decision" of comments/moderation/README.md works as it says."""

import pytest

from tests.support.recipes import Copy, files_named

VALUE = "comments/models/decisions.py"
API = "comments/api/decisions.py"
FORMS = "comments/web/desk/forms/decisions.py"
CARD = "comments/templates/comments/desk/queue_item.html"
BULK = "comments/templates/comments/desk/new_bulk_decision.html"

FIELD = """            <div class="field">
              <label for="category-{{ comment.pk }}">Category</label>
              <input id="category-{{ comment.pk }}" name="category">
            </div>
            <ol class="rule-list" role="list">"""

USE = """
from types import SimpleNamespace
from unittest import mock

from django.http import QueryDict
from django.template.loader import render_to_string

from comments.api.decisions import EventSerializer, NewBulkDecisionSerializer, decision_from
from comments.models import BulkDecision, Comment, ModerationEvent, Rule
from comments.models.decisions import stored_decision
from comments.moderation import decisions
from comments.states import DecisionKind
from comments.web.desk.forms.decisions import BulkForm, DecisionForm
from core.models import Site

form = DecisionForm(QueryDict("expected=published&rule=spam&category=advert"))
by_form = form.chosen_decision
assert (by_form.kind, by_form.category) == (DecisionKind.REMOVE, "advert")

request = NewBulkDecisionSerializer(data={"action": "remove", "rule": "spam", "category": "advert"})
assert request.is_valid(), request.errors
assert decision_from(request.validated_data).category == "advert"

with mock.patch("comments.web.forms.rules_in_force", return_value=Rule.objects.none()):
    bulk = BulkForm(QueryDict("decision=remove&category=advert"), site=Site())
    assert bulk.is_valid(), bulk.errors
    assert bulk.chosen_decision.category == "advert"

rule = Rule(code="spam", placeholder="none", author_notice="rule")
with (
    mock.patch.object(decisions, "rule_in_force", return_value=rule),
    mock.patch.object(decisions, "settings_of"),
    mock.patch.object(decisions, "email_settings_of") as email_settings,
):
    email_settings.return_value.must_state_reasons.return_value = False
    resolved = decisions.resolve(Site(), by_form)
assert resolved.category == "advert"

event = ModerationEvent(action="removed", **resolved.columns())
assert event.category == "advert"
row = BulkDecision(decision="remove", **resolved.columns())
assert stored_decision(DecisionKind.REMOVE, row.note, row) == type(resolved)(
    DecisionKind.REMOVE, **{**resolved.columns(), "category": "advert"}
)
assert EventSerializer().fields["category"].source == "category"
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    copy = Copy(tmp_path_factory.mktemp("project"))
    copy.replace(
        VALUE, '    explanation: str = ""\n', '    explanation: str = ""\n    category: str = ""\n'
    )
    copy.replace(
        VALUE,
        '            "explanation": self.explanation,\n',
        '            "explanation": self.explanation,\n            "category": self.category,\n',
    )
    copy.replace(
        VALUE,
        "    explanation = models.TextField(",
        "    category = models.CharField(max_length=40, blank=True)\n"
        "    explanation = models.TextField(",
    )
    copy.replace(
        VALUE,
        "        explanation=row.explanation,\n",
        "        explanation=row.explanation,\n        category=row.category,\n",
    )
    copy.replace(
        API,
        "    placeholder = serializers.ChoiceField(\n",
        '    category = serializers.CharField(required=False, allow_blank=True, default="")\n'
        "    placeholder = serializers.ChoiceField(\n",
    )
    copy.replace(
        API,
        '        explanation=data["explanation"],\n',
        '        explanation=data["explanation"],\n        category=data["category"],\n',
    )
    copy.replace(
        API,
        "    explanation = serializers.CharField()\n",
        "    explanation = serializers.CharField()\n    category = serializers.CharField()\n",
    )
    copy.replace(
        FORMS,
        "    explanation = forms.CharField(required=False)\n",
        "    explanation = forms.CharField(required=False)\n"
        "    category = forms.CharField(required=False)\n",
    )
    copy.replace(
        FORMS,
        '            explanation=data["explanation"],\n',
        '            explanation=data["explanation"],\n            category=data["category"],\n',
    )
    copy.replace(
        FORMS,
        "    note = note_field()\n",
        "    note = note_field()\n    category = forms.CharField(required=False)\n",
    )
    copy.replace(
        FORMS,
        'return Decision(kind, rule_code=self.rule_code, note=data["note"])',
        "return Decision(\n            kind,\n            rule_code=self.rule_code,\n"
        '            note=data["note"],\n            category=data["category"],\n        )',
    )
    copy.replace(CARD, '            <ol class="rule-list" role="list">', FIELD)
    copy.replace(
        BULK,
        "        {{ form.note.as_field_group }}\n",
        "        {{ form.note.as_field_group }}\n        {{ form.category.as_field_group }}\n",
    )
    return copy


def test_recipe_names_every_file_that_a_new_field_changes(copy):
    named = files_named("comments/moderation/README.md", "Add a field to a decision")
    assert copy.changed() == sorted(named)
    assert len(named) <= 5


def test_new_field_goes_from_form_and_api_to_the_audit_event_and_the_bulk_decision(copy):
    copy.run(USE)
