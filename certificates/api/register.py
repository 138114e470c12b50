"""What is done with an issued certificate: by its holder, or by a registrar."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from certificates.api import documents, serializers
from certificates.api.views import IDEMPOTENCY, valid
from certificates.applications import corrections
from certificates.delivery import actions
from certificates.models import Certificate
from certificates.permissions import (
    access_certificate,
    access_certificate_to_mail,
    access_certificate_to_manage,
    access_own_certificate,
)
from certificates.register import erasure, revocation
from certificates.states import CertificateState


def _answer(certificate: Certificate, status: int = 200) -> Response:
    return Response(serializers.CertificateSerializer(certificate).data, status=status)


class CertificateView(APIView):
    @extend_schema(responses=serializers.CertificateSerializer)
    def get(self, request: Request, number: str) -> Response:
        return _answer(access_certificate(request.user, number))


class RevocationView(APIView):
    @extend_schema(
        request=serializers.RevocationSerializer, responses=serializers.CertificateSerializer
    )
    def post(self, request: Request, number: str) -> Response:
        """By a registrar; the holder gets a letter. Repeated, it changes nothing."""
        certificate = access_certificate_to_manage(request.user, number)
        asked = valid(serializers.RevocationSerializer, request)
        revoked = revocation.revoke_certificate(
            certificate=certificate,
            actor=cast("User", request.user),
            reason=asked["reason"],
            expected=CertificateState(asked["expected_state"]),
        )
        return _answer(revoked)


class LetterView(APIView):
    @extend_schema(
        parameters=[IDEMPOTENCY],
        request=serializers.LetterSerializer,
        responses={202: serializers.CertificateSerializer},
    )
    def post(self, request: Request, number: str) -> Response:
        """Send the letter again: its holder to the address on record, a registrar to any."""
        asked = valid(serializers.LetterSerializer, request)
        certificate = access_certificate_to_mail(request.user, number, asked["email"])
        sent = actions.ask_for_letter(
            certificate=certificate,
            actor=cast("User", request.user),
            email=asked["email"] or certificate.email,
            key=request.headers.get("Idempotency-Key", ""),
        )
        return _answer(sent, status=202)


class CorrectionView(APIView):
    @extend_schema(
        parameters=[IDEMPOTENCY],
        request=None,
        responses={201: serializers.ApplicationSerializer},
    )
    def post(self, request: Request, number: str) -> Response:
        """An application to fill in with what is right, then to confirm like any other."""
        correction = corrections.start_correction(
            certificate=access_own_certificate(request.user, number),
            holder=cast("User", request.user),
            key=request.headers.get("Idempotency-Key", ""),
        )
        document = documents.of_application(correction)
        return Response(serializers.ApplicationSerializer(document).data, status=201)


class PrivacyView(APIView):
    @extend_schema(
        request=serializers.PrivacySerializer, responses=serializers.CertificateSerializer
    )
    def put(self, request: Request, number: str) -> Response:
        """Whether the number alone, without the code, shows the name."""
        certificate = access_own_certificate(request.user, number)
        asked = valid(serializers.PrivacySerializer, request)
        public = asked["name_is_public"]
        holder = cast("User", request.user)
        actions.show_name(certificate=certificate, holder=holder, public=public)
        return _answer(access_own_certificate(request.user, number))


class ErasureView(APIView):
    @extend_schema(request=None, responses=serializers.CertificateSerializer)
    def post(self, request: Request, number: str) -> Response:
        """By a registrar, at the request of a person who has no account."""
        certificate = access_certificate_to_manage(request.user, number)
        erasure.erase_holder(certificate=certificate, actor=cast("User", request.user))
        return _answer(access_certificate(request.user, number))
