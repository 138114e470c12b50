from http import HTTPStatus
from typing import Any

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from certificates import limits
from certificates.applications import previews
from certificates.permissions import find_by_code
from certificates.register.downloads import archive_response, document_response
from certificates.rendering import DocumentData
from certificates.signing import LARGEST
from certificates.verification import verify as verification
from certificates.verification.verify import Finding, VerificationResult
from certificates.web.register_lines import lines_of
from core.errors import NotFound
from core.inputs import read_id
from core.web.http import HttpRequest
from core.web.inputs import OF_FILES, takes_body

_STATUSES = {
    # A program that only looks at the status must not take an unknown document for a valid one.
    Finding.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Finding.NOT_OURS: HTTPStatus.NOT_FOUND,
    Finding.UNCHECKABLE: HTTPStatus.NOT_FOUND,
    Finding.MISTYPED: HTTPStatus.NOT_FOUND,
    Finding.UNREADABLE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Finding.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
# The multipart headers and the CSRF token around the file.
_ENVELOPE = 100_000


@require_safe
def code(request: HttpRequest, code: str) -> HttpResponse:
    return _answer(request, verification.by_code(code), typed=code)


@require_safe
def code_document(_request: HttpRequest, code: str) -> FileResponse:
    """Serve the document to anyone with the code, which is printed on it and in the e-mail."""
    certificate = find_by_code(code)
    if certificate is None:
        raise NotFound
    return document_response(certificate)


@require_safe
def code_picture(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the document for people who have its code: they may download it, too."""
    certificate = find_by_code(code)
    if certificate is None or not certificate.has_document:
        raise NotFound
    limits.count_picture(request.ip)
    response = HttpResponse(previews.picture_of(certificate), content_type="image/png")
    patch_cache_control(response, private=True, max_age=600)
    return response


@require_safe
def code_archive(_request: HttpRequest, code: str) -> FileResponse:
    """Serve the archive copy, which has everything needed to validate the seal in later years."""
    certificate = find_by_code(code)
    if certificate is None:
        raise NotFound
    return archive_response(certificate)


# Nothing is changed here, and the CSRF check would read the whole body before its size is checked.
@takes_body(OF_FILES)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _answer(request, _file_verdict(request))
    if digest := request.GET.get("digest", ""):
        # The page computes the digest in the browser, so a document that we issued is not uploaded.
        return _answer(request, verification.by_digest(digest.lower()))
    typed = request.GET.get("number", "").strip()
    if not typed:
        return render(request, "certificates/verify.html")
    # Numbers follow each other, so without a limit the register could be read through.
    limits.count_lookup(request.ip)
    return _answer(request, verification.by_either(typed), typed=typed)


def _file_verdict(request: HttpRequest) -> VerificationResult:
    # By the header: `request.FILES` would take in the whole body before its size is known.
    if (read_id(request.META.get("CONTENT_LENGTH") or "") or 0) > LARGEST + _ENVELOPE:
        return VerificationResult(Finding.TOO_LARGE, by_file=True)
    limits.count_inspection(request.ip)
    file = request.FILES.get("file")
    return verification.by_file(file.read(LARGEST + 1) if file else b"")


def _answer(request: HttpRequest, verdict: VerificationResult, *, typed: str = "") -> HttpResponse:
    certificate = verdict.certificate
    context: dict[str, Any] = {"verdict": verdict, "certificate": certificate, "typed": typed}
    if certificate is not None:
        data = DocumentData.from_data(certificate.document_data)
        context["document_data"] = data
        context["lines"] = lines_of(certificate, data)
        context["has_picture"] = verdict.whole and certificate.has_document
    status = _STATUSES.get(verdict.finding, HTTPStatus.OK)
    return render(request, "certificates/verdict.html", context, status=status)
