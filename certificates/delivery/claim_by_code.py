import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions import count_code_email
from accounts.models import User
from certificates import emails
from certificates.audit import certificate_event, record
from certificates.models import Certificate, CertificateEvent
from certificates.state_changes import lock_application
from core.bounds import Bound, bounded
from core.errors import Conflict
from core.models import Site

_DIGITS = 8
_LASTS = timedelta(minutes=10)


class InAnotherAccount(Conflict):
    code = "certificate_in_another_account"
    title = _("This certificate is in another account")


@transaction.atomic(durable=True)
def take_certificate(*, certificate: Certificate, holder: User) -> None:
    """Put a certificate that no account has into the account of its holder.

    The caller has checked that they read the e-mail address to which it was sent. A certificate of
    a table has no account; one that an application was made for belongs to the applicant.
    """
    # The application's lock, because an erasure takes it, too.
    locked = lock_application(certificate.application_id)
    if locked.applicant_id == holder.pk:
        return
    if locked.applicant_id is not None:
        raise InAnotherAccount
    locked.applicant = holder
    locked.save(update_fields=["applicant"])
    record(
        certificate_event(
            locked, CertificateEvent.Action.CLAIMED, actor=holder, certificate=certificate
        )
    )


@bounded(email=Bound(254), language=Bound(10))
@transaction.atomic(durable=True)
def send_code(*, site: Site, email: str, language: str) -> str:
    """E-mail a code and return it.

    Returns an empty string if no certificate was sent to this address, and tells the address so.
    Both run the same statements, so that the time of the answer tells nothing. Raises
    `TooManyEmails`.
    """
    count_code_email(email=email, counted_by=email.lower())
    is_known = Certificate.objects.of_site(site).of_address(email).exists()
    # `secrets`, because a code from `random` could be predicted from earlier ones.
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    if is_known:
        emails.claim_code(to=email, site=site, language=language, code=code, lasts=_LASTS)
        return code
    emails.nothing_to_claim(to=email, site=site, language=language, lasts=_LASTS)
    return ""
