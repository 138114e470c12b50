"""The lists that the pages and the API show. Each query reads only what its list needs."""

from collections.abc import Collection, Sequence

from django.db.models import Q, QuerySet

from accounts.models import User
from certificates.models import (
    Application,
    ArchivedDocument,
    Certificate,
    Import,
    Institution,
    Programme,
    Template,
)
from certificates.querysets import (
    ApplicationQuerySet,
    CertificateQuerySet,
    ImportQuerySet,
    ProgrammeQuerySet,
)
from certificates.states import ApplicationStatus
from core.models import Site

_DUPLICATES_SHOWN = 5


def programmes(site: Site) -> ProgrammeQuerySet:
    return Programme.objects.of_site(site)


def usable_templates(site: Site) -> QuerySet[Template]:
    return Template.objects.of_site(site).usable()


def offered_templates(programme: Programme) -> QuerySet[Template]:
    """Return the templates to choose from: usable ones, and the one that the programme has."""
    usable = Q(pk__in=usable_templates(programme.site).values("pk"))
    return Template.objects.of_site(programme.site).filter(usable | Q(pk=programme.template_id))


def applications_of(applicant: User) -> ApplicationQuerySet:
    return Application.objects.of_applicant(applicant).for_list()


def certificates_of(holder: User) -> CertificateQuerySet:
    return Certificate.objects.of_holder(holder).select_related("programme__site")


def certificates_sent_to(site: Site, email: str) -> CertificateQuerySet:
    return (
        Certificate.objects.of_site(site)
        .of_address(email)
        .select_related("application", "programme__site")
    )


def archive_copy_of(certificate: Certificate) -> ArchivedDocument | None:
    return ArchivedDocument.objects.filter(certificate=certificate).first()


def register(site: Site, *, typed: str = "", only_bounced: bool = False) -> CertificateQuerySet:
    rows = Certificate.objects.of_site(site).select_related("programme")
    if typed:
        rows = rows.like(typed)
    return rows.bounced() if only_bounced else rows


def open_draft(programme: Programme, applicant: User) -> Application | None:
    return Application.objects.open_draft(programme, applicant)


def spellings_like(programme: Programme, typed: str) -> list[str]:
    return Institution.objects.like(programme, typed)


def waiting(site: Site) -> ApplicationQuerySet:
    """Return the registrar's queue: the riskiest first, then the oldest."""
    return Application.objects.of_site(site).awaiting_decision().by_risk()


def waiting_among(site: Site, chosen: Collection[int]) -> ApplicationQuerySet:
    return waiting(site).filter(pk__in=chosen)


def in_status(site: Site, status: ApplicationStatus) -> ApplicationQuerySet:
    return Application.objects.of_site(site).filter(status=status).for_list()


def duplicates(application: Application) -> Sequence[Application]:
    if not application.duplicate_key:
        return []
    return list(Application.objects.duplicates_of(application)[:_DUPLICATES_SHOWN])


def imports(site: Site) -> ImportQuerySet:
    return Import.objects.of_site(site).select_related("programme")
