import uuid
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.tasks import prune_sessions

pytestmark = pytest.mark.django_db


def stored_session(days):
    return Session.objects.create(
        session_key=uuid.uuid4().hex,
        session_data="",
        expire_date=timezone.now() + timedelta(days=days),
    )


def browser(user, session_key, *, hours):
    return UserSession.objects.create(
        user=user,
        ip="192.0.2.1",
        user_agent="Firefox",
        session_key=session_key,
        created_at=timezone.now() - timedelta(hours=hours),
    )


def test_expired_sessions_go_with_what_is_known_of_their_browsers(reader):
    expired, alive = stored_session(-1), stored_session(1)
    browser(reader, expired.session_key, hours=48)
    browser(reader, "signed-out-long-ago", hours=48)
    kept = browser(reader, alive.session_key, hours=48)
    signing_in = browser(reader, "not-stored-yet", hours=0)
    prune_sessions()
    assert list(Session.objects.all()) == [alive]
    assert set(UserSession.objects.all()) == {kept, signing_in}


def test_beat_prunes_sessions(settings):
    tasks = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    assert "accounts.tasks.prune_sessions" in tasks
    assert "accounts.tasks.reencrypt_secrets" in tasks
