"""Endpoints that change an issued certificate, for its holder or a registrar."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from certificates.api import documents, serializers
from certificates.api.views import IDEMPOTENCY
from certificates.applications import corrections
from certificates.delivery import actions
from certificates.models import Certificate
from certificates.permissions import (
    access_certificate,
    access_certificate_for_email,
    access_certificate_for_update,
    access_own_certificate,
)
from certificates.register import erasure, revocation
from certificates.states import CertificateStatus
from core.api.requests import ip_of, validated


def _response(certificate: Certificate, status: int = 200) -> Response:
    return Response(serializers.CertificateSerializer(certificate).data, status=status)


class CertificateView(APIView):
    @extend_schema(responses=serializers.CertificateSerializer)
    def get(self, request: Request, number: str) -> Response:
        return _response(access_certificate(request.user, number))


class RevocationView(APIView):
    @extend_schema(
        request=serializers.RevocationSerializer, responses=serializers.CertificateSerializer
    )
    def post(self, request: Request, number: str) -> Response:
        """Revoke a certificate and e-mail its holder. Only for registrars; idempotent."""
        certificate = access_certificate_for_update(request.user, number)
        data = validated(serializers.RevocationSerializer, request)
        revoked = revocation.revoke_certificate(
            certificate=certificate,
            actor=cast("User", request.user),
            reason=data["reason"],
            expected=CertificateStatus(data["expected_status"]),
        )
        return _response(revoked)


class EmailView(APIView):
    @extend_schema(
        parameters=[IDEMPOTENCY],
        request=serializers.ResendSerializer,
        responses={202: serializers.CertificateSerializer},
    )
    def post(self, request: Request, number: str) -> Response:
        """Send the e-mail again. A holder sends it to the stored address, a registrar to any."""
        data = validated(serializers.ResendSerializer, request)
        # The loader sees the address, because only a registrar may send to another one.
        certificate = access_certificate_for_email(request.user, number, data["email"])
        sent = actions.resend_email(
            certificate=certificate,
            actor=cast("User", request.user),
            email=data["email"] or certificate.email,
            key=request.headers.get("Idempotency-Key", ""),
        )
        return _response(sent, status=202)


class CorrectionView(APIView):
    @extend_schema(
        parameters=[IDEMPOTENCY],
        # The answers are copied from the certificate's application.
        request=None,
        responses={201: serializers.ApplicationSerializer},
    )
    def post(self, request: Request, number: str) -> Response:
        """Start a correction: an application to correct and then confirm like any other."""
        correction = corrections.start_correction(
            certificate=access_own_certificate(request.user, number),
            holder=cast("User", request.user),
            key=request.headers.get("Idempotency-Key", ""),
            ip=ip_of(request),
        )
        document = documents.of_application(correction)
        return Response(serializers.ApplicationSerializer(document).data, status=201)


class PrivacyView(APIView):
    @extend_schema(
        request=serializers.PrivacySerializer, responses=serializers.CertificateSerializer
    )
    def put(self, request: Request, number: str) -> Response:
        """Choose whether the number alone, without the code, shows the holder's name."""
        certificate = access_own_certificate(request.user, number)
        data = validated(serializers.PrivacySerializer, request)
        public = data["name_is_public"]
        holder = cast("User", request.user)
        actions.show_name(certificate=certificate, holder=holder, public=public)
        # Loaded again, because the action changed the row through another instance.
        return _response(access_own_certificate(request.user, number))


class ErasureView(APIView):
    @extend_schema(request=None, responses=serializers.CertificateSerializer)
    def post(self, request: Request, number: str) -> Response:
        """Erase the personal data of a holder who has no account. Only for registrars."""
        certificate = access_certificate_for_update(request.user, number)
        erasure.erase_holder(certificate=certificate, actor=cast("User", request.user))
        return _response(access_certificate(request.user, number))
