from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comments import actions
from comments.api.decisions import EventSerializer
from comments.api.requests import CommentsView, DeskView, person_of
from comments.api.serializers import LONGEST_EDITORIAL, AppealSerializer
from comments.moderation import queues
from comments.permissions import access_appeal, access_comment_for_appeal, access_desk
from comments.states import AppealStatus
from core.api.requests import site_of, validated


class NewAppealSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=3000, help_text="Why the author disagrees.")


class QueuedAppealSerializer(AppealSerializer):
    author = serializers.CharField(source="author.display_name")
    author_id = serializers.IntegerField()
    comment_text = serializers.CharField(source="comment.text")
    decision = EventSerializer()
    decided_by = serializers.CharField(
        source="decided_by.display_name", default=None, allow_null=True
    )
    same_editor = serializers.BooleanField(
        help_text="Nobody but the editor who took the decision could decide on the appeal."
    )


class AppealQueueSerializer(serializers.Serializer[Any]):
    items = QueuedAppealSerializer(many=True)
    next_cursor = serializers.CharField()


class AppealDecisionSerializer(serializers.Serializer[Any]):
    grant = serializers.BooleanField(help_text="True restores the comment.")
    answer = serializers.CharField(
        max_length=LONGEST_EDITORIAL,
        required=False,
        allow_blank=True,
        default="",
        help_text="For the author.",
    )
    note = serializers.CharField(
        max_length=LONGEST_EDITORIAL,
        required=False,
        allow_blank=True,
        default="",
        help_text="For the record.",
    )


class AppealsView(CommentsView):
    @extend_schema(request=NewAppealSerializer, responses={201: AppealSerializer})
    def post(self, request: Request, comment_id: int) -> Response:
        """Appeal against the rejection or removal of your comment, once for each decision."""
        comment, author = access_comment_for_appeal(person_of(request), comment_id)
        text = validated(NewAppealSerializer, request)["text"]
        appeal = actions.make_appeal(comment=comment, author=author, text=text)
        return Response(AppealSerializer(appeal).data, status=201)


class AppealQueueView(DeskView):
    @extend_schema(
        parameters=[
            OpenApiParameter("status", enum=AppealStatus.values),
            OpenApiParameter("cursor", description="`next_cursor` of the page before."),
        ],
        responses={200: AppealQueueSerializer},
    )
    def get(self, request: Request) -> Response:
        """Open appeals, oldest first; or those of another `status`, newest first."""
        site = site_of(request)
        access_desk(person_of(request), site)
        requested = request.query_params.get("status", "")
        is_known = requested in set(AppealStatus)
        # An unknown status falls back, as it does on the desk.
        status = AppealStatus(requested) if is_known else AppealStatus.OPEN
        page = queues.appeals_page(site, status, cursor=request.query_params.get("cursor", ""))
        return Response(AppealQueueSerializer(page).data)


class AppealDecisionView(DeskView):
    @extend_schema(request=AppealDecisionSerializer, responses={200: QueuedAppealSerializer})
    def post(self, request: Request, appeal_id: int) -> Response:
        """Decide an appeal as another editor than the one who made the decision. Returns 409 with
        the present status if the appeal was decided differently."""
        appeal, editor = access_appeal(person_of(request), appeal_id)
        data = validated(AppealDecisionSerializer, request)
        actions.decide_appeal(appeal=appeal, editor=editor, **data)
        # Loaded again with everything that the answer shows.
        decided, _editor = access_appeal(person_of(request), appeal_id)
        return Response(QueuedAppealSerializer(decided).data)
