"""Screening with real facts: what the database knows of the person, the thread and the site."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.actions import impose_sanction
from accounts.actions.sanctions import Subject
from accounts.models import Sanction
from accounts.permissions import UnderSanction
from comments.actions import Decision, decide, edit_comment, publish_word_list
from comments.discussion import screening_facts
from comments.discussion.screen_text import TextRefused, ThreadClosed, TooFast
from comments.models import Comment, RejectedText, Revision, Thread, WordListVersion
from comments.models.settings import (
    JUDGED_COMMENTS,
    LARGEST_RATE,
    LONGEST_RATE_SECONDS,
    MOST_RATES,
)
from comments.moderation.decisions import DecisionKind
from comments.states import State

pytestmark = pytest.mark.django_db
LONG = "Комиссия высоко оценила кластер и пожелала ему новых партнёров из отрасли"


@pytest.fixture
def banned(site, settings_of_site):
    return publish_word_list(
        site=site,
        name="banned-ru",
        kind=WordListVersion.Kind.BANNED,
        entries=["негодяй"],
        actor=None,
    )


@pytest.fixture
def sanction(site, reader, editor):
    def impose(kind, subject=None):
        return impose_sanction(
            site=site,
            kind=kind,
            subject=subject or Subject.person(reader),
            rule_label="Флуд",
            actor=editor,
            message="Отдохните до завтра",
            ends_at=timezone.now() + timedelta(days=1),
        )

    return impose


def refused_by(comment=None):
    return [
        phase["phase"]
        for phase in RejectedText.objects.get(comment=comment).verdict["phases"]
        if phase["outcome"] == "reject"
    ]


@pytest.mark.parametrize("text", ["него**дяй**", "него~~дяй~~", "[него](https://a.ru)дяй"])
def test_marks_hide_a_banned_word_neither_in_a_post_nor_in_an_edit(say, banned, reader, text):
    comment = say("Хороший день")
    with pytest.raises(TextRefused):
        edit_comment(comment=comment, author=reader, text=text)
    assert refused_by(comment) == ["banned_words"]
    with pytest.raises(TextRefused) as refused:
        say(text)
    assert "негодяй" in str(refused.value.fields["text"])
    assert refused_by() == ["banned_words"]


@pytest.mark.parametrize(
    "text", ["[а](//spam.icu/)", "[а](mailto:a@spam.icu)", "http://2130706433/"]
)
def test_site_without_links_refuses_what_only_markup_makes_a_link(say, settings_of_site, text):
    settings_of_site.links = "none"
    settings_of_site.save(update_fields=["links"])
    with pytest.raises(TextRefused):
        say(text)
    assert refused_by() == ["links"]


def test_text_that_looks_the_same_is_a_repetition(say, reader):
    say("Подробнее читайте **вот** [здесь](https://a.ru/1)")
    with pytest.raises(TextRefused):
        say("Подробнее читайте вот [здесь](https://a.ru/2)")
    assert refused_by() == ["duplicate"]


def test_long_text_is_rejected_without_being_parsed(say, settings_of_site, monkeypatch):
    monkeypatch.setattr("comments.text.visible.parse", None)
    with pytest.raises(TextRefused):
        say("[" * 40_000)
    assert refused_by() == ["length"]


def test_banned_word_refuses_the_text_and_the_attempt_is_recorded(say, banned):
    with pytest.raises(TextRefused) as refused:
        say("Вот же негодяи!")
    assert "негодяи" in refused.value.fields["text"][0]
    assert (Comment.objects.count(), refused_by()) == (0, ["banned_words"])


def test_edit_meets_every_check_that_a_post_meets(say, reader, banned):
    comment = say("Всё хорошо")
    with pytest.raises(TextRefused):
        edit_comment(comment=comment, author=reader, text="Всё хорошо, негодяй")
    comment.refresh_from_db()
    assert (comment.text, comment.revision_number) == ("Всё хорошо", 1)
    assert refused_by(comment) == ["banned_words"]


def test_new_version_of_a_list_screens_at_once(site, say, banned):
    publish_word_list(
        site=site,
        name="banned-ru",
        kind=WordListVersion.Kind.SUSPECT,
        entries=["негодяй"],
        actor=None,
    )
    held = say("Вот же негодяи!")
    evidence = Revision.objects.get(comment=held).findings[0]["evidence"][0]
    assert held.state == State.HELD
    assert (evidence["text"], evidence["against"]) == ("негодяи", "негодяй")
    assert evidence["source"].startswith("banned-ru@")


@pytest.mark.parametrize("text", ["Вот же нег*дяй!", "Вот же negodyai!", "Вот же него дяй!"])
def test_word_that_only_looks_banned_is_held_with_the_form_it_looks_like(say, banned, text):
    held = say(text)
    (finding,) = Revision.objects.get(comment=held).findings
    assert held.state == State.HELD
    assert (finding["phase"], finding["outcome"]) == ("suspect_words", "hold")
    (evidence,) = finding["evidence"]
    assert (evidence["against"], evidence["looks_like"]) == ("негодяй", "негодяй")
    assert text[evidence["start"] : evidence["end"]] == evidence["text"]


def test_publication_may_switch_guessing_at_disguised_words_off(settings_of_site, say, banned):
    settings_of_site.hold_disguised_words = False
    settings_of_site.save(update_fields=["hold_disguised_words"])
    assert say("Вот же нег*дяй!").state == State.PUBLISHED
    with pytest.raises(TextRefused):
        say("Вот же негодяй!")


def test_rate_is_limited_by_the_persons_own_posts(settings_of_site, say, other_reader):
    settings_of_site.rates = [[2, 60]]
    settings_of_site.save(update_fields=["rates"])
    say("Первый комментарий")
    say("Второй комментарий")
    with pytest.raises(TooFast):
        say("Третий комментарий")
    assert say("Мой первый", by=other_reader).state == State.PUBLISHED


def test_rate_above_a_hundred_applies(settings_of_site, say, fill):
    settings_of_site.rates = [[150, 86_400]]
    settings_of_site.save(update_fields=["rates"])
    fill(149)
    say("Сто пятидесятый комментарий")
    with pytest.raises(TooFast):
        say("Сто пятьдесят первый комментарий")


def test_rate_above_a_hundred_does_not_make_trust_look_further_back(settings_of_site, say, fill):
    settings_of_site.rates = [[500, 86_400]]
    settings_of_site.trust_sample = 100
    settings_of_site.trusted_up_to = 0.1
    settings_of_site.save()
    oldest = [comment.pk for comment in fill(120)[:20]]
    Comment.objects.filter(pk__in=oldest).update(state=State.REMOVED, decided_at=timezone.now())
    assert say("Старое прощено").state == State.PUBLISHED


def test_rate_that_would_make_every_post_read_many_comments_is_refused(settings_of_site):
    settings_of_site.rates = [[LARGEST_RATE, 86_400]]
    settings_of_site.full_clean()
    settings_of_site.rates = [[LARGEST_RATE + 1, 86_400]]
    with pytest.raises(ValidationError) as refused:
        settings_of_site.full_clean()
    assert refused.value.messages == [
        "Ограничение может считать не больше 1000 комментариев: укажите меньшее число."
    ]


def test_no_more_comments_can_be_asked_of_newcomers_than_are_counted(settings_of_site):
    settings_of_site.newcomer_comments = settings_of_site.trust_sample = JUDGED_COMMENTS
    settings_of_site.full_clean()
    settings_of_site.newcomer_comments = settings_of_site.trust_sample = JUDGED_COMMENTS + 1
    with pytest.raises(ValidationError) as refused:
        settings_of_site.full_clean()
    assert set(refused.value.message_dict) == {"newcomer_comments", "trust_sample"}


@pytest.mark.parametrize(
    "rates",
    [
        [[3, LONGEST_RATE_SECONDS + 1]],
        [[3, 10**30]],
        [[10**30, 10]],
        [[True, True]],
        [[3, 1.5]],
        [[3, 10]] * (MOST_RATES + 1),
    ],
)
def test_rates_without_bounds_are_refused(settings_of_site, rates):
    settings_of_site.rates = rates
    with pytest.raises(ValidationError) as refused:
        settings_of_site.full_clean()
    assert list(refused.value.message_dict) == ["rates"]


@pytest.mark.parametrize(
    "name", ["edit_minutes", "close_after_days", "newcomer_hours", "rejected_texts_kept_days"]
)
def test_times_that_no_date_can_hold_are_refused(settings_of_site, name):
    setattr(settings_of_site, name, 2_000_000_000)
    with pytest.raises(ValidationError) as refused:
        settings_of_site.full_clean()
    assert list(refused.value.message_dict) == [name]


def test_stored_span_without_bounds_stops_nobody(settings_of_site, say):
    settings_of_site.rates = [[3, 10**30]]
    settings_of_site.save(update_fields=["rates"])
    assert say("Пишем как обычно").state == State.PUBLISHED


def test_stored_rate_beyond_the_limit_reads_no_more_posts(settings_of_site, say, fill, monkeypatch):
    monkeypatch.setattr(screening_facts, "LARGEST_RATE", 120)
    settings_of_site.rates = [[130, 86_400]]
    settings_of_site.save(update_fields=["rates"])
    fill(140)
    assert say("Предел никогда не достигается").state == State.PUBLISHED


def test_same_text_again_is_refused_and_from_another_is_held(say, other_reader):
    say(LONG)
    with pytest.raises(TextRefused):
        say(LONG.upper())
    assert say(LONG + "!", by=other_reader).state == State.HELD


def test_nearly_the_same_text_is_held(say, other_reader):
    long = " ".join(f"слово{n}" for n in range(60))
    say(long)
    assert say(long + " и ещё", by=other_reader).state == State.HELD


def test_muted_person_sees_until_when_and_cannot_post(say, sanction):
    sanction(Sanction.Kind.MUTE)
    with pytest.raises(UnderSanction) as refused:
        say("Пустите")
    assert "Отдохните" in str(refused.value.detail)
    assert "until" in refused.value.extra
    assert refused_by() == ["sanction"]


def test_person_under_premoderation_is_held(say, sanction):
    sanction(Sanction.Kind.PREMODERATION)
    assert say("Проверьте меня").state == State.HELD


def test_mode_of_a_section_holds_its_threads_alone(site, settings_of_site, say):
    settings_of_site.section_modes = {"politics": "premoderated"}
    settings_of_site.save(update_fields=["section_modes"])
    other = Thread.objects.create(site=site, key="p1", section="politics")
    assert say("Тут").state == State.PUBLISHED
    assert say("Там", into=other).state == State.HELD


def test_newcomers_first_comments_wait(settings_of_site, say, rulebook, editor):
    settings_of_site.newcomer_comments = 1
    settings_of_site.save(update_fields=["newcomer_comments"])
    first = say("Я здесь впервые")
    assert first.state == State.HELD
    decide(comment=first, decision=Decision(DecisionKind.APPROVE), editor=editor)
    assert say("А теперь сразу").state == State.PUBLISHED


def test_person_whose_comments_are_removed_loses_trust(say, rulebook, editor):
    for number in range(5):
        comment = say(f"Реклама номер {number}")
        decide(
            comment=comment,
            decision=Decision(DecisionKind.REMOVE, rule_code="advertising"),
            editor=editor,
        )
    assert say("Ещё одна").state == State.HELD


def test_editor_is_spared_what_the_table_says(say, thread, editor, banned):
    thread.mode = "premoderated"
    thread.save(update_fields=["mode"])
    assert say("Ответ редакции", by=editor).state == State.PUBLISHED
    with pytest.raises(TextRefused):
        say("Негодяй", by=editor)


def test_thread_closes_by_its_age(thread, settings_of_site, say):
    settings_of_site.close_after_days = 7
    settings_of_site.save(update_fields=["close_after_days"])
    say("Успел")
    Thread.objects.filter(pk=thread.pk).update(opened_at=timezone.now() - timedelta(days=8))
    with pytest.raises(ThreadClosed):
        say("Опоздал", into=Thread.objects.with_site().get(pk=thread.pk))


def test_every_verdict_is_kept_whole(say):
    verdict = say("Просто текст").revisions.get().verdict
    assert verdict["outcome"] == "publish"
    assert {"length", "sanction", "rate", "banned_words", "links"} <= {
        phase["phase"] for phase in verdict["phases"]
    }
