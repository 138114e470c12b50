from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from comments import actions
from comments.api.requests import CommentsView, person_of
from comments.api.serializers import (
    NewCommentSerializer,
    OwnCommentSerializer,
    RepliesPageSerializer,
    ThreadPageSerializer,
    ThreadSerializer,
    ViewerStateSerializer,
)
from comments.models import Thread
from comments.page_urls import CommentedPage
from comments.permissions import access_thread, access_thread_for_posting, access_thread_for_update
from comments.reading import snapshots
from comments.reading.pages import Sort, ThreadPage, counts
from comments.reading.viewer import viewer_state
from comments.web.public_pages import answer, keys_of, page_query
from core.api.requests import ip_of, rendered, validated
from core.errors import NotFound
from core.inputs import read_id
from core.sites import access_site

_CURSOR = OpenApiParameter("cursor", description="`next_cursor` or `more` of the page before.")
_ROOT_ID = OpenApiParameter("root_id", int, OpenApiParameter.PATH)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    location=OpenApiParameter.HEADER,
    description="The same key returns the first answer and never posts twice.",
)


class ThreadCommentsView(CommentsView):
    @extend_schema(
        operation_id="thread_comments",
        parameters=[
            OpenApiParameter("sort", enum=[sort.value for sort in Sort]),
            OpenApiParameter("comment", int, description="The page, oldest first, to see it on."),
            _CURSOR,
        ],
        responses={200: ThreadPageSerializer, 304: OpenApiResponse(description="Not changed.")},
    )
    def get(self, request: Request, site: str, key: str) -> HttpResponseBase:
        thread = access_thread(person_of(request), site, key)
        snapshot = _at_comment(request, thread) or snapshots.of_thread(
            # Shared with the middleware in `comments.web.public_pages`, which takes Django's
            # request.
            thread,
            page_query(request._request),
        )
        return answer(request._request, thread, snapshot)

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=NewCommentSerializer,
        responses={201: OwnCommentSerializer},
    )
    def post(self, request: Request, site: str, key: str) -> Response:
        thread, author = access_thread_for_posting(person_of(request), site, key)
        data = validated(NewCommentSerializer, request)
        comment = actions.post_comment(
            author=author,
            thread=thread,
            text=data["text"],
            parent_id=data["parent"],
            page=_page(thread, data["title"], data["url"]),
            ip=ip_of(request),
            # Optional: a program without one must not repeat a request that it has no answer to.
            idempotency_key=request.headers.get("Idempotency-Key", ""),
        )
        return rendered(OwnCommentSerializer, comment, status=201)


def _at_comment(request: Request, thread: Thread) -> snapshots.Snapshot[ThreadPage] | None:
    wanted = read_id(request.query_params.get("comment", ""))
    # A comment that is not public falls back to the first page, which says nothing about it.
    return snapshots.of_comment(thread, wanted) if wanted is not None else None


def _page(thread: Thread, title: str, url: str) -> CommentedPage | None:
    """Return the page from the request, unless the publication already named the thread's page."""
    # Anybody can send any title with a comment; what the publication set is trusted more.
    is_unnamed = url and not thread.title
    return CommentedPage(title, url, is_claimed=True) if is_unnamed else None


class RepliesView(CommentsView):
    @extend_schema(parameters=[_ROOT_ID, _CURSOR], responses={200: RepliesPageSerializer})
    def get(self, request: Request, site: str, key: str, root_id: str) -> HttpResponseBase:
        thread = access_thread(person_of(request), site, key)
        root = read_id(root_id)
        if root is None:
            raise NotFound
        cursor = request.query_params.get("cursor", "")
        return answer(request._request, thread, snapshots.of_replies(thread, root, cursor))


class ViewerView(CommentsView):
    @extend_schema(responses={200: ViewerStateSerializer})
    def get(self, request: Request, site: str, key: str) -> Response:
        person = person_of(request)
        thread = access_thread(person, site, key)
        ip = ip_of(request)
        return rendered(ViewerStateSerializer, viewer_state(thread, person, ip))


class ThreadView(CommentsView):
    @extend_schema(responses={200: ThreadSerializer})
    def get(self, request: Request, site: str, key: str) -> Response:
        return rendered(ThreadSerializer, access_thread(person_of(request), site, key))

    @extend_schema(request=ThreadSerializer, responses={200: ThreadSerializer})
    def put(self, request: Request, site: str, key: str) -> Response:
        thread, editor = access_thread_for_update(person_of(request), site, key)
        data = validated(ThreadSerializer, request)
        thread = actions.set_up_thread(thread=thread, actor=editor, **data)
        return rendered(ThreadSerializer, thread)


class CountsView(CommentsView):
    @extend_schema(
        parameters=[
            OpenApiParameter("keys", description="Keys without commas, with commas between."),
            OpenApiParameter("key", description="Any key; may be repeated.", many=True),
        ],
        responses={200: OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, site: str) -> Response:
        """Return the number of published comments of each thread; 0 for a thread that does not
        exist.

        400 for more than a hundred keys."""
        # Shared with the middleware in `comments.web.public_pages`, which answers most requests.
        return Response(counts(access_site(site), keys_of(request._request)))
