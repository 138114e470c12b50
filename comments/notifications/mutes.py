from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models import Mute
from core.errors import InvalidInput, NotFound

# The widget gets the whole list with the viewer's state.
_MOST = 1000


@transaction.atomic(durable=True)
def mute_person(*, reader: User, person_id: int) -> None:
    """Repeated, it changes nothing. The other person is not told."""
    if reader.pk == person_id:
        raise InvalidInput({"person": [_("You cannot hide yourself.")]})
    if not User.objects.filter(pk=person_id, is_active=True).exists():
        raise NotFound
    if Mute.objects.filter(reader=reader).count() >= _MOST:
        raise InvalidInput({"person": [_("You hide a thousand people already.")]})
    Mute.objects.bulk_create([Mute(reader=reader, muted_id=person_id)], ignore_conflicts=True)


@transaction.atomic(durable=True)
def unmute_person(*, reader: User, person_id: int) -> None:
    Mute.objects.filter(reader=reader, muted=person_id).delete()
