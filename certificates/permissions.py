import re

from accounts.models import User
from accounts.permissions import Permission, Person, can, require
from certificates.models import (
    AnswerFile,
    Application,
    Certificate,
    Import,
    Programme,
    Template,
    TemplateVersion,
)
from certificates.numbers import read_codes, read_number
from certificates.querysets import CertificateQuerySet
from core.errors import NotFound, SignInRequired
from core.models import Site


def can_decide(person: Person, site: Site) -> bool:
    return can(person, Permission.DECIDE_APPLICATIONS, site)


def require_registrar(person: Person, site: Site) -> User:
    return require(person, Permission.DECIDE_APPLICATIONS, site)


def require_applicant(person: Person, site: Site) -> User:
    return require(person, Permission.APPLY, site)


def access_programme(site: Site, slug: str) -> Programme:
    """Return a programme. Programmes are public, so no permission is needed."""
    programme = Programme.objects.of_site(site).filter(slug=slug).first()
    if programme is None:
        raise NotFound
    return programme


def access_application(person: Person, application_id: int) -> Application:
    """Return an application to its applicant or a registrar. Others get `NotFound`."""
    if not isinstance(person, User):
        raise SignInRequired
    application = _application(application_id)
    # NotFound and not NotPermitted, so that ids do not reveal how many applications there are.
    if application.applicant_id != person.pk and not can_decide(person, application.programme.site):
        raise NotFound
    return application


def access_own_application(person: Person, application_id: int) -> Application:
    if not isinstance(person, User):
        raise SignInRequired
    application = _application(application_id)
    if application.applicant_id != person.pk:
        raise NotFound
    return application


def access_file(person: Person, application_id: int, file_id: int) -> AnswerFile:
    application = access_application(person, application_id)
    file = application.files.filter(pk=file_id).first()
    if file is None:
        raise NotFound
    return file


def access_answer_file(person: Person, application_id: int, question: str) -> AnswerFile:
    """Return the file that is the current answer to the question."""
    application = access_application(person, application_id)
    file = application.files.answering(question, application.answers.get(question, ""))
    if file is None:
        raise NotFound
    return file


def access_application_for_decision(person: Person, application_id: int) -> Application:
    if not isinstance(person, User):
        raise SignInRequired
    application = _application(application_id)
    require(person, Permission.DECIDE_APPLICATIONS, application.programme.site)
    return application


def _application(application_id: int) -> Application:
    application = (
        Application.objects.select_related("programme__site", "form", "applicant", "certificate")
        .filter(pk=application_id)
        .first()
    )
    if application is None:
        raise NotFound
    return application


def access_certificate(person: Person, typed_number: str) -> Certificate:
    """Return a certificate to its holder or a registrar. Others get `NotFound`."""
    if not isinstance(person, User):
        raise SignInRequired
    certificate = find_by_number(typed_number)
    # NotFound in both cases: numbers are sequential, and a 403 would tell which exist.
    if certificate is None or not (
        certificate.application.applicant_id == person.pk
        or can_decide(person, certificate.programme.site)
    ):
        raise NotFound
    return certificate


def access_own_certificate(person: Person, typed_number: str) -> Certificate:
    """Return a certificate to its holder alone. A registrar cannot act in the holder's place."""
    certificate = access_certificate(person, typed_number)
    if certificate.application.applicant_id != person.pk:
        raise NotFound
    return certificate


def access_certificate_by_email(site: Site, typed_number: str, email: str) -> Certificate:
    """Return a certificate to a person who has proved the address to which it was sent."""
    number = read_number(typed_number)
    sent = _certificates().of_site(site).of_address(email)
    certificate = sent.filter(number=number, erased_at=None).first() if number else None
    if certificate is None:
        raise NotFound
    return certificate


def access_certificate_for_update(person: Person, typed_number: str) -> Certificate:
    certificate = access_certificate(person, typed_number)
    require(person, Permission.DECIDE_APPLICATIONS, certificate.programme.site)
    return certificate


def access_certificate_for_email(person: Person, typed_number: str, email: str) -> Certificate:
    """Return a certificate to send it again. Only a registrar may send it to another address."""
    certificate = access_certificate(person, typed_number)
    if email and email != certificate.email:
        require(person, Permission.DECIDE_APPLICATIONS, certificate.programme.site)
    return certificate


def access_import(person: Person, import_id: int) -> tuple[Import, User]:
    if not isinstance(person, User):
        raise SignInRequired
    source = Import.objects.select_related("programme__site", "form").filter(pk=import_id).first()
    if source is None:
        raise NotFound
    return source, require_registrar(person, source.programme.site)


def find_by_number(typed: str) -> Certificate | None:
    """Find a certificate without asking who is looking. None if no certificate has this number."""
    number = read_number(typed)
    return _certificates().filter(number=number).first() if number else None


def find_by_code(typed: str) -> Certificate | None:
    codes = read_codes(typed)
    return _certificates().filter(code__in=codes).first() if codes else None


def find_by_digest(digest: str) -> Certificate | None:
    """Find a certificate by the SHA-256 of its document or archive copy, in hexadecimal."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        return None
    # Two queries, each by its own index; one with OR over two tables may use neither.
    by_document = _certificates().filter(document_digest=digest).first()
    return by_document or _certificates().filter(archived__digest=digest).first()


def _certificates() -> CertificateQuerySet:
    return Certificate.objects.select_related(
        "application__form", "programme__site", "template", "seal", "archived"
    )


def require_programme_editor(person: Person, site: Site) -> User:
    return require(person, Permission.EDIT_PROGRAMMES, site)


def access_programme_for_update(person: Person, site: Site, slug: str) -> Programme:
    require_programme_editor(person, site)
    return access_programme(site, slug)


def access_template(person: Person, site: Site, template_id: int) -> Template:
    """Return a template to those who may read it. Another publication's template is `NotFound`."""
    require_template_reader(person, site)
    template: Template | None = Template.objects.of_site(site).filter(pk=template_id).first()
    if template is None:
        raise NotFound
    return template


def access_template_for_update(person: Person, site: Site, template_id: int) -> Template:
    require_template_editor(person, site)
    return access_template(person, site, template_id)


def access_template_version_for_update(
    person: Person, site: Site, template_id: int, number: int
) -> TemplateVersion:
    return _version(access_template_for_update(person, site, template_id), number)


def _version(template: Template, number: int) -> TemplateVersion:
    version = template.versions.select_related("template__site").filter(number=number).first()
    if version is None:
        raise NotFound
    return version


def require_template_reader(person: Person, site: Site) -> User:
    return require(person, Permission.READ_TEMPLATES, site)


def require_template_editor(person: Person, site: Site) -> User:
    return require(person, Permission.EDIT_TEMPLATES, site)
