from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from types import NoneType, UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from rest_framework import serializers

from comments.models.settings import LONGEST_COMMENT
from comments.reading.pages import PublicComment
from comments.rule_texts import ChangeKind
from comments.screening.phases.form import MOST_CODE_POINTS
from comments.states import (
    AppealStatus,
    AuthorNotice,
    BulkDecisionStatus,
    DecisionKind,
    Mode,
    Placeholder,
    ReactionKind,
    ReportOutcome,
    State,
)
from core.api.fields import RequestDateTimeField
from core.inputs import MAX_ID

# What editors write: rules, notes, messages, explanations.
LONGEST_EDITORIAL = 10_000
# The code of a rule, as its table has it. A key of a thread may come as the URL of its page.
LONGEST_CODE, _LONGEST_KEY = 50, 1000
# PostgreSQL's bigint: a larger number would be an error of the database instead of a 400.


class ReactionCountsSerializer(serializers.Serializer[Any]):
    """How many reactions of each kind a comment has."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {kind: serializers.IntegerField() for kind in ReactionKind.values}


# How the API writes a value of each type that `PublicComment` has.
_FIELD_TYPES: Mapping[object, Callable[..., serializers.Field[Any, Any, Any, Any]]] = {
    bool: serializers.BooleanField,
    int: serializers.IntegerField,
    str: serializers.CharField,
    datetime: serializers.DateTimeField,
    State: partial(serializers.ChoiceField, State.choices),
    Mapping[str, int]: ReactionCountsSerializer,
}


class PublicCommentSerializer(serializers.Serializer[Any]):
    # Made from the dataclass that the stored pages are written from: two lists of fields would
    # drift apart, and the schema would describe another JSON than the page has.
    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        hints = get_type_hints(PublicComment, include_extras=True)
        return {name: _field(hint) for name, hint in hints.items()}


def _field(hint: Any) -> serializers.Field[Any, Any, Any, Any]:
    """Return the field for a type: `int | None` may be null, `Annotated` carries the help text."""
    options: dict[str, Any] = {}
    if get_origin(hint) is Annotated:
        hint, options["help_text"] = get_args(hint)
    if isinstance(hint, UnionType):
        hint = next(part for part in get_args(hint) if part is not NoneType)
        options["allow_null"] = True
    return _FIELD_TYPES[hint](**options)


class BranchSerializer(serializers.Serializer[Any]):
    comment = PublicCommentSerializer()
    replies = PublicCommentSerializer(many=True)
    more = serializers.CharField(help_text="The cursor of the next replies below this root.")


class ThreadPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    branches = BranchSerializer(many=True)
    next_cursor = serializers.CharField()


class RepliesPageSerializer(serializers.Serializer[Any]):
    replies = PublicCommentSerializer(many=True)
    next_cursor = serializers.CharField()


class RuleSerializer(serializers.Serializer[Any]):
    code = serializers.SlugField()
    title = serializers.CharField()
    text = serializers.CharField()


class RulebookSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(source="number")
    digest = serializers.CharField()
    published_at = serializers.DateTimeField()
    rules = RuleSerializer(many=True)


class AskedRulesSerializer(serializers.Serializer[Any]):
    on = RequestDateTimeField(
        required=False, help_text="The rules as they stood at this time; without it, now."
    )


class RuleTextSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=50)
    title_ru = serializers.CharField(max_length=200, allow_blank=True)
    title_en = serializers.CharField(max_length=200, allow_blank=True, default="")
    text_ru = serializers.CharField(max_length=LONGEST_EDITORIAL, allow_blank=True)
    text_en = serializers.CharField(max_length=LONGEST_EDITORIAL, allow_blank=True, default="")
    placeholder = serializers.ChoiceField(Placeholder.choices, allow_blank=True, default="")
    notify_author = serializers.ChoiceField(
        AuthorNotice.choices, allow_blank=True, default="", source="author_notice"
    )


class RuleChangeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    change = serializers.ChoiceField([kind.value for kind in ChangeKind], source="kind")
    changed = serializers.ListField(child=serializers.CharField())
    is_moved = serializers.BooleanField()


class RulebookDraftSerializer(serializers.Serializer[Any]):
    edition = serializers.IntegerField(help_text="0: nothing is written yet.")
    rules = RuleTextSerializer(many=True)
    changes = RuleChangeSerializer(many=True, help_text="Beside the rules in force.")


class NewRulebookDraftSerializer(serializers.Serializer[Any]):
    # Editors share one draft: the edition tells whether it changed since this one was read.
    edition = serializers.IntegerField(
        min_value=0, max_value=MAX_ID, help_text="The one that was seen; 409 for another."
    )
    rules = serializers.ListField(child=RuleTextSerializer(), max_length=200)


class EditionSerializer(serializers.Serializer[Any]):
    edition = serializers.IntegerField(min_value=0, max_value=MAX_ID)


class OwnCommentSerializer(serializers.Serializer[Any]):
    """A comment as its author and the editors see it."""

    id = serializers.IntegerField(source="pk")
    parent = serializers.IntegerField(  # type: ignore[assignment] # the API's name
        source="parent_id", allow_null=True
    )
    depth = serializers.IntegerField()
    state = serializers.ChoiceField(State.choices)
    text = serializers.CharField()
    html = serializers.CharField()
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)


class AppealSerializer(serializers.Serializer[Any]):
    """As its author sees it."""

    id = serializers.IntegerField(source="pk")
    comment = serializers.IntegerField(source="comment_id")
    text = serializers.CharField()
    status = serializers.ChoiceField(AppealStatus.choices)
    answer = serializers.CharField()
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class HiddenSerializer(serializers.Serializer[Any]):
    comment = OwnCommentSerializer()
    rule = RuleSerializer(allow_null=True)
    explanation = serializers.CharField(help_text="Why, in the editor's words.")
    appeal_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when the decision may be appealed against."
    )
    appeal = AppealSerializer(allow_null=True)
    offers_complaint = serializers.BooleanField(
        help_text="The text reads as a complaint: offer to send it to the publication."
    )
    reasons = serializers.ListField(
        child=serializers.CharField(), help_text="What made it wait, and what to change."
    )


class SiteSerializer(serializers.Serializer[Any]):
    slug = serializers.SlugField()
    name = serializers.CharField()
    complaints_email = serializers.EmailField()


class SignInCodeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(
        max_length=1000, help_text="What follows #otklik-code= in the URL."
    )
    state = serializers.CharField(
        max_length=100, help_text="The one that the sign-in window was opened with."
    )


class WidgetTokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField()


class ViewerStateSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(allow_null=True, help_text="Who is signed in; null for nobody.")
    name = serializers.CharField()
    can_post = serializers.BooleanField()
    can_report = serializers.BooleanField(help_text="A mute forbids comments but not reports.")
    is_closed = serializers.BooleanField()
    premoderated = serializers.BooleanField(help_text="Comments wait for an editor here.")
    sanction = serializers.CharField(
        help_text="The editors' decision by which the person may not write here, or empty."
    )
    hidden = HiddenSerializer(many=True)
    editable = serializers.ListField(
        child=serializers.IntegerField(), help_text="The comments that may be edited now."
    )
    reactions = serializers.DictField(
        child=serializers.ChoiceField(ReactionKind.choices), help_text="By the comment's id."
    )
    muted = serializers.ListField(
        child=serializers.IntegerField(), help_text="Whose comments the person hides."
    )
    unread = serializers.IntegerField(help_text="How many notifications the person has not read.")
    reports = serializers.DictField(
        child=serializers.ChoiceField(ReportOutcome.choices),
        help_text="What one has reported, by the comment's id.",
    )


class NewCommentSerializer(serializers.Serializer[Any]):
    # An empty text is refused by screening, with the sentence that pages show, too.
    text = serializers.CharField(
        max_length=LONGEST_COMMENT * MOST_CODE_POINTS, allow_blank=True, trim_whitespace=False
    )
    parent = serializers.IntegerField(  # type: ignore[assignment] # the API's name
        required=False, allow_null=True, default=None, max_value=MAX_ID
    )
    title = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    url = serializers.CharField(
        max_length=1000,
        required=False,
        allow_blank=True,
        default="",
        help_text="The page it is written on, for a thread that the publication has not set up.",
    )


class EditedTextSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(
        max_length=LONGEST_COMMENT * MOST_CODE_POINTS, allow_blank=True, trim_whitespace=False
    )


class CommentDraftSerializer(serializers.Serializer[Any]):
    # Rendering is work, so the length is bounded; screening measures what is posted.
    text = serializers.CharField(max_length=20_000, allow_blank=True, trim_whitespace=False)
    thread = serializers.CharField(
        max_length=_LONGEST_KEY,
        required=False,
        allow_blank=True,
        default="",
        help_text="The key of its thread. Without one, nobody of the thread is mentioned.",
    )


class CommentPreviewSerializer(serializers.Serializer[Any]):
    html = serializers.CharField(help_text="As the comment will look.")


class ReactionSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(ReactionKind.choices)


class ThreadSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(read_only=True)
    title = serializers.CharField(max_length=300, allow_blank=True)
    url = serializers.CharField(max_length=1000, allow_blank=True)
    section = serializers.CharField(max_length=100, allow_blank=True, required=False, default="")
    mode = serializers.ChoiceField(Mode.choices, allow_blank=True, required=False, default="")
    registered_only = serializers.BooleanField(required=False, default=False)
    closes_at = RequestDateTimeField(required=False, allow_null=True, default=None)
    published_count = serializers.IntegerField(read_only=True)


class OpenReportSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField(source="rule.code")
    note = serializers.CharField()
    reporter = serializers.CharField(source="reporter.display_name")
    reporter_id = serializers.IntegerField()
    weight = serializers.FloatField(
        help_text="By the reporter's record: from 0.25 to 2; 0 of a new account."
    )
    created_at = serializers.DateTimeField()


class QueuedCommentSerializer(OwnCommentSerializer):
    thread = serializers.CharField(source="thread.key")
    thread_title = serializers.CharField(source="thread.title")
    author = serializers.CharField(source="author.display_name", default="")
    author_id = serializers.IntegerField(allow_null=True)
    reports = OpenReportSerializer(source="open_reports", many=True)


class QueueSerializer(serializers.Serializer[Any]):
    items = QueuedCommentSerializer(many=True)
    next_cursor = serializers.CharField()
    waiting = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="By queue.")


class ClaimSerializer(serializers.Serializer[Any]):
    editor = serializers.CharField(source="editor.display_name")
    expires_at = serializers.DateTimeField()


class BulkPreviewSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()


class BulkDecisionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    action = serializers.ChoiceField(DecisionKind.choices, source="decision")
    status = serializers.ChoiceField(BulkDecisionStatus.choices)
    progress = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many comments have which status."
    )


class TrialSerializer(serializers.Serializer[Any]):
    # The length of an entry is the column's; the number bounds what one request may compile.
    entries = serializers.ListField(child=serializers.CharField(max_length=200), max_length=20_000)
    text = serializers.CharField(max_length=20_000, trim_whitespace=False)


class MatchSerializer(serializers.Serializer[Any]):
    entry = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    text = serializers.CharField()
    looks_like = serializers.CharField(
        help_text="The form of the entry that a disguised word may be; empty for the word itself."
    )


class NewDryRunSerializer(serializers.Serializer[Any]):
    entries = serializers.ListField(child=serializers.CharField(max_length=200), max_length=20_000)


class DryRunSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    since = serializers.DateTimeField()
    total = serializers.IntegerField()
    examined = serializers.IntegerField()
    matched = serializers.IntegerField()
    matched_published = serializers.IntegerField()
    examples = serializers.JSONField()
    is_done = serializers.BooleanField()
    is_failed = serializers.BooleanField(help_text="An error has stopped it before its end.")


class RevisionSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    text = serializers.CharField()
    # As it was recorded: its form may be older than this version of the code.
    verdict = serializers.JSONField()
    created_at = serializers.DateTimeField()
