import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict

import orjson
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from comments.house_rules.default_rules import DEFAULT_RULES
from comments.models import CommentSettings, Rule, RulebookDraft, RulebookVersion
from comments.rule_texts import RuleText
from comments.states import AuthorNotice, Placeholder
from core.bounds import Bound, bounded
from core.errors import Conflict, InvalidInput, NotFound, StrOrPromise
from core.models import Site

_CODE = re.compile(r"[-a-zA-Z0-9_]{1,50}")
_LONGEST_TITLE = 200
_LONGEST_TEXT, _MOST_RULES = 10_000, 200


class DraftChanged(Conflict):
    """`extra`: the present `edition`, 0 where there is no draft any more."""

    code = "draft_changed"
    title = _("Another editor has changed this draft")


class RulesMovedOn(Conflict):
    """`extra`: the `version` in force."""

    code = "rules_moved_on"
    title = _(
        "Other rules were published since this draft was begun. Compare it with them and save it."
    )


@bounded(rules=Bound(_LONGEST_TEXT, items=_MOST_RULES))
@transaction.atomic(durable=True)
def publish_rulebook(
    *, site: Site, rules: Sequence[RuleText], actor: User | None
) -> RulebookVersion:
    """Publish a complete, immutable version of the house rules and put it in force.

    Publishing the rules that are in force creates no version.
    """
    if actor is not None:
        require(actor, Permission.EDIT_RULEBOOK, site)
    _lock(site)
    return _publish(site, rules, actor)


@transaction.atomic(durable=True)
def install_default_rules(*, site: Site) -> RulebookVersion:
    """The usual house rules and settings, for a publication that has none; else what it has."""
    _lock(site)
    CommentSettings.objects.get_or_create(site=site)
    return RulebookVersion.objects.current(site) or _write(site, 1, DEFAULT_RULES, None)


@bounded(rules=Bound(_LONGEST_TEXT, items=_MOST_RULES))
@transaction.atomic(durable=True)
def save_draft(
    *, site: Site, rules: Sequence[RuleText], actor: User, edition: int
) -> RulebookDraft:
    """Save the draft with all its rules, which may be incomplete.

    `edition` is the one that the editor saw, 0 without a draft; any other raises
    `DraftChanged`. Saving marks the draft as compared with the rules in force.
    """
    require(actor, Permission.EDIT_RULEBOOK, site)
    _lock(site)
    draft = _draft(site, edition) or RulebookDraft(site=site, edition=0)
    draft.rules = [asdict(rule) for rule in rules]
    draft.base = RulebookVersion.objects.current(site)
    draft.edition += 1
    draft.changed_by = actor
    draft.save()
    return draft


@transaction.atomic(durable=True)
def publish_draft(*, site: Site, actor: User, edition: int) -> RulebookVersion:
    """The draft as a whole becomes the rules in force, and is a draft no more."""
    require(actor, Permission.EDIT_RULEBOOK, site)
    _lock(site)
    draft = _draft(site, edition)
    if draft is None:
        raise NotFound(_("There is no draft to publish."))
    current = RulebookVersion.objects.current(site)
    # The editor has compared the draft with other rules than those in force. Publishing now would
    # silently undo a version that was published since.
    if current is not None and draft.base_id != current.pk:
        raise RulesMovedOn(extra={"version": current.number})
    version = _publish(site, draft.texts, actor)
    draft.delete()
    return version


@transaction.atomic(durable=True)
def discard_draft(*, site: Site, actor: User, edition: int) -> None:
    require(actor, Permission.EDIT_RULEBOOK, site)
    _lock(site)
    if draft := _draft(site, edition):
        draft.delete()


def _lock(site: Site) -> None:
    """One at a time writes the rules of a publication."""
    Site.objects.select_for_update().get(pk=site.pk)


def _draft(site: Site, edition: int) -> RulebookDraft | None:
    draft = RulebookDraft.objects.filter(site=site).first()
    present = draft.edition if draft else 0
    if present != edition:
        raise DraftChanged(extra={"edition": present})
    return draft


def digest_of(rules: Sequence[RuleText]) -> str:
    """SHA-256 over the rules as sorted JSON, in their order: the same book, the same digest."""
    # The order counts: readers see the rules in it. Sorted keys make the digest independent of
    # Python.
    document = [asdict(rule) for rule in rules]
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _publish(site: Site, rules: Sequence[RuleText], actor: User | None) -> RulebookVersion:
    _require_whole(rules)
    current = RulebookVersion.objects.current(site)
    if current is not None and current.digest == digest_of(rules):
        return current
    return _write(site, current.number + 1 if current else 1, rules, actor)


def _require_whole(rules: Sequence[RuleText]) -> None:
    faults = list(_faults(rules))
    if faults:
        raise InvalidInput({"rules": faults})


def _faults(rules: Sequence[RuleText]) -> Iterator[StrOrPromise]:
    codes = [rule.code for rule in rules]
    if not codes:
        yield _("A rulebook has at least one rule.")
    if len(set(codes)) != len(codes):
        yield _("Two rules have the same code.")
    for number, rule in enumerate(rules, start=1):
        for fault in _faults_of(rule):
            yield fault % {"number": number}


def _faults_of(rule: RuleText) -> Iterator[StrOrPromise]:
    if not _CODE.fullmatch(rule.code):
        yield _("Rule %(number)s: its code has Latin letters, digits, “-” and “_”, up to 50.")
    if not rule.title_ru.strip() or not rule.text_ru.strip():
        yield _("Rule %(number)s: write its title and its text in Russian.")
    if max(len(rule.title_ru), len(rule.title_en)) > _LONGEST_TITLE:
        yield _("Rule %(number)s: its title has at most 200 characters.")
    if rule.placeholder not in {"", *Placeholder.values} or rule.author_notice not in {
        "",
        *AuthorNotice.values,
    }:
        yield _("Rule %(number)s: choose what is shown and told from the list.")


def _write(
    site: Site, number: int, rules: Sequence[RuleText], actor: User | None
) -> RulebookVersion:
    version = RulebookVersion.objects.create(
        site=site,
        number=number,
        digest=digest_of(rules),
        published_by_id=actor.pk if actor else None,
    )
    Rule.objects.bulk_create(
        Rule(version=version, position=position, **asdict(rule))
        for position, rule in enumerate(rules, start=1)
    )
    return version
