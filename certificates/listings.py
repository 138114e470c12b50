"""The lists that the pages and the API show. Each query reads only what its list needs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

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
WITHOUT_RISKS = "none"


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


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """Which certificates a registrar looks for."""

    programme: Programme | None = None
    status: str = ""
    typed: str = ""
    only_bounced: bool = False


def register(site: Site, wanted: RegisterFilter) -> CertificateQuerySet:
    rows = Certificate.objects.of_site(site).select_related("programme", "application__form")
    if wanted.programme:
        rows = rows.filter(programme=wanted.programme)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.typed:
        rows = rows.like(wanted.typed)
    return rows.bounced() if wanted.only_bounced else rows


def open_draft(programme: Programme, applicant: User) -> Application | None:
    return Application.objects.open_draft(programme, applicant)


def spellings_like(programme: Programme, typed: str) -> list[str]:
    return Institution.objects.like(programme, typed)


@dataclass(frozen=True, slots=True)
class ApplicationFilter:
    """Which applications a registrar looks for. `risk` may be `WITHOUT_RISKS`."""

    programme: Programme | None = None
    risk: str = ""
    typed: str = ""

    def applied_to(self, applications: ApplicationQuerySet) -> ApplicationQuerySet:
        if self.programme:
            applications = applications.filter(programme=self.programme)
        if self.risk == WITHOUT_RISKS:
            applications = applications.without_risks()
        elif self.risk:
            applications = applications.with_risk(self.risk)
        return applications.like(self.typed) if self.typed else applications


_ALL = ApplicationFilter()


def waiting(site: Site, wanted: ApplicationFilter = _ALL) -> ApplicationQuerySet:
    """Return the registrar's queue: the riskiest first, then the oldest."""
    applications = Application.objects.of_site(site).awaiting_decision().for_registrar()
    return wanted.applied_to(applications).by_risk()


def waiting_among(site: Site, chosen: Collection[int]) -> ApplicationQuerySet:
    return waiting(site).filter(pk__in=chosen)


def confirmed(
    site: Site, status: ApplicationStatus | None, wanted: ApplicationFilter = _ALL
) -> ApplicationQuerySet:
    """Return the confirmed applications in a status, or in any."""
    applications = Application.objects.of_site(site).for_registrar()
    shown = applications.filter(status=status) if status else applications.confirmed()
    return wanted.applied_to(shown)


def waiting_correction_of(certificate: Certificate) -> Application | None:
    return Application.objects.correcting(certificate).awaiting_decision().first()


def duplicates(application: Application) -> Sequence[Application]:
    if not application.duplicate_key:
        return []
    return list(Application.objects.duplicates_of(application)[:_DUPLICATES_SHOWN])


def imports(site: Site) -> ImportQuerySet:
    return Import.objects.of_site(site).select_related("programme")
