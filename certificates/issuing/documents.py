"""The document of a certificate: made, sealed, stored and deleted."""

import hashlib
import uuid
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from certificates import rendering
from certificates.issuing import designs
from certificates.issuing.actions import SealedDocument, UsedSeal, record_documents
from certificates.issuing.archive import record_archive_copy
from certificates.issuing.keys import archivist, seal_of
from certificates.models import ArchivedDocument, Certificate
from certificates.rendering import CertificateFacts
from certificates.signing import Seal, timestamp_of


def make_documents(certificate_ids: Sequence[int]) -> None:
    """Render and seal each, and record those made; of several workers at one document one wins and
    the others leave nothing behind."""
    waiting = Certificate.objects.select_related("programme__site", "template").unsealed()
    made: dict[int, SealedDocument] = {}
    try:
        for certificate in waiting.filter(pk__in=certificate_ids).order_by("pk"):
            made[certificate.pk] = _made(certificate)
    finally:  # what was made is not lost with what could not be
        recorded = record_documents(made=made) if made else ()
        for certificate_id, sealed in made.items():
            if certificate_id in recorded:
                _delete_others(sealed.name)
            else:
                default_storage.delete(sealed.name)


def _made(certificate: Certificate) -> SealedDocument:
    seal = seal_of(certificate.programme.site)
    content = _sealed(certificate, seal)
    return SealedDocument(
        name=_stored(_documents_of(certificate), content),
        digest=hashlib.sha256(content).hexdigest(),
        timestamped_at=timestamp_of(content) if seal.asks_for_timestamps else None,
        seal=UsedSeal(
            fingerprint=seal.fingerprint,
            pem=seal.pem,
            owner=seal.mark.owner,
            serial_number=seal.mark.serial_number,
            valid_until=seal.mark.valid_until,
            is_self_signed=seal.is_self_signed,
        ),
    )


def settle_files(certificate_id: int) -> None:
    """Of a sealed document: take away what dead workers stored, make or renew the archive copy."""
    certificate = Certificate.objects.get(pk=certificate_id)
    if certificate.is_sealed and certificate.erased_at is None:
        _delete_others(str(certificate.document))
        _archive(certificate)


def _delete_others(document: str) -> None:
    """Once there is a document, no other file in its folder can become one."""
    _delete_all(document.rpartition("/")[0], but=document)


def _archive(certificate: Certificate) -> None:
    keeper = archivist()
    if keeper is None:
        return
    kept = ArchivedDocument.objects.filter(certificate=certificate).first()
    if kept is None:
        copy = keeper.archive(_content(certificate.document))
    elif kept.is_due:
        copy = keeper.renew(_content(kept.file))
    else:
        return
    stored = _stored(_copies_of(certificate), copy.content)
    digest = hashlib.sha256(copy.content).hexdigest()
    if not record_archive_copy(
        certificate_id=certificate.pk,
        replaces=kept,
        name=stored,
        digest=digest,
        relied_on_until=copy.relied_on_until,
        renew_at=copy.to_be_renewed_at,
    ):
        default_storage.delete(stored)


def delete_document(certificate_id: int) -> None:
    """The files of a certificate whose holder was erased; its digest stays in the register."""
    certificate = Certificate.objects.get(pk=certificate_id)
    if certificate.erased_at is not None:
        for folder in (_documents_of(certificate), _copies_of(certificate)):
            _delete_all(folder, but="")


def delete_replaced_copy(name: str) -> None:
    default_storage.delete(name)


def _content(file: FieldFile) -> bytes:
    with file.open("rb") as opened:
        content: bytes = opened.read()
        return content


def _documents_of(certificate: Certificate) -> str:
    return f"certificates/{certificate.year}/{certificate.number}"


def _copies_of(certificate: Certificate) -> str:
    return f"archive/{certificate.year}/{certificate.number}"


def _stored(folder: str, content: bytes) -> str:
    """Its name in the storage; nobody guesses it, and two workers never write to one file."""
    return default_storage.save(f"{folder}/{uuid.uuid4().hex}.pdf", ContentFile(content))


def _delete_all(folder: str, *, but: str) -> None:
    try:
        names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return
    for name in names:
        if f"{folder}/{name}" != but:
            default_storage.delete(f"{folder}/{name}")


def _sealed(certificate: Certificate, seal: Seal) -> bytes:
    said = CertificateFacts.from_data(certificate.facts)
    design = designs.of_version(certificate.template)
    return seal.seal(
        rendering.render(design, said, seal=seal.mark),
        reason=f"{said.title} № {said.number}",
        location=said.publication.name,
        at=timezone.now(),
        place=design.seal_place,
    )
