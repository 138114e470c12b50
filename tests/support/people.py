"""People as tests need them."""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts import names
from accounts.models import Role, User

# The password of every person that a test registers.
PASSWORD = "korotkij-utrennij-tuman"


def new_person(email, display_name, *, password=PASSWORD, role=None, site=None):
    """Write an account with a confirmed address, and with a role if one is named.

    Most tests need somebody who exists, not the checks and the history of a registration, which
    take five times as many statements.
    """
    user = User.objects.create(
        email=email,
        password=make_password(password),
        display_name=display_name,
        name_skeleton=names.skeleton(display_name),
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    if role is not None:
        Role.objects.create(user=user, site=site, name=role)
    return user
