"""E-mails to authors about decisions, by rule, site setting and law."""

import re

import pytest
from django.core import mail

from comments.actions import BulkTarget, Decision, decide, make_bulk_decision, report_comment
from comments.models import EmailSettings, EmailText, ModerationEvent
from comments.states import AuthorNotice, DecisionKind, Jurisdiction
from core.models import Email
from core.tasks import send_email
from tests.support.outbox import forget_results

pytestmark = pytest.mark.django_db


@pytest.fixture
def email_settings(site):
    return EmailSettings.objects.create(site=site)


@pytest.fixture
def dsa(email_settings):
    email_settings.jurisdiction = Jurisdiction.DSA
    email_settings.save()
    return email_settings


@pytest.fixture
def remove(editor, rulebook):
    def act(comment, *, expected=None, **details):
        decision = Decision(DecisionKind.REMOVE, **{"rule_code": "insults"} | details)
        return decide(comment=comment, decision=decision, editor=editor, expected=expected)

    return act


@pytest.fixture
def held(say, other_reader, rulebook):
    """A comment held because its text repeats other comments."""
    say("Все чиновники одинаковы, и говорить тут не о чем", by=other_reader)
    comment = say("Все чиновники одинаковы, и говорить тут не о чем")
    assert comment.state == "held"
    return comment


@pytest.fixture
def message(deliver):
    def only():
        deliver()
        [found] = mail.outbox
        return found

    return only


def both_parts(message):
    return message.body, re.sub(r"<[^>]+>", "", message.alternatives[0].content)


def test_email_says_what_why_and_in_the_editors_words(say, remove, message):
    remove(say("Дурак"), author_notice=AuthorNotice.EMAIL, explanation="Спорьте с доводами.")
    for part in both_parts(message()):
        for phrase in ("Дурак", "Оскорбления и травля", "Спорьте с доводами.", "удалила"):
            assert phrase in part
        assert "Изложение причин" not in part


def test_publication_may_choose_silence(say, remove, email_settings, deliver):
    for author_notice in (AuthorNotice.NONE, AuthorNotice.RULE):
        remove(say(f"Дурак {author_notice}"), author_notice=author_notice)
    deliver()
    assert mail.outbox == []


def test_under_the_dsa_nobody_can_choose_it(say, remove, dsa, message):
    remove(say("Дурак"), author_notice=AuthorNotice.NONE)
    assert ModerationEvent.objects.get().author_notice == AuthorNotice.EMAIL
    for part in both_parts(message()):
        for phrase in (
            "Изложение причин",
            "Статья 17 Регламента (ЕС) 2022/2065",
            "Комментарий удалён с публичной страницы: везде и бессрочно.",  # 3(a)
            "Никто на него не жаловался: редакция действовала по своей инициативе.",  # 3(b)
            "Решение принял человек.",  # 3(c)
            "Правило «Оскорбления и травля» наших правил обсуждения, версия 1",  # 3(e)
            "По мнению редактора",
            "внесудебного урегулирования",  # 3(f)
            "обратиться в суд",
        ):
            assert phrase in part


def test_mass_advertising_needs_no_statement(say, remove, dsa, deliver):
    remove(say("Купите слона"), rule_code="spam")
    deliver()
    assert mail.outbox == []


def test_statement_names_marks_and_the_way_to_appeal(held, editor, dsa, message, settings):
    dsa.appeal_days, dsa.out_of_court_ru = 180, "Обратитесь в палату N."
    dsa.save()
    decide(comment=held, decision=Decision(DecisionKind.REJECT, rule_code="insults"), editor=editor)
    for part in both_parts(message()):
        assert "отметила этот для редактора" in part
        assert "вы можете бесплатно обжаловать решение в редакции" in part
        assert "Обратитесь в палату N." in part
        assert f"{settings.BASE_URL}/threads/comments/{held.pk}/appeal/" in part


def test_readers_who_reported_are_counted_and_not_named(say, remove, dsa, other_reader, message):
    comment = say("Дурак")
    report_comment(comment=comment, reporter=other_reader, rule_code="insults")
    remove(comment)
    body = message().body
    assert "На него пожаловался 1 читатель." in body
    assert other_reader.display_name not in body


def test_hidden_by_reports_the_dsa_wants_a_statement_too(say, person, dsa, rulebook, message):
    comment = say("Дурак")
    for number, rule in enumerate(["spam", "insults", "insults"]):
        who = person(f"crowd-{number}@example.org", f"Читатель {number}")
        report_comment(comment=comment, reporter=who, rule_code=rule)
    for part in both_parts(message()):
        assert "Комментарий скрыла программа" in part
        assert "чаще всего ссылаются жалобы: «Оскорбления и травля»" in part


def test_most_particular_words_are_taken(say, remove, email_settings, deliver):
    for rule, law, words in [
        ("", "", "Для всех."),
        ("insults", "", "Об оскорблениях."),
        ("insults", "dsa", "Об оскорблениях в Союзе."),
        ("", "dsa", "В Союзе."),
    ]:
        EmailText.objects.create(
            email_settings=email_settings, rule_code=rule, jurisdiction=law, text_ru=words
        )
    for rule in ("insults", "flood"):
        remove(say(f"Текст {rule}"), rule_code=rule, author_notice=AuthorNotice.EMAIL)
    email_settings.jurisdiction = Jurisdiction.DSA
    email_settings.save()
    for rule in ("insults", "flood"):
        remove(say(f"Ещё {rule}"), rule_code=rule)
    deliver()
    words = [
        re.search(r"(Для всех|Об оскорблениях( в Союзе)?|В Союзе)\.", m.body)[0]
        for m in mail.outbox
    ]
    assert words == ["Об оскорблениях.", "Для всех.", "Об оскорблениях в Союзе.", "В Союзе."]


def test_ground_in_law_is_given_where_the_law_forbids_it(say, remove, dsa, message):
    EmailText.objects.create(
        email_settings=dsa, rule_code="law", ground_ru="Статья 128.1 УК РФ (клевета)."
    )
    remove(say("Они воры"), rule_code="law")
    assert "Статья 128.1 УК РФ (клевета). Правило «Нарушение закона»" in message().body


def test_email_is_in_its_readers_language(say, reader, remove, dsa, message):
    reader.language = "en"
    reader.save(update_fields=["language"])
    dsa.appeal_days = 14
    dsa.save()
    remove(say("Durak"), explanation="Argue with the point.")
    body = message().body.partition("\n-- ")[0]
    assert "Statement of reasons" in body
    assert "If you disagree, you may appeal once, until the end of" in body
    assert not re.findall(r"[а-яё]{3,}", body.replace("Статья", ""))


def test_markup_of_readers_and_editors_stays_text(say, remove, message):
    remove(say("<b>жирно</b> & точка"), author_notice=AuthorNotice.EMAIL, explanation="<i>так</i>")
    text, html = message().body, mail.outbox[0].alternatives[0].content
    assert "<b>жирно</b> & точка" in text
    assert "&lt;b&gt;жирно&lt;/b&gt; &amp; точка" in html
    assert "<i>так</i>" not in html


def test_each_of_many_gets_one_email(say, site, editor, rulebook, deliver):
    comments = [say(f"Дурак {number}") for number in range(3)]
    make_bulk_decision(
        site=site,
        decision=Decision(
            DecisionKind.REMOVE,
            rule_code="insults",
            author_notice=AuthorNotice.EMAIL,
            explanation="Все три.",
        ),
        editor=editor,
        target=BulkTarget(ids=[comment.pk for comment in comments]),
    )
    deliver()
    assert len(mail.outbox) == 3
    assert all("Все три." in message.body for message in mail.outbox)


def test_erased_accounts_get_no_email(say, reader, remove, deliver):
    comment = say("Дурак")
    reader.is_active = False
    reader.save(update_fields=["is_active"])
    remove(comment, author_notice=AuthorNotice.EMAIL)
    deliver()
    assert mail.outbox == []


def test_delivered_again_and_again_it_is_sent_once(say, remove, deliver):
    remove(say("Дурак"), author_notice=AuthorNotice.EMAIL)
    email = Email.objects.get()
    deliver()
    forget_results()
    deliver()
    send_email(email.pk)
    assert len(mail.outbox) == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{email.uid.hex}@127.0.0.1>"
