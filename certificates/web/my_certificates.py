from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, UnderSanction, require_unsanctioned
from certificates import listings
from certificates.applications import corrections
from certificates.delivery import actions
from certificates.issuing import document_data
from certificates.models import Certificate
from certificates.permissions import access_certificate, access_own_certificate, require_applicant
from certificates.register.downloads import document_response
from core.errors import Conflict, DomainError, InvalidInput
from core.web.http import HttpRequest

# LinkedIn's "Add to profile" link; the parameters below are the ones that it reads.
_ADD_TO_PROFILE = "https://www.linkedin.com/profile/add"
# Links and no scripts: nothing of these services is loaded before a person presses one.
_SHARE_ON_VK = "https://vk.com/share.php"
_SHARE_ON_TELEGRAM = "https://t.me/share/url"


@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    holder = require_applicant(request.user, request.site)
    context = {"certificates": listings.certificates_of(holder)}
    return render(request, "certificates/certificates.html", context)


@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, access_own_certificate(request.user, number))


@require_safe
def document(request: HttpRequest, number: str) -> FileResponse:
    return document_response(access_certificate(request.user, number))


@require_POST
def correct(request: HttpRequest, number: str) -> HttpResponse:
    own = access_own_certificate(request.user, number)
    holder = require_applicant(request.user, own.programme.site)
    try:
        correction = corrections.start_correction(certificate=own, holder=holder, ip=request.ip)
    except (Conflict, UnderSanction) as error:
        return _page(request, own, error)
    return redirect("certificates:edit", application_id=correction.pk)


@require_POST
def resend(request: HttpRequest, number: str) -> HttpResponse:
    own = access_own_certificate(request.user, number)
    holder = require_applicant(request.user, own.programme.site)
    try:
        actions.resend_email(certificate=own, actor=holder, email=own.email)
    except (Conflict, InvalidInput) as error:
        return _page(request, own, error)
    messages.success(request, _("The e-mail is on its way."))
    return redirect("certificates:certificate", number=own.number)


@require_POST
def privacy(request: HttpRequest, number: str) -> HttpResponse:
    own = access_own_certificate(request.user, number)
    holder = require_applicant(request.user, own.programme.site)
    public = request.POST.get("name") == "public"
    actions.show_name(certificate=own, holder=holder, public=public)
    messages.success(request, _("Saved."))
    return redirect("certificates:certificate", number=own.number)


def _page(request: HttpRequest, own: Certificate, error: DomainError | None = None) -> HttpResponse:
    context = {
        "certificate": own,
        "successor": own.successor_number,
        "is_correctable": _is_correctable(request, own),
        "correctable_until": own.correctable_until,
        **_sharing(own),
        "error": error,
    }
    status = error.status if error else 200
    return render(request, "certificates/certificate.html", context, status=status)


def _is_correctable(request: HttpRequest, certificate: Certificate) -> bool:
    try:
        # Asked of the action's own rule, so that no button leads to a refusal.
        corrections.check_correctable(certificate)
        if isinstance(request.user, User):
            site = certificate.programme.site
            require_unsanctioned(request.user, Permission.APPLY, site, request.ip)
    except (Conflict, UnderSanction):
        return False
    return True


def _sharing(certificate: Certificate) -> dict[str, str]:
    """Return the addresses by which a certificate is shown to others."""
    url = document_data.verification_url(certificate.code)
    text = f"{certificate.title} № {certificate.number}"
    return {
        "verification_url": url,
        "vk_url": f"{_SHARE_ON_VK}?{urlencode({'url': url, 'title': text})}",
        "telegram_url": f"{_SHARE_ON_TELEGRAM}?{urlencode({'url': url, 'text': text})}",
        "profile_url": profile_url(certificate),
    }


def profile_url(certificate: Certificate) -> str:
    params = {
        "startTask": "CERTIFICATION_NAME",
        "name": certificate.title,
        "organizationName": certificate.document_data["publication"]["name"],
        "issueYear": certificate.issued_on.year,
        "issueMonth": certificate.issued_on.month,
        "certId": certificate.number,
        "certUrl": document_data.verification_url(certificate.code),
    }
    return f"{_ADD_TO_PROFILE}?{urlencode(params)}"
