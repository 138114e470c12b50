from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from comments import actions
from comments.api.decisions import (
    HistorySerializer,
    NewBulkDecisionSerializer,
    NewDecisionSerializer,
    decision_from,
)
from comments.api.requests import DeskView, person_of
from comments.api.serializers import (
    BulkDecisionSerializer,
    BulkPreviewSerializer,
    ClaimSerializer,
    QueuedCommentSerializer,
    QueueSerializer,
)
from comments.moderation import queues
from comments.permissions import (
    access_audit_log,
    access_bulk_decision,
    access_comment_for_decision,
    access_desk,
)
from comments.querysets.comments import BulkTarget
from comments.states import DecisionKind, Queue, State
from core.api.requests import site_of, validated


class QueueView(DeskView):
    @extend_schema(
        parameters=[
            OpenApiParameter("queue", enum=Queue.values),
            OpenApiParameter("cursor", description="`next_cursor` of the page before."),
        ],
        responses={200: QueueSerializer},
    )
    def get(self, request: Request) -> Response:
        """Newest first. `counts` are made by the queues' own queries; 1001 says «more than 1000»,
        and `waiting` is the one of those that are held."""
        site = site_of(request)
        access_desk(person_of(request), site)
        queue_name = request.query_params.get("queue", "")
        # An unknown state falls back, as it does on the desk.
        queue = Queue(queue_name) if queue_name in set(Queue) else Queue.HELD
        page = queues.queue_page(site, queue, cursor=request.query_params.get("cursor", ""))
        counts = queues.counts(site)
        shown = {
            "items": page.items,
            "next_cursor": page.next_cursor,
            "waiting": counts[Queue.HELD],
            "counts": counts,
        }
        return Response(QueueSerializer(shown).data)


class DecisionsView(DeskView):
    @extend_schema(request=NewDecisionSerializer, responses={200: QueuedCommentSerializer})
    def post(self, request: Request, comment_id: int) -> Response:
        """409 with the `current` state if it is another than `expected_state`."""
        comment, editor = access_comment_for_decision(person_of(request), comment_id)
        data = validated(NewDecisionSerializer, request)
        decided = actions.decide(
            comment=comment,
            decision=decision_from(data),
            editor=editor,
            expected=State(data["expected_state"]),
        )
        return Response(QueuedCommentSerializer(decided).data)


class HistoryView(DeskView):
    @extend_schema(responses={200: HistorySerializer})
    def get(self, request: Request, comment_id: int) -> Response:
        comment = access_audit_log(person_of(request), comment_id)
        shown = {
            "revisions": comment.revisions.all(),
            "events": comment.events.select_related("rule__version", "revision"),
        }
        return Response(HistorySerializer(shown).data)


class ClaimView(DeskView):
    @extend_schema(request=None, responses={200: ClaimSerializer})
    def put(self, request: Request, comment_id: int) -> Response:
        """Keeps other editors away for five minutes; 409 with `editor` and `until` if one came
        first."""
        comment, editor = access_comment_for_decision(person_of(request), comment_id)
        claim = actions.claim_comment(comment=comment, editor=editor)
        return Response(ClaimSerializer(claim).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, comment_id: int) -> Response:
        comment, editor = access_comment_for_decision(person_of(request), comment_id)
        actions.release_comment(comment=comment, editor=editor)
        return Response(status=204)


class BulkDecisionsView(DeskView):
    @extend_schema(request=NewBulkDecisionSerializer, responses={202: BulkDecisionSerializer})
    def post(self, request: Request) -> Response:
        site = site_of(request)
        editor = access_desk(person_of(request), site)
        data = validated(NewBulkDecisionSerializer, request)
        bulk_decision = actions.make_bulk_decision(
            site=site, decision=decision_from(data), editor=editor, target=_target(data)
        )
        # 202, because a task carries it out; `bulk-decisions/{id}/` says how far it is.
        return Response(BulkDecisionSerializer(bulk_decision).data, status=202)


class BulkDecisionPreviewView(DeskView):
    @extend_schema(request=NewBulkDecisionSerializer, responses={200: BulkPreviewSerializer})
    def post(self, request: Request) -> Response:
        """Count the comments that the same request to `bulk-decisions/` would include."""
        site = site_of(request)
        access_desk(person_of(request), site)
        data = validated(NewBulkDecisionSerializer, request)
        count = actions.count_bulk_decision(
            site=site, kind=DecisionKind(data["action"]), target=_target(data)
        )
        return Response(BulkPreviewSerializer({"count": count}).data)


class BulkDecisionView(DeskView):
    @extend_schema(responses={200: BulkDecisionSerializer})
    def get(self, request: Request, bulk_decision_id: int) -> Response:
        bulk_decision, _editor = access_bulk_decision(person_of(request), bulk_decision_id)
        return Response(BulkDecisionSerializer(bulk_decision).data)


class BulkDecisionUndoView(DeskView):
    @extend_schema(request=None, responses={202: BulkDecisionSerializer})
    def post(self, request: Request, bulk_decision_id: int) -> Response:
        bulk_decision, editor = access_bulk_decision(person_of(request), bulk_decision_id)
        bulk_decision = actions.undo_bulk_decision(bulk_decision=bulk_decision, editor=editor)
        return Response(BulkDecisionSerializer(bulk_decision).data, status=202)


class BulkDecisionResumeView(DeskView):
    @extend_schema(request=None, responses={202: BulkDecisionSerializer})
    def post(self, request: Request, bulk_decision_id: int) -> Response:
        """Go on with a bulk decision of the status `failed`."""
        bulk_decision, editor = access_bulk_decision(person_of(request), bulk_decision_id)
        bulk_decision = actions.resume_bulk_decision(bulk_decision=bulk_decision, editor=editor)
        return Response(BulkDecisionSerializer(bulk_decision).data, status=202)


def _target(data: dict[str, Any]) -> BulkTarget:
    return BulkTarget(ids=data["comments"], author_id=data["author"], since=data["since"])
