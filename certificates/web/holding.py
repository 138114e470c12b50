from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from certificates.files import document_response
from certificates.models import Certificate
from certificates.permissions import access_certificate, require_applicant
from core.web.http import HttpRequest


@require_GET
def certificates(request: HttpRequest) -> HttpResponse:
    holder = require_applicant(request.user, request.site)
    mine = Certificate.objects.of_holder(holder).select_related("programme")
    return render(request, "certificates/certificates.html", {"certificates": mine})


@require_GET
def document(request: HttpRequest, number: str) -> FileResponse:
    return document_response(access_certificate(request.user, number))
