from collections.abc import Sequence
from itertools import product

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import record_setting, setting_values
from accounts.models import User
from accounts.permissions import Permission, require
from certificates.document_templates.state_changes import install_default_template
from certificates.fields import Field, FieldKind, fields_to_json
from certificates.form.codes import code_from
from certificates.form.defaults import DEFAULT_PROGRAMMES, DefaultProgramme
from certificates.models import FormVersion, Programme, Template
from certificates.numbers import PREFIX_LETTERS
from certificates.rendering import prints_dative
from core.bounds import Bound, bounded
from core.errors import DomainError
from core.models import Site

_LONGEST_PREFIX = 4
# The page of a new programme has this URL: certificates/web/urls.py.
_TAKEN_BY_PAGES = frozenset({"new"})


class UnusableForm(DomainError):
    code = "unusable_form"
    status = 422
    title = _("A form cannot be like this")


@transaction.atomic(durable=True)
def install_default_programmes(*, site: Site) -> None:
    """Create the default programmes of a new site; existing programmes are not changed."""
    for default in DEFAULT_PROGRAMMES:
        _install(site, default)


def _install(site: Site, default: DefaultProgramme) -> None:
    programme, created = Programme.objects.get_or_create(
        site=site,
        slug=default.slug,
        defaults={
            "title_ru": default.title_ru,
            "title_en": default.title_en,
            "summary_ru": default.summary_ru,
            "summary_en": default.summary_en,
            "statement_ru": default.statement_ru,
            "statement_en": default.statement_en,
            "template": install_default_template(site, default.template),
            "number_prefix": free_prefix(default.number_prefix),
            "approval": Programme.Approval.AUTOMATIC,
        },
    )
    if created:
        _publish(programme, default.fields, actor=None)


def free_prefix(wanted: str) -> str:
    """Return a prefix that no programme has, because only the prefix tells their numbers apart."""
    used = set(Programme.objects.values_list("number_prefix", flat=True))
    endings = (
        "".join(letters) for size in range(5) for letters in product(PREFIX_LETTERS, repeat=size)
    )
    candidates = (f"{wanted}{ending}"[:_LONGEST_PREFIX] for ending in endings)
    return next(candidate for candidate in candidates if candidate and candidate not in used)


def is_taken(site: Site, slug: str) -> bool:
    return slug in _TAKEN_BY_PAGES or Programme.objects.of_site(site).filter(slug=slug).exists()


def free_slug(site: Site, title: str) -> str:
    taken = {*Programme.objects.of_site(site).values_list("slug", flat=True), *_TAKEN_BY_PAGES}
    return code_from(title, taken=taken, joined_by="-", otherwise="programme")


@transaction.atomic(durable=True)
def create_programme(*, programme: Programme, actor: User) -> None:
    """Create a programme with the form of the first default one, for the registrar to change."""
    require(actor, Permission.EDIT_PROGRAMMES, programme.site)
    programme.save()
    record_setting(row=programme, site=programme.site, before={}, actor=actor)
    _publish(programme, DEFAULT_PROGRAMMES[0].fields, actor)


@bounded(changed=Bound(100))
@transaction.atomic(durable=True)
def configure_programme(*, programme: Programme, changed: Sequence[str], actor: User) -> None:
    """Save changed settings. They do not change issued certificates: their data is frozen."""
    require(actor, Permission.EDIT_PROGRAMMES, programme.site)
    before = setting_values(programme)
    saved = list(changed)
    if "template" in changed:
        newest = programme.forms.newest()
        if newest is not None:
            _check_dative(newest.fields, programme.template)
        programme.template_chosen_at = timezone.now()
        saved.append("template_chosen_at")
    programme.save(update_fields=saved)
    record_setting(row=programme, site=programme.site, before=before, actor=actor)


@bounded(fields=Bound(20_000))
@transaction.atomic(durable=True)
def publish_form(
    *, programme: Programme, fields: Sequence[Field], actor: User | None
) -> FormVersion:
    """Publish a new version of the form. Applications that have begun keep the old one.

    Without an actor it is the program's.
    """
    if actor is not None:
        require(actor, Permission.EDIT_PROGRAMMES, programme.site)
    check_form(fields)
    _check_dative(fields, programme.template)
    # Publications of one form take turns, because each gets the next version number.
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    newest = locked.forms.newest()
    # Publishing an unchanged form, for example by a second click, makes no new version.
    if newest is not None and newest.fields == tuple(fields):
        return newest
    return _publish(locked, fields, actor)


def check_form(fields: Sequence[Field]) -> None:
    """Require what every document needs: the holder's name, and an address to send it to."""
    kinds = {field.kind for field in fields}
    if not (FieldKind.FULL_NAME in kinds or {FieldKind.SURNAME, FieldKind.GIVEN_NAME} <= kinds):
        raise UnusableForm(_("Ask for the surname and the given name, or for the full name."))
    if FieldKind.EMAIL not in kinds:
        raise UnusableForm(_("Ask for an e-mail address: we send the document there."))
    if len({field.key for field in fields}) < len(fields):
        raise UnusableForm(_("Two questions have the same code."))


def _check_dative(fields: Sequence[Field], template: Template) -> None:
    """Refuse to ask for the name in the dative where the template prints only the nominative."""
    asks = any(field.kind is FieldKind.DATIVE_NAME for field in fields)
    if asks and template.active is not None and not prints_dative(template.active.source):
        raise UnusableForm(
            _(
                "The template of this programme does not print the name in the dative: leave this "
                "question out or choose another template."
            )
        )


def _publish(programme: Programme, fields: Sequence[Field], actor: User | None) -> FormVersion:
    newest = programme.forms.newest()
    return FormVersion.objects.create(
        programme=programme,
        version=newest.version + 1 if newest else 1,
        questions=fields_to_json(fields),
        published_by=actor,
    )
