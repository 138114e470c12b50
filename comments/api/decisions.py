"""Serializers of an editor's decision: the request that makes it and its audit event."""

from typing import Any

from rest_framework import serializers

from comments.api.serializers import LONGEST_CODE, LONGEST_EDITORIAL, RevisionSerializer
from comments.models import ModerationEvent
from comments.models.decisions import Decision
from comments.states import AuthorNotice, DecisionKind, Placeholder, State
from core.api.fields import RequestDateTimeField
from core.inputs import MAX_ID


class _DecisionSerializer(serializers.Serializer[Any]):
    action = serializers.ChoiceField(DecisionKind.choices)
    rule = serializers.SlugField(
        max_length=LONGEST_CODE, required=False, allow_blank=True, default=""
    )
    note = serializers.CharField(
        max_length=LONGEST_EDITORIAL,
        required=False,
        allow_blank=True,
        default="",
        help_text="For the audit log.",
    )
    explanation = serializers.CharField(
        max_length=LONGEST_EDITORIAL,
        required=False,
        allow_blank=True,
        default="",
        help_text="For the author.",
    )
    placeholder = serializers.ChoiceField(
        Placeholder.choices, required=False, allow_null=True, default=None
    )
    notify_author = serializers.ChoiceField(
        AuthorNotice.choices,
        required=False,
        allow_null=True,
        default=None,
        # The API's name says what the value does; docs/glossary.md has both names.
        source="author_notice",
    )


class NewDecisionSerializer(_DecisionSerializer):
    # Required: a program must not decide about a state that it has not seen.
    expected_state = serializers.ChoiceField(State.choices)


class NewBulkDecisionSerializer(_DecisionSerializer):
    """Comments by id, or one author's comments since a time, or both."""

    comments = serializers.ListField(
        child=serializers.IntegerField(max_value=MAX_ID),
        required=False,
        default=list,
        max_length=1000,
    )
    author = serializers.IntegerField(
        required=False, allow_null=True, default=None, max_value=MAX_ID
    )
    since = RequestDateTimeField(required=False, allow_null=True, default=None)


def decision_from(data: dict[str, Any]) -> Decision:
    """The decision that a valid request asks for."""
    placeholder, author_notice = data["placeholder"], data["author_notice"]
    return Decision(
        DecisionKind(data["action"]),
        rule_code=data["rule"],
        note=data["note"],
        explanation=data["explanation"],
        placeholder=Placeholder(placeholder) if placeholder else None,
        author_notice=AuthorNotice(author_notice) if author_notice else None,
    )


class EventSerializer(serializers.Serializer[Any]):
    action = serializers.ChoiceField(ModerationEvent.Action.choices)
    from_state = serializers.ChoiceField(State.choices)
    to_state = serializers.ChoiceField(State.choices)
    actor = serializers.CharField(source="actor_label")
    rule = serializers.CharField(source="rule.code", default=None, allow_null=True)
    rulebook_version = serializers.IntegerField(
        source="rule.version.number", default=None, allow_null=True
    )
    note = serializers.CharField()
    placeholder = serializers.CharField()
    notify_author = serializers.CharField(source="author_notice")
    explanation = serializers.CharField()
    revision = serializers.IntegerField(source="revision.number")
    at = serializers.DateTimeField()


class HistorySerializer(serializers.Serializer[Any]):
    revisions = RevisionSerializer(many=True)
    events = EventSerializer(many=True)
