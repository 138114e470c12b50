from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from comments import actions
from comments.api.requests import CommentsView, DeskView, person_of
from comments.api.serializers import (
    AskedRulesSerializer,
    EditionSerializer,
    NewRulebookDraftSerializer,
    RulebookDraftSerializer,
    RulebookSerializer,
)
from comments.permissions import access_rulebook, access_rulebook_draft
from comments.rule_texts import RuleText
from core.api.requests import queried, site_of, validated
from core.web.inputs import LARGE


class RulesView(CommentsView):
    @extend_schema(parameters=[AskedRulesSerializer], responses={200: RulebookSerializer})
    def get(self, request: Request, site: str) -> Response:
        """Return the house rules in force on the day `on`, today by default."""
        on = queried(AskedRulesSerializer, request).get("on")
        return Response(RulebookSerializer(access_rulebook(site, on)).data)


class DraftView(DeskView):
    largest_body = LARGE

    @extend_schema(responses={200: RulebookDraftSerializer})
    def get(self, request: Request) -> Response:
        draft, _editor = access_rulebook_draft(person_of(request), site_of(request))
        return Response(RulebookDraftSerializer(draft).data)

    @extend_schema(request=NewRulebookDraftSerializer, responses={200: RulebookDraftSerializer})
    def put(self, request: Request) -> Response:
        site = site_of(request)
        _draft, editor = access_rulebook_draft(person_of(request), site)
        data = validated(NewRulebookDraftSerializer, request)
        rules = [RuleText(**rule) for rule in data["rules"]]
        actions.save_draft(site=site, rules=rules, actor=editor, edition=data["edition"])
        # Loaded again for the edition that the next request must name.
        draft, _editor = access_rulebook_draft(editor, site)
        return Response(RulebookDraftSerializer(draft).data)

    @extend_schema(parameters=[EditionSerializer], responses={204: None})
    def delete(self, request: Request) -> Response:
        site = site_of(request)
        _draft, editor = access_rulebook_draft(person_of(request), site)
        edition = queried(EditionSerializer, request)["edition"]
        actions.discard_draft(site=site, actor=editor, edition=edition)
        return Response(status=204)


class PublicationView(DeskView):
    @extend_schema(request=EditionSerializer, responses={201: RulebookSerializer})
    def post(self, request: Request) -> Response:
        """The draft as a whole comes into force."""
        site = site_of(request)
        _draft, editor = access_rulebook_draft(person_of(request), site)
        edition = validated(EditionSerializer, request)["edition"]
        version = actions.publish_draft(site=site, actor=editor, edition=edition)
        return Response(RulebookSerializer(version).data, status=201)
