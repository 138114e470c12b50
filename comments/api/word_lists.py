from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from comments import actions
from comments.api.requests import DeskView, person_of
from comments.api.serializers import (
    DryRunSerializer,
    MatchSerializer,
    NewDryRunSerializer,
    TrialSerializer,
)
from comments.permissions import access_dry_run, access_word_lists
from core.api.requests import site_of, validated
from core.web.inputs import LARGE


class TrialView(DeskView):
    largest_body = LARGE

    @extend_schema(request=TrialSerializer, responses={200: MatchSerializer(many=True)})
    def post(self, request: Request) -> Response:
        """Which entries match a text, and where in it."""
        access_word_lists(person_of(request), site_of(request))
        matches = actions.try_out(**validated(TrialSerializer, request))
        return Response(MatchSerializer(matches, many=True).data)


class DryRunsView(DeskView):
    largest_body = LARGE

    @extend_schema(request=NewDryRunSerializer, responses={202: DryRunSerializer})
    def post(self, request: Request) -> Response:
        """Start a dry run of a word list over the comments of the last 90 days."""
        site = site_of(request)
        editor = access_word_lists(person_of(request), site)
        entries = validated(NewDryRunSerializer, request)["entries"]
        run = actions.start_dry_run(site=site, entries=entries, editor=editor)
        # A task examines the comments chunk by chunk; `dry-runs/{id}/` says how far it is.
        return Response(DryRunSerializer(run).data, status=202)


class DryRunView(DeskView):
    @extend_schema(responses={200: DryRunSerializer})
    def get(self, request: Request, dry_run_id: int) -> Response:
        run, _editor = access_dry_run(person_of(request), dry_run_id)
        return Response(DryRunSerializer(run).data)
