"""The certificates' part of exporting and erasing the data of an account."""

from collections.abc import Iterator

from accounts.actions import ExportedFile, OwnDataPart, as_json, contribute
from accounts.models import ErasureRequest, User
from certificates.models import AnswerFile, Application, Certificate
from certificates.register.downloads import file_name
from certificates.register.erasure import erase_applicant


def contribute_own_part() -> None:
    contribute(OwnDataPart("certificates", export=export, erase=erase))


def export(user: User) -> Iterator[ExportedFile]:
    applications = Application.objects.of_applicant(user).values(
        "id", "programme__slug", "status", "answers", "note", "created_at", "confirmed_at"
    )
    yield ExportedFile("applications.json", as_json(list(applications)))
    certificates = Certificate.objects.of_holder(user)
    yield ExportedFile(
        "certificates.json",
        as_json(
            list(
                certificates.values(
                    "number", "code", "status", "issued_at", "email", "document_data"
                )
            )
        ),
    )
    for file in AnswerFile.objects.filter(application__applicant=user):
        with file.content.open("rb") as content:
            yield ExportedFile(f"{file.application_id}-{file.pk}-{file.name}", content.read())
    for certificate in certificates.filter(erased_at=None).exclude(sealed_at=None):
        with certificate.document.open("rb") as document:
            yield ExportedFile(file_name(certificate), document.read())


def erase(user: User, _comments: ErasureRequest.Comments) -> None:
    erase_applicant(user=user)
