import pytest
from django.utils import timezone

from accounts.models import Role
from comments.actions import install_default_rules, post_comment
from comments.models import CommentSettings, Thread
from tests.support.people import new_person
from tests.support.receiver import running_receiver
from webhooks import sending
from webhooks.actions import add_endpoint
from webhooks.models import Delivery, Endpoint


@pytest.fixture
def receiver():
    with running_receiver() as found:
        yield found


@pytest.fixture
def administrator(site):
    return new_person("pavla@example.org", "Павла А.", role=Role.Name.ADMINISTRATOR, site=site)


@pytest.fixture
def reader(db):
    return new_person("anna@example.org", "Анна К.")


@pytest.fixture
def endpoint(site, receiver, administrator):
    return add_endpoint(
        site=site,
        url=receiver.url,
        topics=["comment.published", "comment.removed"],
        label="Лента",
        actor=administrator,
    )


@pytest.fixture
def thread(site):
    CommentSettings.objects.create(site=site, rates=[])
    install_default_rules(site=site)
    return Thread.objects.create(
        site=site, key="article-1", title="Статья", url="http://testserver/a/1/"
    )


@pytest.fixture
def say(thread, reader):
    return lambda text="Спасибо за материал": post_comment(author=reader, thread=thread, text=text)


@pytest.fixture
def retry_now():
    """Bring the next attempt of everything that waits to this moment."""

    def retry():
        Endpoint.objects.update(rests_until=None)
        Delivery.objects.filter(status="waiting").update(next_at=timezone.now())
        for delivery in Delivery.objects.filter(status="waiting"):
            sending.send(delivery.pk)

    return retry
