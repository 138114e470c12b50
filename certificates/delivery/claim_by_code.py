import secrets
from datetime import timedelta

from django.db import transaction

from certificates import emails
from certificates.models import Certificate
from core.models import Site

_DIGITS = 6
_LASTS = timedelta(minutes=15)


@transaction.atomic(durable=True)
def send_code(*, site: Site, email: str, language: str) -> str:
    """E-mail a code and return it.

    Returns an empty string, and sends nothing, if no certificate was sent to this address.
    """
    if not Certificate.objects.of_site(site).of_address(email).exists():
        return ""
    # `secrets`, because a code from `random` could be predicted from earlier ones.
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    emails.claim_code(to=email, site=site, language=language, code=code, lasts=_LASTS)
    return code
