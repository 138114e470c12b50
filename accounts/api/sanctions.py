from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions import Subject, impose_sanction, lift_sanction
from accounts.api.serializers import (
    LiftingSerializer,
    NewGroupSanctionSerializer,
    NewSanctionSerializer,
    SanctionSerializer,
)
from accounts.models import Sanction, User
from accounts.permissions import Permission, access_person, access_sanction, require
from core.errors import InvalidInput
from core.models import Site


class PersonSanctionsView(APIView):
    permission_classes = [AllowAny]  # the loaders below authorise, and tell 401 from 403

    @extend_schema(responses={200: SanctionSerializer(many=True)})
    def get(self, request: Request, user_id: int) -> Response:
        """All that the person has or had here, the newest first."""
        site = _site(request)
        person = access_person(request.user, user_id, site)
        return Response(SanctionSerializer(person.sanctions.filter(site=site), many=True).data)

    @extend_schema(request=NewSanctionSerializer, responses={201: SanctionSerializer})
    def post(self, request: Request, user_id: int) -> Response:
        site = _site(request)
        person = access_person(request.user, user_id, site)
        said = _validated(NewSanctionSerializer, request)
        return _imposed(request, Subject.person(person), said)


class GroupSanctionsView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(request=NewGroupSanctionSerializer, responses={201: SanctionSerializer})
    def post(self, request: Request) -> Response:
        """Of an e-mail domain or of an address range: one of the two."""
        require(request.user, Permission.MODERATE, _site(request))
        said = _validated(NewGroupSanctionSerializer, request)
        domain, network = said.pop("email_domain"), said.pop("network")
        if bool(domain) == bool(network):
            raise InvalidInput({"email_domain": [_("Name a domain or a range, one of them.")]})
        subject = Subject.domain(domain) if domain else Subject.network(network)
        return _imposed(request, subject, said)


class LiftingView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(request=LiftingSerializer, responses={200: SanctionSerializer})
    def post(self, request: Request, sanction_id: int) -> Response:
        """Repeated, it changes nothing; 409 with `state` if it has lapsed meanwhile."""
        sanction = access_sanction(request.user, sanction_id)
        note = _validated(LiftingSerializer, request)["note"]
        lifted = lift_sanction(sanction=sanction, actor=cast("User", request.user), note=note)
        return Response(SanctionSerializer(lifted).data)


def _imposed(request: Request, subject: Subject, said: dict[str, Any]) -> Response:
    sanction = impose_sanction(
        site=_site(request),
        kind=Sanction.Kind(said["kind"]),
        subject=subject,
        rule_label=said["rule_label"],
        told=said["told"],
        note=said["note"],
        ends_at=said["ends_at"],
        actor=cast("User", request.user),
    )
    return Response(SanctionSerializer(sanction).data, status=201)


def _validated(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    serializer = kind(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _site(request: Request) -> Site:
    return cast("Site", request.site)
