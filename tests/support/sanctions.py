from datetime import timedelta

from django.utils import timezone

from accounts.actions import impose_sanction
from accounts.models import Sanction


def impose_for_a_day(*, site, kind, subject, actor, rule_label=""):
    """Impose a sanction that ends tomorrow; a warning has no end."""
    ends_at = None if kind == Sanction.Kind.WARNING else timezone.now() + timedelta(days=1)
    return impose_sanction(
        site=site,
        kind=kind,
        subject=subject,
        rule_label=rule_label,
        actor=actor,
        ends_at=ends_at,
    )
