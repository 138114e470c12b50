from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class _CookieStorage(CookieStorage):
    # Separate from the session's cookie, with the same prefix where HTTPS is on.
    cookie_name = settings.COOKIE_PREFIX + "messages"


class MessageStorage(FallbackStorage):
    """Django's, whose cookie belongs to this host alone."""

    storage_classes = (_CookieStorage, SessionStorage)
