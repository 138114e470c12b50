"""The register for registrars: look up, resend, revoke, erase."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from certificates import listings
from certificates.applications.changes import changes_of
from certificates.delivery import actions
from certificates.fields import Field, FieldKind
from certificates.form.slip_search import find_slips_in_answers
from certificates.models import Certificate
from certificates.permissions import access_certificate_for_update, require_registrar
from certificates.register import erasure, revocation
from certificates.states import CertificateStatus
from certificates.web import history
from certificates.web.filters import RegisterFilterForm
from core.errors import DomainError
from core.paging import page
from core.web.doors import posted_from
from core.web.http import HttpRequest
from core.web.inputs import posted_choice

_SHOWN = 50


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    require_registrar(request.user, request.site)
    filters = RegisterFilterForm(request.GET, site=request.site)
    rows = listings.register(request.site, filters.wanted)
    rows_page = page(rows, order=("-id",), cursor=request.GET.get("cursor", ""), size=_SHOWN)
    cursor = rows_page.next_cursor
    context = {
        "certificates": rows_page.items,
        "next_url": filters.url_with("cursor", cursor) if cursor else "",
        "filters": filters,
    }
    return render(request, "certificates/registrar/register.html", context)


@require_safe
def entry(request: HttpRequest, number: str) -> HttpResponse:
    return _entry(request, access_certificate_for_update(request.user, number))


@posted_from("certificates:register-entry")
def revoke(request: HttpRequest, number: str) -> HttpResponse:
    certificate = access_certificate_for_update(request.user, number)
    try:
        revocation.revoke_certificate(
            certificate=certificate,
            actor=_registrar(request, certificate),
            reason=request.POST.get("reason", ""),
            # The status that the registrar saw: two registrars must not both revoke.
            expected=posted_choice(request, "expected", CertificateStatus),
        )
    except DomainError as error:
        return _entry(request, certificate, error)
    messages.success(request, _("Revoked. The verification page says so from now on."))
    return redirect("certificates:register-entry", number=certificate.number)


@posted_from("certificates:register-entry")
def erase(request: HttpRequest, number: str) -> HttpResponse:
    certificate = access_certificate_for_update(request.user, number)
    erasure.erase_holder(certificate=certificate, actor=_registrar(request, certificate))
    messages.success(request, _("The person's data are erased from the register."))
    return redirect("certificates:register-entry", number=certificate.number)


@posted_from("certificates:register-entry")
def resend(request: HttpRequest, number: str) -> HttpResponse:
    certificate = access_certificate_for_update(request.user, number)
    try:
        actions.resend_email(
            certificate=certificate,
            actor=_registrar(request, certificate),
            email=request.POST.get("email", ""),
        )
    except DomainError as error:
        return _entry(request, certificate, error)
    messages.success(request, _("The e-mail is on its way."))
    return redirect("certificates:register-entry", number=certificate.number)


def _registrar(request: HttpRequest, certificate: Certificate) -> User:
    return require_registrar(request.user, certificate.programme.site)


def _entry(
    request: HttpRequest, certificate: Certificate, error: DomainError | None = None
) -> HttpResponse:
    # The action changed the row through another instance, the one that it had locked.
    certificate.refresh_from_db()
    context = {
        "certificate": certificate,
        "application": certificate.application,
        "changes": changes_of(certificate.application) if certificate.supersedes_id else [],
        "waiting_correction": listings.waiting_correction_of(certificate),
        "history": history.items(certificate.application.events.all()),
        "suggested_email": suggested_email(certificate),
        "email": request.POST.get("email", certificate.email),
        "reason": request.POST.get("reason", ""),
        # Whole, because registrars copy it into an answer to the holder.
        "claim_url": request.build_absolute_uri(reverse("certificates:claim")),
        "error": error,
    }
    status = error.status if error else 200
    return render(request, "certificates/registrar/certificate.html", context, status=status)


def suggested_email(certificate: Certificate) -> str:
    """Suggest another address after a bounce: with a slip corrected, or that of the account."""
    fields = [Field("email", FieldKind.EMAIL)]
    for slip in find_slips_in_answers(fields, {"email": certificate.email}):
        if slip.correction:
            return slip.correction
    # A row of a table has no applicant with an account.
    holder = certificate.application.applicant
    return holder.email if holder and holder.email != certificate.email else ""
