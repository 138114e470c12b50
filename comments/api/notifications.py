from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission, require_unsanctioned
from comments import actions
from comments.api.requests import CommentsView, person_of
from comments.models import Notification
from comments.notifications.preferences import frequencies_of, notification_list, unread_count
from comments.permissions import access_own_notifications, access_thread_for_posting
from comments.states import AppealStatus, Frequency, NotificationKind, State
from comments.text.mentions import suggestions
from core.api.requests import ip_of, validated
from core.inputs import MAX_ID


class NotificationSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(NotificationKind.choices)
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    comment = serializers.IntegerField(source="comment_id")
    site = serializers.SlugField(source="comment.thread.site.slug")
    thread = serializers.CharField(source="comment.thread.key")
    thread_title = serializers.CharField(source="comment.thread.title")
    thread_url = serializers.CharField(source="comment.thread.url")
    author = serializers.SerializerMethodField(help_text="Of the comment; empty for a decision.")
    html = serializers.CharField(source="comment.html")
    outcome = serializers.ChoiceField(
        State.choices,
        source="event.to_state",
        default=None,
        allow_null=True,
        help_text="What became of one's own comment.",
    )
    rule = serializers.CharField(source="event.rule.title", default="")
    appeal = serializers.ChoiceField(
        AppealStatus.choices,
        source="appeal.status",
        default=None,
        allow_null=True,
        help_text="What became of one's appeal, where the decision answers one.",
    )

    def get_author(self, notification: Notification) -> str:
        author = notification.comment.author
        if author is None or notification.kind == NotificationKind.DECISION:
            # A decision is about the person's own comment.
            return ""
        return author.display_name


class NotificationsPageSerializer(serializers.Serializer[Any]):
    unread = serializers.IntegerField()
    notifications = NotificationSerializer(many=True)
    next_cursor = serializers.CharField()


class ReadSerializer(serializers.Serializer[Any]):
    up_to = serializers.IntegerField(
        max_value=MAX_ID, help_text="The newest notification seen: this one and all before it."
    )


class UnreadSerializer(serializers.Serializer[Any]):
    unread = serializers.IntegerField()


class EmailFrequenciesSerializer(serializers.Serializer[Any]):
    """Omitted settings keep their values."""

    reply = serializers.ChoiceField(Frequency.choices, required=False)
    mention = serializers.ChoiceField(Frequency.choices, required=False)
    decision = serializers.ChoiceField(Frequency.choices, required=False)


class SuggestionSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="display_name")


class NotificationsView(CommentsView):
    @extend_schema(
        parameters=[
            OpenApiParameter("unread", bool, description="Only what is not read yet."),
            OpenApiParameter("cursor", description="`next_cursor` of the page before."),
        ],
        responses={200: NotificationsPageSerializer},
    )
    def get(self, request: Request) -> Response:
        """List your notifications, newest first."""
        person = access_own_notifications(person_of(request))
        board = notification_list(
            person,
            cursor=request.query_params.get("cursor", ""),
            unread_only=request.query_params.get("unread") in {"1", "true"},
        )
        shown = {
            "unread": board.unread,
            "notifications": board.page.items,
            "next_cursor": board.page.next_cursor,
        }
        return Response(NotificationsPageSerializer(shown).data)


class NotificationsReadView(CommentsView):
    @extend_schema(request=ReadSerializer, responses={200: UnreadSerializer})
    def post(self, request: Request) -> Response:
        person = access_own_notifications(person_of(request))
        actions.mark_read(person=person, up_to=validated(ReadSerializer, request)["up_to"])
        return Response(UnreadSerializer({"unread": unread_count(person)}).data)


class EmailFrequenciesView(CommentsView):
    @extend_schema(responses={200: EmailFrequenciesSerializer})
    def get(self, request: Request) -> Response:
        """Show how often e-mails of each kind are sent."""
        person = access_own_notifications(person_of(request))
        return Response(EmailFrequenciesSerializer(frequencies_of(person)).data)

    @extend_schema(request=EmailFrequenciesSerializer, responses={200: EmailFrequenciesSerializer})
    def put(self, request: Request) -> Response:
        person = access_own_notifications(person_of(request))
        data = cast("dict[str, str]", validated(EmailFrequenciesSerializer, request))
        chosen = {NotificationKind(kind): Frequency(often) for kind, often in data.items()}
        actions.choose_email_frequencies(person=person, chosen=chosen)
        return Response(EmailFrequenciesSerializer(frequencies_of(person)).data)


class SuggestionsView(CommentsView):
    @extend_schema(
        parameters=[OpenApiParameter("q", description="How one of the names begins.")],
        responses={200: SuggestionSerializer(many=True)},
    )
    def get(self, request: Request, site: str, key: str) -> Response:
        """Suggest up to eight participants to mention. Requires permission to post in the
        thread."""
        thread, writer = access_thread_for_posting(person_of(request), site, key)
        require_unsanctioned(writer, Permission.COMMENT, thread.site, ip_of(request))
        # What stands before the name in the text may be sent along.
        prefix = request.query_params.get("q", "").strip().lstrip("@«")
        people = suggestions(thread, prefix, besides=writer)
        return Response(SuggestionSerializer(people, many=True).data)
