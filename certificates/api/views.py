from typing import Any, cast

from django.http import FileResponse, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from certificates import limits, listings
from certificates.api import documents, serializers
from certificates.applications import actions, attachments, previews, review, uploads
from certificates.models import Application
from certificates.permissions import (
    access_answer_file,
    access_application,
    access_application_for_decision,
    access_certificate,
    access_own_application,
    access_programme,
    require_applicant,
)
from certificates.register.downloads import archive_response, document_response
from certificates.signing import LARGEST
from certificates.states import ApplicationStatus
from certificates.verification import verify
from core.api.parsers import JSONParser
from core.api.requests import ip_of, site_of, validated
from core.paging import page
from core.web.inputs import OF_FILES

_PAGE = 50
_CURSOR = OpenApiParameter("cursor", str, description="`next_cursor` of the previous page.")
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A repeated request with the same key changes nothing more.",
)


class FileView(APIView):
    """The URL determines the media type, so the Accept header is ignored."""

    def perform_content_negotiation(
        self, request: Request, force: bool = True
    ) -> tuple[BaseRenderer, str]:
        # With `force` DRF falls back to the first renderer instead of answering 406.
        return super().perform_content_negotiation(request, force)


class ProgrammesView(APIView):
    # Programmes are public, as their pages are.
    permission_classes = [AllowAny]

    @extend_schema(responses=serializers.ProgrammeSerializer(many=True))
    def get(self, request: Request) -> Response:
        offered = listings.programmes(site_of(request))
        return Response(serializers.ProgrammeSerializer(offered, many=True).data)


class ProgrammeView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(responses=serializers.ProgrammeWithFormSerializer)
    def get(self, request: Request, slug: str) -> Response:
        programme = documents.of_programme(access_programme(site_of(request), slug))
        return Response(serializers.ProgrammeWithFormSerializer(programme).data)


def _application(application: Application, status: int = 200) -> Response:
    document = documents.of_application(application)
    return Response(serializers.ApplicationSerializer(document).data, status=status)


class ApplicationsView(APIView):
    @extend_schema(
        operation_id="applications_list",
        parameters=[_CURSOR],
        responses=serializers.ApplicationPageSerializer,
    )
    def get(self, request: Request) -> Response:
        applicant = require_applicant(request.user, site_of(request))
        rows = listings.applications_of(applicant)
        cursor = request.query_params.get("cursor", "")
        rows_page = page(rows, order=("-id",), cursor=cursor, size=_PAGE)
        items = [documents.of_application(row) for row in rows_page.items]
        answer = {"items": items, "next_cursor": rows_page.next_cursor}
        return Response(serializers.ApplicationPageSerializer(answer).data)

    @extend_schema(
        parameters=[IDEMPOTENCY],
        request=serializers.NewApplicationSerializer,
        responses={201: serializers.ApplicationSerializer},
    )
    def post(self, request: Request) -> Response:
        """Start an application or continue the open draft, and save the answers."""
        data = validated(serializers.NewApplicationSerializer, request)
        site = site_of(request)
        application = actions.start_application(
            programme=access_programme(site, data["programme"]),
            applicant=require_applicant(request.user, site),
            language=data["language"],
            key=request.headers.get("Idempotency-Key", ""),
            ip=ip_of(request),
        )
        # With a repeated Idempotency-Key this may be an application that was confirmed since.
        if application.is_editable:
            typed = data.get("answers", {})
            saved = actions.save_answers(application=application, typed=typed)
            application = saved.application
        # Also for a draft that was there already: the client cannot know, and goes on the same way.
        return _application(application, status=201)


class ApplicationView(APIView):
    @extend_schema(responses=serializers.ApplicationSerializer)
    def get(self, request: Request, application_id: int) -> Response:
        return _application(access_application(request.user, application_id))

    @extend_schema(
        request=serializers.AnswersSerializer, responses=serializers.ApplicationSerializer
    )
    def patch(self, request: Request, application_id: int) -> Response:
        """Save some answers; the others stay unchanged.

        If `digest` is given and the stored answers no longer match it, or if a slip to dismiss is
        not in the answers, nothing is saved.
        """
        application = access_own_application(request.user, application_id)
        data = validated(serializers.AnswersSerializer, request)
        typed = data.get("answers", {})
        slips = data.get("dismiss_slips", [])
        saved = actions.save_answers(
            application=application,
            typed=typed,
            expected_digest=data.get("digest"),
            dismissing=[(slip["question"], slip["slip"]) for slip in slips],
        )
        return _application(saved.application)


class AnswerFileView(FileView):
    largest_body = OF_FILES

    """The file that answers a question of kind `file`."""

    parser_classes = [MultiPartParser]

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, application_id: int, question: str) -> FileResponse:
        return uploads.serve(access_answer_file(request.user, application_id, question))

    @extend_schema(
        request={"multipart/form-data": serializers.FileToAttachSerializer},
        responses=serializers.ApplicationSerializer,
    )
    def put(self, request: Request, application_id: int, question: str) -> Response:
        application = access_own_application(request.user, application_id)
        upload = validated(serializers.FileToAttachSerializer, request)["file"]
        attached = uploads.attach(
            application=application, question=question, name=upload.name, content=upload.file
        )
        return _application(attached)

    @extend_schema(responses=serializers.ApplicationSerializer)
    def delete(self, request: Request, application_id: int, question: str) -> Response:
        application = access_own_application(request.user, application_id)
        return _application(attachments.detach_file(application=application, question=question))


class PreviewView(FileView):
    @extend_schema(
        responses={
            (200, "image/png"): OpenApiTypes.BINARY,
            (200, "application/pdf"): OpenApiTypes.BINARY,
        }
    )
    def get(self, request: Request, application_id: str, form: str) -> HttpResponse:
        application = access_application(request.user, int(application_id))
        if form == "png":
            return HttpResponse(previews.preview(application), content_type="image/png")
        return HttpResponse(previews.preview_pdf(application), content_type="application/pdf")


class ConfirmationView(APIView):
    @extend_schema(
        request=serializers.ConfirmationSerializer, responses=serializers.ApplicationSerializer
    )
    def post(self, request: Request, application_id: int) -> Response:
        """Confirm the answers that have this digest."""
        application = access_own_application(request.user, application_id)
        data = validated(serializers.ConfirmationSerializer, request)
        confirmed = actions.confirm_application(
            application=application,
            shown_digest=data["digest"],
            # Computed here, as on the page: a client cannot prove what it has shown.
            preview_digest=previews.preview_digest(application),
            language=application.language,
            ip=ip_of(request),
        )
        return _application(confirmed)


class ApplicationDecisionsView(APIView):
    @extend_schema(
        request=serializers.DecisionSerializer, responses=serializers.ApplicationSerializer
    )
    def post(self, request: Request, application_id: int) -> Response:
        application = access_application_for_decision(request.user, application_id)
        data = validated(serializers.DecisionSerializer, request)
        decided = review.decide_application(
            application=application,
            actor=cast("User", request.user),
            decision=review.ApplicationDecision(data["action"]),
            expected=ApplicationStatus(data["expected_status"]),
            note=data["note"],
            question=data["question"],
        )
        return _application(decided)


class CertificatesView(APIView):
    @extend_schema(
        operation_id="certificates_list",
        parameters=[_CURSOR],
        responses=serializers.CertificatePageSerializer,
    )
    def get(self, request: Request) -> Response:
        holder = require_applicant(request.user, site_of(request))
        cursor = request.query_params.get("cursor", "")
        rows = listings.certificates_of(holder)
        rows_page = page(rows, order=("-id",), cursor=cursor, size=_PAGE)
        return Response(serializers.CertificatePageSerializer(rows_page).data)


class DocumentView(FileView):
    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, number: str) -> FileResponse:
        return document_response(access_certificate(request.user, number))


class ArchiveView(FileView):
    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, number: str) -> FileResponse:
        """The archive copy, which holds everything needed to validate its seal (PAdES B-LTA)."""
        return archive_response(access_certificate(request.user, number))


class VerdictView(APIView):
    # The people who verify a certificate, such as a commission, have no account here.
    permission_classes = [AllowAny]

    @extend_schema(responses=serializers.VerdictSerializer)
    def get(self, _request: Request, code: str) -> Response:
        verdict = documents.of_verdict(verify.by_code(code))
        return Response(serializers.VerdictSerializer(verdict).data)


class VerifyView(APIView):
    permission_classes = [AllowAny]
    parser_classes = [JSONParser, MultiPartParser]
    largest_body = OF_FILES

    @extend_schema(
        request={
            "application/json": serializers.ToVerifySerializer,
            "multipart/form-data": serializers.ToVerifySerializer,
        },
        responses=serializers.VerdictSerializer,
    )
    def post(self, request: Request) -> Response:
        """Verify a number, a digest or a file. The file is not stored."""
        data = validated(serializers.ToVerifySerializer, request)
        verdict = documents.of_verdict(_verdict(request, data))
        return Response(serializers.VerdictSerializer(verdict).data)


def _verdict(request: Request, data: dict[str, Any]) -> verify.VerificationResult:
    ip = ip_of(request)
    if "number" in data:
        limits.count_lookup(ip)
        return verify.by_either(data["number"])
    if "digest" in data:
        return verify.by_digest(data["digest"])
    # A file that we did not issue is inspected in a child process, which is the dearest of the
    # three.
    limits.count_inspection(ip)
    # One byte more than allowed tells a file that is too large without reading all of it.
    return verify.by_file(data["file"].read(LARGEST + 1))
