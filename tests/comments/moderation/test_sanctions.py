"""Sanctions that editors impose; what becomes of the comments is decided separately."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.actions import Subject, grant_role, lift_sanction
from accounts.models import Role, Sanction, StaffPolicy
from accounts.permissions import active_sanctions
from comments.actions import (
    BulkTarget,
    Decision,
    count_bulk_decision,
    impose_sanction_under_rule,
    make_bulk_decision,
    undo_bulk_decision,
)
from comments.models import Comment, EmailSettings, SanctionEmail
from comments.states import DecisionKind, Jurisdiction, State
from comments.tasks import email_sanctioned_user
from core.errors import InvalidInput, NotPermitted
from tests.support.parallel import in_parallel

pytestmark = pytest.mark.django_db
SanctionKind = Sanction.Kind


@pytest.fixture(name="impose")
def _impose(site, settings_of_site, editor, reader, rulebook):
    def act(kind=SanctionKind.MUTE, person=reader, **said):
        said = {
            "rule_code": "insults",
            "subject": Subject.person(person),
            "ends_at": timezone.now() + timedelta(days=3),
        } | said
        return impose_sanction_under_rule(site=site, kind=kind, editor=editor, **said)

    return act


def test_sanction_rests_on_a_rule_and_remembers_the_comment(say, impose, site, reader):
    comment = say("Дурак")
    sanction = impose(comment=comment, message="Остыньте", note="Пятый раз")
    evidence = sanction.events.get().evidence
    assert (evidence["rule_code"], evidence["rulebook_version"]) == ("insults", 1)
    assert evidence["comment"] == comment.pk
    [active] = active_sanctions(reader, site, timezone.now())
    assert (active.kind, active.message) == (SanctionKind.MUTE, "Остыньте")
    with pytest.raises(InvalidInput):
        impose(rule_code="no-such-rule")


def test_their_comments_stay_until_a_decision_of_its_own(say, site, editor, reader, impose):
    comments = [say(f"Дурак {number}") for number in range(3)]
    impose(SanctionKind.BAN, ends_at=None, comment=comments[0])
    assert set(Comment.objects.values_list("state", flat=True)) == {"published"}
    target = BulkTarget(author_id=reader.pk, since=comments[1].created_at)
    assert count_bulk_decision(site=site, kind=DecisionKind.REMOVE, target=target) == 2
    assert set(Comment.objects.values_list("state", flat=True)) == {"published"}
    bulk_decision = make_bulk_decision(
        site=site,
        decision=Decision(DecisionKind.REMOVE, rule_code="insults"),
        editor=editor,
        target=target,
    )
    assert bulk_decision.items.count() == 2


def test_removing_and_undoing_impose_no_sanction(say, site, editor, rulebook, deliver):
    author = say("Дурак").author
    bulk_decision = make_bulk_decision(
        site=site,
        decision=Decision(DecisionKind.REMOVE, rule_code="insults"),
        editor=editor,
        target=BulkTarget(author_id=author.pk, since=timezone.now() - timedelta(days=1)),
    )
    deliver()
    assert Comment.objects.get().state == State.REMOVED
    bulk_decision.refresh_from_db()
    undo_bulk_decision(bulk_decision=bulk_decision, editor=bulk_decision.editor)
    deliver()
    assert Comment.objects.get().state == State.PUBLISHED
    assert not Sanction.objects.exists()


def test_person_is_emailed_once(impose, say, deliver):
    sanction = impose(comment=say("Дурак"), message="Остыньте")
    deliver()
    for _ in range(2):
        email_sanctioned_user(sanction_id=sanction.pk, by_email=True)
    deliver()
    [email] = mail.outbox
    assert email.to == ["anna@example.org"]
    assert email.subject == "Вам временно нельзя комментировать"
    for said in ("Остыньте", "Дурак", "Оскорбления и травля"):
        assert said in email.body
    assert "Изложение причин" not in email.body


@pytest.mark.parametrize("kind", SanctionKind)
def test_each_sanction_email_says_what_it_means(impose, reader, deliver, kind):
    reader.language = "en"
    reader.save(update_fields=["language"])
    endless = {SanctionKind.BAN, SanctionKind.WARNING}
    ends = None if kind in endless else timezone.now() + timedelta(days=3)
    impose(kind, ends_at=ends)
    deliver()
    [email] = mail.outbox
    assert not any("а" <= sign <= "я" for sign in email.subject)
    assert "Insults and harassment" in email.body


def test_silence_where_it_is_chosen_and_the_law_allows_it(site, impose, deliver):
    email_settings = EmailSettings.objects.create(site=site, emails_sanctions=False)
    impose()
    deliver()
    email_settings.emails_sanctions = True
    email_settings.save()
    impose(by_email=False)
    deliver()
    assert mail.outbox == []
    email_settings.jurisdiction = Jurisdiction.DSA
    email_settings.save()
    impose(by_email=False)
    deliver()
    [email] = mail.outbox
    for said in ("Изложение причин", "Статья 17", "без автоматических средств", "в суд"):
        assert said in email.body
    assert SanctionEmail.objects.count() == 3


def test_staff_and_oneself_are_out_of_an_editors_reach(site, editor, reader, impose):
    with pytest.raises(NotPermitted):
        impose(person=editor)
    grant_role(user=reader, site=site, name=Role.Name.EDITOR, actor=None)
    with pytest.raises(NotPermitted):
        impose()
    # Without a second factor the role rests; it is a role all the same.
    StaffPolicy.objects.create(site=site, second_factor_days=0)
    grant_role(user=editor, site=site, name=Role.Name.ADMINISTRATOR, actor=None)
    assert not Sanction.objects.exists()


def test_api_imposes_a_sanction_for_a_comment_and_previews_what_to_remove(
    say, editor, reader, rulebook, browser
):
    comment = say("Дурак")
    client = browser(editor)
    said = {"kind": "ban", "rule": "insults", "message": "Всё", "note": "Пятый раз"}
    url = f"/api/v1/moderation/comments/{comment.pk}/sanctions/"
    answer = client.post(url, said, content_type="application/json")
    assert (answer.status_code, answer.json()["subject"]) == (201, "Анна К.")
    body = {"action": "remove", "author": reader.pk, "since": comment.created_at.isoformat()}
    preview = client.post(
        "/api/v1/moderation/bulk-decisions/preview/", body, content_type="application/json"
    )
    assert preview.json() == {"count": 1}
    assert Comment.objects.get().state == State.PUBLISHED


def test_other_publications_are_out_of_reach(say, rulebook, browser, site, person):
    foreign = person("foreign@example.org", "Глеб")
    neighbour = type(site).objects.create(
        slug="sosedi",
        name_ru="Соседи",
        legal_name_ru="Соседи",
        editor_in_chief_ru="С",
        complaints_email="s@s.example",
    )
    grant_role(user=foreign, site=neighbour, name=Role.Name.EDITOR, actor=None)
    url = f"/api/v1/moderation/comments/{say().pk}/sanctions/"
    said = {"kind": "ban", "rule": "insults"}
    answer = browser(foreign).post(url, said, content_type="application/json")
    assert answer.json()["code"] == "not_permitted"
    assert not Sanction.objects.exists()


@pytest.fixture
def desk_of(rulebook, browser, editor):
    """Post JSON to an API URL as the editor's own program would."""
    return lambda path, said: browser(editor).post(
        f"/api/v1/moderation/{path}", said, content_type="application/json"
    )


@pytest.fixture
def known_reader(reader, make_known):
    return make_known(reader)


def test_api_imposes_a_sanction_under_a_rule_that_the_audit_log_keeps(
    known_reader, desk_of, browser
):
    path = f"users/{known_reader.pk}/sanctions/"
    said = {"kind": "ban", "rule": "insults", "message": "Хватит."}
    made = desk_of(path, said).json()
    assert (made["subject"], made["rule_label"]) == ("Анна К.", "Оскорбления и травля")
    evidence = Sanction.objects.get().events.get().evidence
    assert (evidence["rule_code"], evidence["rulebook_version"]) == ("insults", 1)
    lifted = desk_of(f"sanctions/{made['id']}/lifting/", {}).json()
    assert lifted["status"] == "lifted"


def test_api_shows_what_a_person_has_had(known_reader, desk_of, editor, browser):
    path = f"users/{known_reader.pk}/sanctions/"
    desk_of(path, {"kind": "warning", "rule": "spam"})
    [row] = browser(editor).get(f"/api/v1/moderation/{path}").json()
    assert (row["kind"], row["status"], row["ended_at"]) == ("warning", "active", None)


def test_api_wants_a_rule_that_is_in_force(known_reader, desk_of):
    path = f"users/{known_reader.pk}/sanctions/"
    for said in ({"kind": "ban"}, {"kind": "ban", "rule": "no-such-rule"}):
        assert "rule" in desk_of(path, said).json()["errors"]
    assert not Sanction.objects.exists()


def test_api_imposes_a_sanction_on_a_domain_and_emails_nobody(desk_of, deliver):
    said = {"kind": "ban", "rule": "spam", "email_domain": "spam.example"}
    assert desk_of("sanctions/", said).json()["subject"] == "spam.example"
    deliver()
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"kind": "mute", "email_domain": "spam.example"}, "ends_at"),
        ({"kind": "ban"}, "email_domain"),
        ({"kind": "ban", "email_domain": "mail.ru"}, "email_domain"),
        ({"kind": "ban", "network": "0.0.0.0/0"}, "network"),
        ({"kind": "flogging", "network": "192.0.2.1"}, "kind"),
    ],
)
def test_api_names_what_is_wrong(desk_of, data, field):
    assert field in desk_of("sanctions/", data | {"rule": "spam"}).json()["errors"]
    assert not Sanction.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_events_that_come_at_once_email_the_person_once(impose, deliver):
    sanction = impose()
    ask = {"sanction_id": sanction.pk, "by_email": True}
    assert in_parallel(lambda _number: email_sanctioned_user(**ask), 5) == []
    deliver()
    assert len(mail.outbox) == SanctionEmail.objects.count() == 1


@pytest.mark.parametrize("message", ["", "Остыньте"])
def test_a_sanction_that_was_emailed_is_lifted_by_email_in_the_same_conversation(
    impose, editor, deliver, message
):
    sanction = impose(message=message)
    deliver()
    for _ in range(2):
        lift_sanction(sanction=sanction, actor=editor)
        deliver()
    imposed, lifted = mail.outbox
    assert lifted.subject == "Вы снова можете комментировать"
    assert "Остыньте" not in lifted.body
    assert lifted.extra_headers["References"] == imposed.extra_headers["References"]


def test_a_sanction_without_an_email_is_lifted_without_one(impose, editor, deliver):
    sanction = impose(by_email=False, message="Остыньте")
    deliver()
    lift_sanction(sanction=sanction, actor=editor)
    deliver()
    assert mail.outbox == []


def test_a_sanction_lifted_before_its_email_was_written_sends_none(impose, editor, deliver):
    lift_sanction(sanction=impose(message="Остыньте"), actor=editor)
    deliver()
    assert mail.outbox == []


@pytest.mark.parametrize("whole_domain", [False, True])
def test_whoever_is_still_banned_is_not_told_to_comment_again(
    impose, editor, reader, deliver, whole_domain
):
    mute = impose()
    domain = Subject(email_domain=reader.email.partition("@")[2])
    impose(
        SanctionKind.BAN, ends_at=None, subject=domain if whole_domain else Subject.person(reader)
    )
    deliver()
    lift_sanction(sanction=mute, actor=editor)
    deliver()
    assert mail.outbox[-1].subject == "Редакция сняла ограничение с вашей учётной записи"
    assert "(запрет комментировать)" in mail.outbox[-1].body
    assert "Другие ограничения" in mail.outbox[-1].body


def test_withdrawn_warning_is_named_to_whoever_is_banned(impose, editor, deliver):
    warning = impose(SanctionKind.WARNING, ends_at=None)
    impose(SanctionKind.BAN, ends_at=None)
    deliver()
    lift_sanction(sanction=warning, actor=editor)
    deliver()
    assert mail.outbox[-1].subject == "Редакция отозвала предупреждение"


def test_warning_and_ended_sanction_do_not_hide_what_is_possible_again(impose, editor, deliver):
    mute = impose()
    impose(SanctionKind.WARNING, ends_at=None)
    ended = impose(SanctionKind.PREMODERATION)
    Sanction.objects.filter(pk=ended.pk).update(ends_at=timezone.now())
    deliver()
    lift_sanction(sanction=mute, actor=editor)
    deliver()
    assert mail.outbox[-1].subject == "Вы снова можете комментировать"
