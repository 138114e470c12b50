from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, Sanction, User
from accounts.permissions import Permission, Person, can, require, require_person
from comments.models import (
    Appeal,
    BulkDecision,
    Comment,
    Complaint,
    DryRun,
    RejectedText,
    Report,
    RulebookDraft,
    RulebookVersion,
    Thread,
    UserNote,
    WordListVersion,
)
from comments.page_urls import is_key
from comments.rule_texts import RuleChange, RuleText, compare
from comments.states import State
from comments.thread_lookup import thread_keyed
from core.errors import NotFound
from core.models import Site
from core.sites import access_site


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """`stored` is None where nothing was written yet: `rules` are those in force then."""

    edition: int
    rules: Sequence[RuleText]
    in_force: Sequence[RuleText]
    stored: RulebookDraft | None

    @property
    def changes(self) -> Sequence[RuleChange]:
        return compare(self.in_force, self.rules)


def can_moderate(person: Person, site: Site) -> bool:
    return can(person, Permission.MODERATE, site)


def can_see_all_editors(person: Person, site: Site) -> bool:
    """The numbers of each editor; an editor without this sees their own."""
    return can(person, Permission.ADMINISTER, site)


def can_read(person: Person, thread: Thread) -> bool:
    return not thread.registered_only or can(person, Permission.READ_REGISTERED, thread.site)


def find_thread(site_slug: str, key: str, url: str = "") -> Thread:
    """Find a thread by key, else by page URL. A thread that does not exist is returned unsaved."""
    if not is_key(key):
        raise NotFound(_("A thread's key has up to 200 characters."))
    thread = thread_keyed(site_slug, key)
    if thread is not None:
        return thread
    site = access_site(site_slug)
    return Thread.objects.known_at(site, url or key) or Thread(site=site, key=key)


def access_thread(person: Person, site_slug: str, key: str) -> Thread:
    thread = find_thread(site_slug, key)
    if not can_read(person, thread):
        require(person, Permission.READ_REGISTERED, thread.site)
    return thread


def access_thread_for_posting(
    person: Person, site_slug: str, key: str, url: str = ""
) -> tuple[Thread, User]:
    thread = find_thread(site_slug, key, url)
    return thread, require(person, Permission.COMMENT, thread.site)


def access_preview(person: Person, site_slug: str) -> User:
    return require(person, Permission.COMMENT, access_site(site_slug))


def access_thread_for_update(person: Person, site_slug: str, key: str) -> tuple[Thread, User]:
    thread = find_thread(site_slug, key)
    return thread, require(person, Permission.MODERATE, thread.site)


def access_rulebook(site_slug: str, on: datetime | None = None) -> RulebookVersion:
    """The one in force now or at a time, for everybody to read."""
    site = access_site(site_slug)
    versions = RulebookVersion.objects
    version = versions.of_day(site, on) if on else versions.current(site)
    if version is None:
        raise (
            NotFound(_("This publication had not published its rules then."))
            if on
            else NotFound(_("This publication has not published its rules yet."))
        )
    return version


def access_rulebook_version(site: Site, number: int) -> RulebookVersion:
    """Return a published version by its number, for everybody to read."""
    version = RulebookVersion.objects.filter(site=site, number=number).first()
    if version is None:
        raise NotFound(_("This publication has no such version of its rules."))
    return version


def access_rulebook_draft(person: Person, site: Site) -> tuple[OpenDraft, User]:
    """Return the draft of the house rules, or the rules in force as edition 0."""
    editor = require(person, Permission.EDIT_RULEBOOK, site)
    draft = RulebookDraft.objects.select_related("base", "changed_by").filter(site=site).first()
    current = RulebookVersion.objects.current(site)
    in_force = current.texts if current else ()
    if draft is None:
        return OpenDraft(0, in_force, in_force, None), editor
    return OpenDraft(draft.edition, draft.texts, in_force, draft), editor


def access_rulebook_versions(person: Person, site: Site) -> Sequence[RulebookVersion]:
    """Every one that was published, the newest first."""
    require(person, Permission.EDIT_RULEBOOK, site)
    return list(RulebookVersion.objects.filter(site=site).prefetch_related("rules"))


def access_thread_of_desk(person: Person, thread_id: int) -> tuple[Thread, User]:
    thread = Thread.objects.with_site().filter(pk=thread_id).first()
    if thread is None:
        raise NotFound
    return thread, require(person, Permission.MODERATE, thread.site)


def access_comment(person: Person, comment_id: int) -> Comment:
    """To read it: what is not published is there for its author and the editors alone."""
    comment = _comment(comment_id)
    site = comment.thread.site
    if not can_read(person, comment.thread):
        require(person, Permission.READ_REGISTERED, site)
    is_mine = person.pk is not None and comment.author_id == person.pk
    # 404 and not 403: other people must not learn that a hidden comment exists.
    if comment.state != State.PUBLISHED and not is_mine and not can_moderate(person, site):
        raise NotFound
    return comment


def access_own_comment(person: Person, comment_id: int) -> tuple[Comment, User]:
    comment = access_comment(person, comment_id)
    author = require(person, Permission.COMMENT, comment.thread.site)
    if comment.author_id != author.pk:
        raise NotFound
    return comment, author


def access_public_comment(person: Person, comment_id: int) -> tuple[Comment, User]:
    """To react to it."""
    comment = access_comment(person, comment_id)
    reader = require(person, Permission.COMMENT, comment.thread.site)
    if comment.state != State.PUBLISHED:
        raise NotFound
    return comment, reader


def access_comment_for_report(person: Person, comment_id: int) -> tuple[Comment, User]:
    """Load a comment that was public at some time. The action reports one that is gone."""
    comment = _comment(comment_id)
    if not can_read(person, comment.thread):
        require(person, Permission.READ_REGISTERED, comment.thread.site)
    reader = require(person, Permission.REPORT, comment.thread.site)
    # Readers have never seen it, so there is nothing to report.
    if comment.published_at is None:
        raise NotFound
    return comment, reader


def access_comment_for_appeal(person: Person, comment_id: int) -> tuple[Comment, User]:
    """Load the person's own comment; sanctions do not prevent appeals."""
    comment = _comment(comment_id)
    # Not the right to comment, which a sanction takes away: an appeal must stay possible.
    author = require(person, Permission.READ_REGISTERED, comment.thread.site)
    if comment.author_id != author.pk:
        raise NotFound
    return comment, author


def access_person(actor: Person, user_id: int, site: Site) -> User:
    """Load a person for the editors: one who has done something in their publication.

    Others get `NotFound`, because accounts are shared by all publications of the installation.
    """
    require(actor, Permission.MODERATE, site)
    person = User.objects.filter(pk=user_id).first()
    if person is None or not _is_known(person, site):
        raise NotFound
    return person


def _is_known(person: User, site: Site) -> bool:
    traces: Iterable[QuerySet[Any]] = (
        Comment.objects.filter(author=person, thread__site=site),
        RejectedText.objects.filter(author=person, thread__site=site),
        Report.objects.filter(reporter=person, comment__thread__site=site),
        Complaint.objects.filter(author=person, site=site),
        Sanction.objects.filter(user=person, site=site),
        UserNote.objects.filter(user=person, site=site),
        Role.objects.filter(user=person, site=site),
    )
    return any(trace.exists() for trace in traces)


def access_author_for_sanction(person: Person, comment_id: int) -> tuple[Comment, User, User]:
    """The comment, its author, and the editor."""
    comment, editor = access_comment_for_decision(person, comment_id)
    if comment.author is None or not comment.author.is_active:
        raise NotFound(_("The author of this comment has no account any more."))
    return comment, comment.author, editor


def access_appeal(person: Person, appeal_id: int) -> tuple[Appeal, User]:
    """To decide on it."""
    appeal = Appeal.objects.for_desk().filter(pk=appeal_id).first()
    if appeal is None:
        raise NotFound
    return appeal, require(person, Permission.MODERATE, appeal.comment.thread.site)


def access_complaint(person: Person, complaint_id: int) -> tuple[Complaint, User]:
    """On the desk; with the editor."""
    complaint = Complaint.objects.for_desk().filter(pk=complaint_id).first()
    if complaint is None:
        raise NotFound
    return complaint, require(person, Permission.MODERATE, complaint.site)


def access_own_complaints(person: Person, site: Site) -> QuerySet[Complaint]:
    author = require(person, Permission.READ_REGISTERED, site)
    return Complaint.objects.written_by(author, site)


def access_sent_complaint(token: str, *, salt: str) -> Complaint:
    """By the address that its sender was led to."""
    try:
        complaint_id = signing.loads(token, salt=salt)
    except signing.BadSignature as error:
        raise NotFound from error
    complaint = Complaint.objects.select_related("site", "author").filter(pk=complaint_id).first()
    if complaint is None:
        raise NotFound
    return complaint


def access_own_reports(person: Person, site: Site) -> User:
    return require(person, Permission.READ_REGISTERED, site)


def access_own_notifications(person: Person) -> User:
    """Load the person for their notifications, which stay readable under sanctions."""
    return require_person(person)


def access_comment_for_decision(person: Person, comment_id: int) -> tuple[Comment, User]:
    comment = _comment(comment_id)
    return comment, require(person, Permission.MODERATE, comment.thread.site)


def access_audit_log(person: Person, comment_id: int) -> Comment:
    comment = _comment(comment_id)
    require(person, Permission.READ_RECORD, comment.thread.site)
    return comment


def access_word_lists(person: Person, site: Site) -> User:
    return require(person, Permission.EDIT_RULEBOOK, site)


def access_current_word_lists(person: Person, site: Site) -> QuerySet[WordListVersion]:
    access_word_lists(person, site)
    return WordListVersion.objects.current(site.pk)


def access_word_list(person: Person, site: Site, name: str) -> Sequence[WordListVersion]:
    """Its versions, the newest first."""
    access_word_lists(person, site)
    versions = list(WordListVersion.objects.versions(site, name))
    if not versions:
        raise NotFound
    return versions


def access_word_list_version(
    person: Person, site: Site, name: str, number: int
) -> tuple[WordListVersion, WordListVersion | None]:
    """One version, and the one before it."""
    versions = access_word_list(person, site, name)
    version = next((version for version in versions if version.number == number), None)
    if version is None:
        raise NotFound
    earlier = (version for version in versions if version.number < number)
    return version, next(earlier, None)


def access_dry_run(person: Person, dry_run_id: int) -> tuple[DryRun, User]:
    run = DryRun.objects.select_related("site").filter(pk=dry_run_id).first()
    if run is None:
        raise NotFound
    return run, access_word_lists(person, run.site)


def access_bulk_decision(person: Person, bulk_decision_id: int) -> tuple[BulkDecision, User]:
    bulk_decision = BulkDecision.objects.select_related("site").filter(pk=bulk_decision_id).first()
    if bulk_decision is None:
        raise NotFound
    return bulk_decision, require(person, Permission.MODERATE, bulk_decision.site)


def access_desk(person: Person, site: Site) -> User:
    return require(person, Permission.MODERATE, site)


def _comment(comment_id: int) -> Comment:
    comment = (
        Comment.objects.select_related("author", "thread__site__comment_settings")
        .filter(pk=comment_id)
        .first()
    )
    if comment is None:
        raise NotFound
    return comment
