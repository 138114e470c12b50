import uuid
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.permissions import Person
from comments import actions
from comments.api.requests import CommentsView, DeskView, person_of
from comments.api.threads import IDEMPOTENCY_KEY
from comments.models import ComplaintEvent
from comments.moderation import queues
from comments.moderation.complaints import LONGEST
from comments.page_urls import CommentedPage
from comments.permissions import access_complaint, access_desk, find_thread
from comments.screening.complaints import reads_as_complaint
from comments.states import ComplaintSource
from core.api.requests import ip_of, site_of, validated
from core.errors import InvalidInput
from core.sites import access_site


class NewComplaintSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST, trim_whitespace=False)
    thread = serializers.CharField(
        max_length=200, required=False, allow_blank=True, default="", help_text="Its key."
    )
    title = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    url = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    name = serializers.CharField(
        max_length=100,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of somebody who is not signed in; a reader's own is known.",
    )
    email = serializers.EmailField(
        max_length=254,
        required=False,
        allow_blank=True,
        default="",
        help_text="Needed of those who are not signed in.",
    )


class SentComplaintSerializer(serializers.Serializer[Any]):
    """`email_text` is what was sent to the publication, word for word."""

    number = serializers.IntegerField()
    sent_to = serializers.EmailField()
    subject = serializers.CharField()
    email_text = serializers.CharField()
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)


class ComplaintEventSerializer(serializers.Serializer[Any]):
    action = serializers.ChoiceField(ComplaintEvent.Action.choices)
    actor = serializers.CharField(source="actor_label")
    note = serializers.CharField()
    at = serializers.DateTimeField()


class ComplaintSerializer(SentComplaintSerializer):
    id = serializers.IntegerField(source="pk")
    source = serializers.ChoiceField(  # type: ignore[assignment] # the API's name
        ComplaintSource.choices
    )
    name = serializers.CharField()
    email = serializers.CharField()
    author_id = serializers.IntegerField(allow_null=True)
    comment = serializers.IntegerField(source="comment_id", allow_null=True)
    page_title = serializers.CharField()
    page_url = serializers.CharField()
    text = serializers.CharField()
    failed_at = serializers.DateTimeField(
        allow_null=True, help_text="When a mail server last refused the e-mail."
    )
    failure = serializers.CharField(help_text="What was said then.")
    history = ComplaintEventSerializer(source="events", many=True)


class ComplaintQueueSerializer(serializers.Serializer[Any]):
    items = ComplaintSerializer(many=True)
    next_cursor = serializers.CharField()


class ComplaintsView(CommentsView):
    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=NewComplaintSerializer,
        responses={201: SentComplaintSerializer},
    )
    def post(self, request: Request, site: str) -> Response:
        """E-mail a complaint to the publication's address. A visitor who is not signed in gives an
        e-mail address. The `Idempotency-Key` is a UUID."""
        to = access_site(site)
        data = validated(NewComplaintSerializer, request)
        complaint = actions.send_complaint(
            site=to,
            text=data["text"],
            sender=_sender(person_of(request), data, request),
            page=CommentedPage(data["title"], data["url"]),
            # A complaint may be about an article without a discussion, or about no page at all.
            thread=find_thread(site, data["thread"], data["url"]) if data["thread"] else None,
            key=_key(request),
        )
        return Response(SentComplaintSerializer(complaint).data, status=201)


def _sender(person: Person, data: dict[str, Any], request: Request) -> actions.Sender:
    address = ip_of(request)
    if isinstance(person, User):
        return actions.Sender(person, person.display_name, person.email, address)
    if not data["email"]:
        raise InvalidInput({"email": [_("Write an address for the answer.")]})
    return actions.Sender(None, data["name"], data["email"], address)


def _key(request: Request) -> uuid.UUID | None:
    given = request.headers.get("Idempotency-Key", "")
    try:
        # The key is stored with the complaint, in a column of this type.
        return uuid.UUID(given) if given else None
    except ValueError as error:
        raise InvalidInput({"Idempotency-Key": [_("Make it a UUID.")]}) from error


class ComplaintDraftSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=20_000, trim_whitespace=False)


class CheckedSerializer(serializers.Serializer[Any]):
    reads_as_complaint = serializers.BooleanField()
    complaints_email = serializers.EmailField()


class CheckView(CommentsView):
    @extend_schema(request=ComplaintDraftSerializer, responses={200: CheckedSerializer})
    def post(self, request: Request, site: str) -> Response:
        """Before a comment is posted: whether it reads as a complaint about the publication's own
        work, which its author may rather send there. Nothing is kept."""
        # Open to strangers: the widget asks before anybody has signed in.
        publication = access_site(site)
        text = validated(ComplaintDraftSerializer, request)["text"]
        checked = {
            "reads_as_complaint": reads_as_complaint(text),
            "complaints_email": publication.complaints_email,
        }
        return Response(CheckedSerializer(checked).data)


class ComplaintQueueView(DeskView):
    @extend_schema(
        operation_id="moderation_complaints_list",
        parameters=[OpenApiParameter("cursor", description="`next_cursor` of the page before.")],
        responses={200: ComplaintQueueSerializer},
    )
    def get(self, request: Request) -> Response:
        """All of the publication, newest first, with their history."""
        site = site_of(request)
        access_desk(person_of(request), site)
        page = queues.complaints_page(site, cursor=request.query_params.get("cursor", ""))
        return Response(ComplaintQueueSerializer(page).data)


class ComplaintView(DeskView):
    @extend_schema(responses={200: ComplaintSerializer})
    def get(self, request: Request, complaint_id: int) -> Response:
        complaint, _editor = access_complaint(person_of(request), complaint_id)
        return Response(ComplaintSerializer(complaint).data)


class ResendingView(DeskView):
    @extend_schema(request=None, responses={202: ComplaintSerializer})
    def post(self, request: Request, complaint_id: int) -> Response:
        """Queue again an e-mail that no mail server has accepted; 409 once it has been sent."""
        complaint, editor = access_complaint(person_of(request), complaint_id)
        complaint = actions.resend_complaint(complaint=complaint, editor=editor)
        return Response(ComplaintSerializer(complaint).data, status=202)
