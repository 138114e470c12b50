from django.db import transaction

from certificates.issuing.new_certificates import next_serials
from certificates.models import Programme


@transaction.atomic
def skip_numbers(count: int) -> None:
    """Skip the next numbers of the year in each programme.

    Certificates issued after the backup are in people's hands, so their numbers must not be issued
    again.
    """
    for programme in Programme.objects.order_by("pk"):
        next_serials(programme, count)
