from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from certificates import questions
from certificates.fields import Field
from certificates.models import FormVersion, Programme
from certificates.numbers import PREFIX_LETTERS
from certificates.starting import STARTING_PROGRAMMES, StartingProgramme
from core.models import Site


@transaction.atomic(durable=True)
def adopt_starting_programmes(*, site: Site) -> None:
    """«Свидетельство о публикации» and «Сертификат участника»; those that exist are left alone."""
    for starting in STARTING_PROGRAMMES:
        _adopt(site, starting)


def _adopt(site: Site, starting: StartingProgramme) -> None:
    programme, created = Programme.objects.get_or_create(
        site=site,
        slug=starting.slug,
        defaults={
            "title_ru": starting.title_ru,
            "title_en": starting.title_en,
            "summary_ru": starting.summary_ru,
            "summary_en": starting.summary_en,
            "statement_ru": starting.statement_ru,
            "statement_en": starting.statement_en,
            "template": starting.template,
            "number_prefix": _free_prefix(starting.number_prefix),
            "approval": Programme.Approval.AUTOMATIC,
        },
    )
    if created:
        _publish(programme, starting.fields, actor=None)


def _free_prefix(wanted: str) -> str:
    """Numbers are told apart by their letters alone, so no two programmes share them."""
    taken = set(Programme.objects.values_list("number_prefix", flat=True))
    candidates = [wanted, *(wanted + letter for letter in PREFIX_LETTERS)]
    return next(candidate for candidate in candidates if candidate not in taken)


@transaction.atomic(durable=True)
def publish_form(*, programme: Programme, fields: Sequence[Field], actor: User) -> FormVersion:
    """A new version for applications begun from now on; those under way keep theirs."""
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    newest = locked.forms.newest()
    if newest is not None and questions.load(newest.questions) == tuple(fields):
        return newest
    return _publish(locked, fields, actor)


def _publish(programme: Programme, fields: Sequence[Field], actor: User | None) -> FormVersion:
    newest = programme.forms.newest()
    return FormVersion.objects.create(
        programme=programme,
        version=newest.version + 1 if newest else 1,
        questions=questions.dump(fields),
        published_by=actor,
    )
