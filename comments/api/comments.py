from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from comments import actions
from comments.api.requests import CommentsView, person_of
from comments.api.serializers import (
    CommentDraftSerializer,
    CommentPreviewSerializer,
    EditedTextSerializer,
    OwnCommentSerializer,
    PublicCommentSerializer,
    ReactionCountsSerializer,
    ReactionSerializer,
)
from comments.discussion.preview import preview_comment
from comments.permissions import (
    access_comment,
    access_own_comment,
    access_preview,
    access_public_comment,
    access_thread,
)
from comments.reading.pages import editors_of, public
from comments.states import ReactionKind
from core.api.requests import ip_of, rendered, validated


class CommentView(CommentsView):
    @extend_schema(responses={200: PublicCommentSerializer})
    def get(self, request: Request, comment_id: int) -> Response:
        comment = access_comment(person_of(request), comment_id)
        # As everybody sees it, also for its author: the widget puts this on the page.
        return rendered(PublicCommentSerializer, public(comment, editors_of(comment.thread.site)))

    @extend_schema(request=EditedTextSerializer, responses={200: OwnCommentSerializer})
    def patch(self, request: Request, comment_id: int) -> Response:
        comment, author = access_own_comment(person_of(request), comment_id)
        text = validated(EditedTextSerializer, request)["text"]
        ip = ip_of(request)
        comment = actions.edit_comment(comment=comment, author=author, text=text, ip=ip)
        return rendered(OwnCommentSerializer, comment)

    @extend_schema(responses={200: OwnCommentSerializer})
    def delete(self, request: Request, comment_id: int) -> Response:
        comment, author = access_own_comment(person_of(request), comment_id)
        comment = actions.withdraw_comment(comment=comment, author=author)
        return rendered(OwnCommentSerializer, comment)


class OwnCommentView(CommentsView):
    @extend_schema(responses={200: OwnCommentSerializer})
    def get(self, request: Request, comment_id: int) -> Response:
        """With the text as it was typed, for its author to edit."""
        comment, _author = access_own_comment(person_of(request), comment_id)
        return rendered(OwnCommentSerializer, comment)


class ReactionView(CommentsView):
    @extend_schema(request=ReactionSerializer, responses={200: ReactionCountsSerializer})
    def put(self, request: Request, comment_id: int) -> Response:
        comment, reader = access_public_comment(person_of(request), comment_id)
        kind = ReactionKind(validated(ReactionSerializer, request)["kind"])
        # The counts alone: nothing else of the comment has changed.
        counts = actions.react(comment=comment, user=reader, kind=kind, ip=ip_of(request))
        return Response(counts)

    @extend_schema(responses={200: ReactionCountsSerializer})
    def delete(self, request: Request, comment_id: int) -> Response:
        comment, reader = access_public_comment(person_of(request), comment_id)
        return Response(actions.remove_reaction(comment=comment, user=reader))


class PreviewView(CommentsView):
    @extend_schema(request=CommentDraftSerializer, responses={200: CommentPreviewSerializer})
    def post(self, request: Request, site: str) -> Response:
        """Render a comment that is being written, as it will look. Nothing is kept, and nothing is
        said about whether it will be published."""
        person = person_of(request)
        # The text is read only for those who are signed in.
        author = access_preview(person, site)
        draft = validated(CommentDraftSerializer, request)
        thread = access_thread(person, site, draft["thread"])
        html = preview_comment(text=draft["text"], author=author, thread=thread, ip=ip_of(request))
        return Response({"html": html})
