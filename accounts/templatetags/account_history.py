from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import AccountEvent, ConsentRecord
from accounts.web.devices import device
from core.audit import AuditEvent
from core.languages import inside_quotes

register = template.Library()
register.filter("device", device)

_CONSENTS = {
    ConsentRecord.GIVEN: gettext_noop("You agreed"),
    ConsentRecord.WITHDRAWN: gettext_noop("You withdrew"),
}


@register.filter
def in_words(event: AuditEvent) -> str:
    """An entry of the account's history as its owner reads it."""
    if not isinstance(event, AccountEvent):
        return _(_CONSENTS[event.action])
    action, evidence = AccountEvent.Action(event.action), event.evidence
    if action == AccountEvent.Action.NAME_CHANGED:
        # The names are kept apart from the log, which outlives the person.
        names = {"from": event.name_change.before, "to": event.name_change.after}
        evidence = {key: inside_quotes(name) for key, name in names.items()}
    return str(str(action.label) % evidence)
