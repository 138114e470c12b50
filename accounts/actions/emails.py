from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.emails import WRITTEN
from accounts.models import Letter
from core import outbox
from core.models import Site

# As long as mail servers themselves go on trying.
TRIED_FOR = timedelta(days=5)
CODE_LASTS = timedelta(minutes=15)


@transaction.atomic
def post_letter(
    *,
    to: str,
    name: str,
    site: Site,
    language: str,
    facts: Mapping[str, str],
    useful_for: timedelta = TRIED_FOR,
) -> None:
    """Hand letter `name` of `accounts/emails.py` to the mail queue, together with whatever the
    caller is writing.

    It is rendered there: rendering takes a time of its own for each letter, and would tell a
    stranger which of them was written. A letter with a code is not sent when the code is dead.
    """
    letter = Letter.objects.create(
        to=to,
        name=name,
        site=site,
        language=language,
        facts=dict(facts),
        useful_until=timezone.now() + (CODE_LASTS if "code" in facts else useful_for),
    )
    outbox.publish("account.letter_written", letter_id=letter.pk)


@transaction.atomic
def post_written_letter(
    *,
    to: str,
    site: Site,
    subject: str,
    text: str,
    html: str,
    useful_for: timedelta = TRIED_FOR,
) -> None:
    """Hand over a letter that is rendered already, for apps with words of their own."""
    written = {"subject": subject, "text": text, "html": html}
    post_letter(to=to, name=WRITTEN, site=site, language="", facts=written, useful_for=useful_for)
