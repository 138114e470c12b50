from typing import Any, cast

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import AccountEvent, ConsentRecord
from accounts.web.devices import device
from core.audit import AuditEntry

register = template.Library()
register.filter("device", device)

_WORDS = {
    "registered": gettext_noop("You registered."),
    "signed_in": gettext_noop("A sign-in: %(device)s."),
    "session.ended": gettext_noop("A session was ended."),
    "name.changed": gettext_noop("The name “%(from)s” became “%(to)s”."),
    "password.changed": gettext_noop("The password was changed."),
    "address.confirmed": gettext_noop("The address was confirmed."),
    "address.changed": gettext_noop("The address was changed."),
    "factor.added": gettext_noop("A second step was added."),
    "factor.removed": gettext_noop("A second step was removed."),
    "role.granted": gettext_noop("A role was assigned: %(role)s."),
    "role.taken": gettext_noop("A role was removed: %(role)s."),
    "second_factor.reminded": gettext_noop("We wrote to you about two-step sign-in."),
    "signon.linked": gettext_noop("The account was tied to another site."),
    "erasure.requested": gettext_noop("You asked to erase the account."),
    "erasure.withdrawn": gettext_noop("You took the erasure back."),
    ConsentRecord.GIVEN: gettext_noop("You agreed"),
    ConsentRecord.WITHDRAWN: gettext_noop("You withdrew"),
}


@register.filter
def in_words(event: AuditEntry) -> str:
    """An entry of the account's history as its owner reads it."""
    evidence: dict[str, Any] = event.evidence if isinstance(event, AccountEvent) else {}
    if event.action == "name.changed":
        change = cast("AccountEvent", event).name_change
        evidence = {"from": change.before, "to": change.after}
    return _(_WORDS[event.action]) % evidence
