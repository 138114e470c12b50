"""Every page and list of the discussion asks the database as often for 50 things as for one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.encoding import iri_to_uri

from accounts.actions import Subject, impose_sanction, register_person
from accounts.models import Sanction, User
from comments.actions import (
    Decision,
    Sender,
    claim_comment,
    decide,
    edit_comment,
    make_appeal,
    mute_person,
    publish_word_list,
    react,
    report_comment,
    send_complaint,
    start_dry_run,
)
from comments.models import (
    Comment,
    Complaint,
    EmailSettings,
    Notification,
    Revision,
    Thread,
    WordListVersion,
)
from comments.states import DecisionKind, Queue, ReactionKind
from comments.upkeep.counters import reconcile
from tests.support.multiplying import multiply, newest_keys

pytestmark = pytest.mark.django_db

MANY = 50
SUSPECT = WordListVersion.Kind.SUSPECT
THREAD = "/api/v1/sites/vesti/threads/article-1"
OF_EDITORS = [
    *(f"/desk/?queue={queue}" for queue in Queue),
    "/desk/?words=реплика",
    "/desk/?queue=published&person=Автор&thread=Статья",
    "/desk/?queue=removed&rule=insults&since=2026-01-01",
    "/desk/pulse/?shown={shown}&newest={published}",
    *("/desk/comments/{published}/", "/desk/comments/{published}/context/"),
    *("/desk/comments/{removed}/", "/desk/comments/{edited}/context/"),
    "/desk/people/{reader}/",
    *("/desk/sanctions/", "/desk/appeals/", "/desk/appeals/?status=granted", "/desk/complaints/"),
    *("/desk/threads/", "/desk/threads/?q=Статья", "/desk/bulk-decisions/?author={reader}"),
    *("/desk/rulebook/", "/desk/words/", "/desk/words/lists/rude/", "/desk/numbers/"),
    *(f"/api/v1/moderation/queue/?queue={queue}" for queue in Queue),
    "/api/v1/moderation/comments/{edited}/history/",
    "/api/v1/moderation/appeals/",
    "/api/v1/moderation/complaints/",
]
OF_READERS = [
    *(
        "/threads/?site=vesti&key=article-1",
        "/threads/?site=vesti&key=article-1&sort=best",
        "/threads/mine/",
    ),
    *("/notifications/", "/muted/", "/reports/", "/complaints/mine/"),
    *(f"{THREAD}/comments/?sort={sort}&cursor=" for sort in ("oldest", "newest", "best")),
    f"{THREAD}/comments/{{edited}}/replies/",
    *(f"{THREAD}/viewer/", f"{THREAD}/people/?q=Ав"),
    *("/api/v1/notifications/", "/api/v1/mutes/", "/api/v1/reports/"),
]


@pytest.fixture
def life(say, reader, editor, other_editor, rulebook):
    """`life(n)`: one more of everything that the pages show. Returns what their addresses name."""
    site = rulebook.site
    publish_word_list(site=site, name="rude", kind=SUSPECT, entries=["слон"], actor=editor)
    EmailSettings.objects.create(site=site, appeal_days=14)
    # Else so many removed comments would make the reader's next ones wait.
    site.comment_settings.trust_sample = 1_000
    edited = say("Правленая реплика")

    def go_on(number):
        author = register_person(
            email=f"a{number}@example.org", password=f"{number}", display_name=f"Автор {number}"
        )
        published = say(f"Реплика {number}", by=author, parent=edited)
        held = say(f"Слон {number}", by=author)
        removed, own = say(f"Снятая {number}", by=author), say(f"Своя снятая {number}")
        say(f"Свой слон {number}")
        for comment, by in ((removed, author), (own, reader)):
            decide(
                comment=comment,
                decision=Decision(DecisionKind.REMOVE, rule_code="insults"),
                editor=editor,
            )
            make_appeal(comment=comment, author=by, text="Не так")
        rejected = say(f"Ещё слон {number}", by=author)
        decide(
            comment=rejected,
            decision=Decision(DecisionKind.REJECT, rule_code="spam"),
            editor=editor,
        )
        report_comment(comment=published, reporter=reader, rule_code="spam")
        react(comment=published, user=reader, kind=ReactionKind.UP)
        claim_comment(comment=held, editor=other_editor)
        edit_comment(comment=edited, author=reader, text=f"Правленая реплика {number}")
        mute_person(reader=reader, person_id=author.pk)
        say(f"Ответ {number}", by=author, parent=edited)
        Thread.objects.create(site=site, key=f"other-{number}", title=f"Статья {number}")
        impose_sanction(
            site=site,
            kind=Sanction.Kind.BAN,
            subject=Subject.domain(f"d{number}.example"),
            rule_label="",
            actor=editor,
        )
        sender = Sender(reader, "", reader.email, "192.0.2.1")
        send_complaint(site=site, text=f"Ошибка {number}", sender=sender)
        Complaint.objects.update(created_at=edited.created_at - timedelta(days=2))
        entries = ["слон", f"кит{number}"]
        publish_word_list(site=site, name="rude", kind=SUSPECT, entries=entries, actor=editor)
        start_dry_run(site=site, entries=["слон"], editor=editor)
        return {
            "published": published.pk,
            "removed": removed.pk,
            "edited": edited.pk,
            "reader": reader.pk,
            "shown": f"{held.pk}:held,{published.pk}:published",
        }

    return go_on


def vary(row, number):
    """Change what is unique in a copy of a row that `life` has made."""
    match row:
        case User():
            row.email, row.display_name = f"{number}{row.email}", f"{row.display_name} {number}"
            row.name_skeleton = f"{row.name_skeleton}{number}"
        case EmailAddress():
            row.email = f"{number}{row.email}"
        case Thread():
            row.key = f"{row.key}-{number}"
        case Complaint():
            row.number, row.key = row.number + number, uuid4()
        case WordListVersion():
            row.number += number
        case Revision() if row.number > 1:
            row.number += number


def query_counts(client, addresses):
    """How many statements each takes, once what a process keeps is there."""
    counts = {}
    for address in addresses:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200, (address, answer.content[:500])
        counts[address] = len(queries)
        # With more tables PostgreSQL does not look for the best order (`join_collapse_limit`).
        assert [one for one in queries if (one["sql"] or "").count(" JOIN ") >= 8] == []
    return counts


def test_statements_are_as_many_for_fifty_as_for_one(life, browser, reader, editor, deliver):
    named = life(0)
    deliver()
    editors = [iri_to_uri(address.format(**named)) for address in OF_EDITORS]
    readers = [iri_to_uri(address.format(**named)) for address in OF_READERS]
    clients = {browser(editor): editors, browser(reader): readers}
    for_one = [query_counts(client, addresses) for client, addresses in clients.items()]

    since = newest_keys("account", "accounts", "comments")
    edited = Comment.objects.get(pk=named["edited"])
    life(1)
    deliver()
    multiply(since, MANY - 2, vary)
    edited.refresh_from_db()
    Comment.objects.filter(pk=edited.pk).update(revision_number=edited.revision_number + MANY - 2)
    reconcile()
    assert Comment.objects.count() > 7 * MANY
    assert Notification.objects.filter(person=reader).count() >= MANY

    assert [query_counts(client, addresses) for client, addresses in clients.items()] == for_one
