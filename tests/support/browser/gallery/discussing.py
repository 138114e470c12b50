"""Data for readers' pages and the desk, created through the product's own actions."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils import timezone

from accounts.actions import Subject
from accounts.models import Sanction, User
from comments.actions import (
    BulkTarget,
    Decision,
    decide,
    impose_sanction_under_rule,
    make_appeal,
    make_bulk_decision,
    mute_person,
    post_comment,
    report_comment,
    save_draft,
    send_complaint,
    start_dry_run,
)
from comments.house_rules.default_rules import DEFAULT_RULES
from comments.models import (
    Appeal,
    BulkDecision,
    Comment,
    CommentSettings,
    Complaint,
    DryRun,
    EmailSettings,
    RulebookDraft,
)
from comments.moderation.complaints import Sender
from comments.permissions import find_thread
from comments.states import AuthorNotice, BulkDecisionStatus, DecisionKind, ItemStatus, State
from core.models import Site
from demo.articles import ARTICLES

SHOUT = "ВСЕ ПИШУТ ГРОМКО И ТОЛЬКО ЗАГЛАВНЫМИ, ЗНАЧИТ, ТАК ЗДЕСЬ ПРИНЯТО"
OPINION = (
    "Мой сын учится на втором курсе. Практику на предприятии он ждёт больше, чем каникулы: там "
    "ему доверили настоящую работу, а не макет."
)
QUESTION = "А где посмотреть записи выступлений? На сайте колледжа их нет."
REMARK = "В подписи к снимку перепутаны Калуга и Тула. Исправьте, пожалуйста."


@dataclass(frozen=True, slots=True)
class Talk:
    published: Comment
    held: Comment
    own_held: Comment
    removed: Comment
    appeal: Appeal
    complaint: Complaint
    bulk_decision: BulkDecision
    dry_run: DryRun
    failed_bulk_decision: BulkDecision
    failed_dry_run: DryRun


def talk(*, reader: User, author: User, editor: User) -> Talk:
    site = Site.objects.get()
    CommentSettings.objects.update(rates=[])
    EmailSettings.objects.update_or_create(site=site, defaults={"appeal_days": 14})
    published = _say(author, OPINION, editor)
    answer = _say(reader, "Спасибо, что рассказали! А какой это завод?", editor, published)
    _say(author, f"@{reader.display_name} приборостроительный, в Чайковском.", editor, answer)
    report_comment(comment=published, reporter=editor, rule_code="insults", note="Взгляните.")
    mute_person(reader=reader, person_id=editor.pk)
    removed = decide(
        comment=_say(reader, "Да что вы в этом понимаете, диванные педагоги!", editor),
        decision=Decision(
            DecisionKind.REMOVE,
            rule_code="insults",
            author_notice=AuthorNotice.RULE,
            explanation="Спорьте с доводами, а не с людьми.",
        ),
        editor=editor,
    )
    report_comment(comment=_say(author, QUESTION, editor), reporter=reader, rule_code="insults")
    bulk_decision = make_bulk_decision(
        site=site,
        decision=Decision(DecisionKind.APPROVE),
        editor=editor,
        target=BulkTarget(ids=[_post(author, "ЧИТАЙТЕ ВНИМАТЕЛЬНЕЕ, ТАМ ВСЁ НАПИСАНО").pk]),
    )
    sender = Sender(user=reader, name=reader.display_name, email=reader.email, address="")
    impose_sanction_under_rule(
        site=site,
        subject=Subject.person(author),
        kind=Sanction.Kind.PREMODERATION,
        editor=editor,
        rule_code="insults",
        ends_at=timezone.now() + timedelta(days=7),
    )
    if not RulebookDraft.objects.exists():
        _draft_rules(site, editor)
    return Talk(
        published=published,
        held=_post(author, SHOUT),
        own_held=_post(reader, SHOUT.lower().upper()[:50]),
        removed=removed,
        appeal=make_appeal(comment=removed, author=reader, text="Здесь никого не назвали."),
        complaint=send_complaint(site=site, text=REMARK, sender=sender),
        bulk_decision=bulk_decision,
        dry_run=start_dry_run(site=site, entries=["завод"], editor=editor),
        failed_bulk_decision=_failed_bulk_decision(site, editor),
        failed_dry_run=DryRun.objects.create(
            site=site,
            editor=editor,
            entries=["завод"],
            since=timezone.now() - timedelta(days=90),
            total=1_200,
            examined=500,
            matched=3,
            matched_published=1,
            failed_at=timezone.now(),
        ),
    )


def _failed_bulk_decision(site: Site, editor: User) -> BulkDecision:
    """Return one that an error on our side has stopped; no task runs for it."""
    failed = BulkDecision.objects.create(
        site=site,
        editor=editor,
        decision=DecisionKind.APPROVE,
        status=BulkDecisionStatus.FAILED,
    )
    for number, comment in enumerate(Comment.objects.filter(site=site)[:3]):
        status = ItemStatus.WAITING if number else ItemStatus.DONE
        failed.items.create(comment=comment, state=State.HELD, status=status)
    return failed


def _draft_rules(site: Site, editor: User) -> None:
    law, insults, *others = DEFAULT_RULES
    milder = replace(insults, title_ru="Оскорбления", title_en="Insults")
    save_draft(site=site, rules=[milder, law, *others[:-1]], actor=editor, edition=0)


def _say(author: User, text: str, editor: User, parent: Comment | None = None) -> Comment:
    comment = _post(author, text, parent)
    if comment.state == "held":
        comment = decide(comment=comment, decision=Decision(DecisionKind.APPROVE), editor=editor)
    return comment


def _post(author: User, text: str, parent: Comment | None = None) -> Comment:
    thread = find_thread("vesti", ARTICLES[0].key)
    parent_id = parent.pk if parent else None
    return post_comment(author=author, thread=thread, text=text, parent_id=parent_id)
