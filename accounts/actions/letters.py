from collections.abc import Mapping

from django.db import transaction

from accounts.letters import WRITTEN
from accounts.models import Letter
from core import outbox
from core.models import Site


@transaction.atomic
def post_letter(*, to: str, name: str, site: Site, language: str, facts: Mapping[str, str]) -> None:
    """Hand letter `name` of `accounts/letters.py` to the mail queue, together with whatever the
    caller is writing.

    It is rendered there: rendering takes a time of its own for each letter, and would tell a
    stranger which of them was written.
    """
    letter = Letter.objects.create(
        to=to, name=name, site=site, language=language, facts=dict(facts)
    )
    outbox.publish("account.letter_written", letter_id=letter.pk)


@transaction.atomic
def post_written_letter(*, to: str, site: Site, subject: str, text: str, html: str) -> None:
    """Hand over a letter that is rendered already, for apps with words of their own."""
    written = {"subject": subject, "text": text, "html": html}
    post_letter(to=to, name=WRITTEN, site=site, language="", facts=written)
