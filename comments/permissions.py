from accounts.permissions import Permission, Person, may
from core.models import Site


def may_moderate(person: Person, site: Site) -> bool:
    return may(person, Permission.MODERATE, site)
