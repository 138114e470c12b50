"""People as tests need them."""

import re
import time
import uuid
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts import names
from accounts.models import Role, User
from core.web.sessions import SessionStore

# The password of every person that a test registers.
PASSWORD = "korotkij-utrennij-tuman"


def new_person(email, display_name, *, password=PASSWORD, role=None, site=None):
    """Write an account with a confirmed address, and with a role if one is named.

    Most tests need an existing person, not the checks and the history of a registration, which
    take five times as many statements.
    """
    user = User.objects.create(
        # Long enough ago that no rule about new accounts applies.
        date_joined=timezone.now() - timedelta(days=30),
        email=email,
        password=make_password(password),
        display_name=display_name,
        name_skeleton=names.skeleton(display_name),
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    if role is not None:
        Role.objects.create(user=user, site=site, name=role)
    return user


def prove(client, password=PASSWORD):
    """Have the client's person show that it is they, as the acts on the account ask."""
    client.post("/accounts/reauthenticate/", {"password": password})


def signed_in(user=None):
    """Return a client with a session of `user`, or an anonymous one.

    The session is one row; `Client.force_login` writes and rewrites it in fifteen statements.
    """
    client = Client()
    if user is not None:
        content = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        session = Session.objects.create(
            session_key=uuid.uuid4().hex,
            session_data=SessionStore().encode(content),
            expire_date=timezone.now() + timedelta(days=1),
        )
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def proven(client, person, *, seconds_ago):
    """Write into the client's session that its person has proved who they are, so long ago."""
    session = client.session
    record = {"method": "password", "reauthenticated": True, "at": time.time() - seconds_ago}
    session["account_authentication_methods"] = [record]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()


def widget_token(client, *, site, origin):
    """Return the token that the sign-in window gives to a page of a publication."""
    page = client.get("/threads/sign-in/", {"site": site, "origin": origin}).content.decode()
    return re.search(r'data-token="([^"]+)"', page)[1]
