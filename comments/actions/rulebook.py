import hashlib
from collections.abc import Sequence
from dataclasses import asdict

import orjson
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models import CommentSettings, Rule, RulebookVersion
from comments.starting_rulebook import STARTING_RULES, RuleText
from core.errors import InvalidInput
from core.models import Site


@transaction.atomic(durable=True)
def publish_rulebook(
    *, site: Site, rules: Sequence[RuleText], actor: User | None
) -> RulebookVersion:
    """A new version, whole: from now on decisions rest on it, and nobody can change it.

    Publishing what is in force already makes no version.
    """
    Site.objects.select_for_update().get(pk=site.pk)
    _require_whole(rules)
    current = RulebookVersion.objects.current(site)
    digest = digest_of(rules)
    if current is not None and current.digest == digest:
        return current
    return _write(site, current.number + 1 if current else 1, rules, actor)


@transaction.atomic(durable=True)
def adopt_starting_rulebook(*, site: Site) -> RulebookVersion:
    """The usual house rules and settings, for a publication that has none; else what it has."""
    Site.objects.select_for_update().get(pk=site.pk)
    CommentSettings.objects.get_or_create(site=site)
    return RulebookVersion.objects.current(site) or _write(site, 1, STARTING_RULES, None)


def digest_of(rules: Sequence[RuleText]) -> str:
    """SHA-256 over the rules as sorted JSON, in their order: the same book, the same digest."""
    document = [asdict(rule) for rule in rules]
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _require_whole(rules: Sequence[RuleText]) -> None:
    codes = [rule.code for rule in rules]
    if not codes:
        raise InvalidInput({"rules": [_("A rulebook has at least one rule.")]})
    if len(set(codes)) != len(codes):
        raise InvalidInput({"rules": [_("Two rules have the same code.")]})


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
