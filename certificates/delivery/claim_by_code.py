import secrets
from datetime import timedelta

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from accounts.actions import post_written_letter
from certificates.models import Certificate
from core.models import Site

_DIGITS = 6
_LASTS = timedelta(minutes=15)


@transaction.atomic(durable=True)
def send_code(*, site: Site, email: str, language: str) -> str:
    """The code that the letter brings; empty, and no letter, where nothing went to the address."""
    if not Certificate.objects.of_site(site).of_address(email).exists():
        return ""
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    with translation.override(language):
        context = {"site": site, "language": language, "code": code}
        post_written_letter(
            to=email,
            site=site,
            subject=render_to_string("certificates/mail/retrieval_subject.txt", context).strip(),
            text=render_to_string("certificates/mail/retrieval.txt", context),
            html=render_to_string("certificates/mail/retrieval.html", context),
            useful_for=_LASTS,
        )
    return code
