from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comments import actions
from comments.api.requests import CommentsView, person_of
from comments.permissions import access_own_notifications


class MuteSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="muted_id")
    name = serializers.CharField(source="muted.display_name")
    since = serializers.DateTimeField(source="created_at")


class MutesView(CommentsView):
    @extend_schema(responses={200: MuteSerializer(many=True)})
    def get(self, request: Request) -> Response:
        """List the people whom you muted."""
        reader = access_own_notifications(person_of(request))
        return Response(MuteSerializer(reader.mutes.select_related("muted"), many=True).data)


class MuteView(CommentsView):
    @extend_schema(request=None, responses={204: None})
    def put(self, request: Request, person_id: int) -> Response:
        """Mute a person for yourself. Other readers see no difference."""
        reader = access_own_notifications(person_of(request))
        actions.mute_person(reader=reader, person_id=person_id)
        # The same answer for a repeated request: hiding a person twice changes nothing.
        return Response(status=204)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, person_id: int) -> Response:
        reader = access_own_notifications(person_of(request))
        actions.unmute_person(reader=reader, person_id=person_id)
        return Response(status=204)
