"""Render, seal, store and delete the files of certificates."""

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
from certificates.issuing.keys import archiver, seal_of
from certificates.models import ArchivedDocument, Certificate
from certificates.rendering import DocumentData
from certificates.signing import Seal, timestamp_of


def make_documents(certificate_ids: Sequence[int]) -> None:
    """Render, seal and store the documents of certificates that have none.

    If several workers make the same document, one of the files is recorded and the workers delete
    the others.
    """
    waiting = Certificate.objects.select_related("programme__site", "template").unsealed()
    made: dict[int, SealedDocument] = {}
    try:
        for certificate in waiting.filter(pk__in=certificate_ids).order_by("pk"):
            made[certificate.pk] = _made(certificate)
    finally:  # one that cannot be made must not lose those before it
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
        # Read from the sealed file, because only the service's own time is evidence.
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


def finish_files(certificate_id: int) -> None:
    """Delete files that killed workers left behind, and make or renew the archive copy."""
    certificate = Certificate.objects.get(pk=certificate_id)
    if certificate.is_sealed and certificate.erased_at is None:
        _delete_others(str(certificate.document))
        _archive(certificate)


def _delete_others(document: str) -> None:
    """Delete the other files of the folder: once a document is recorded, none of them can be."""
    _delete_all(document.rpartition("/")[0], but=document)


def _archive(certificate: Certificate) -> None:
    copies = archiver()
    if copies is None:
        return
    existing = ArchivedDocument.objects.filter(certificate=certificate).first()
    if existing is None:
        copy = copies.archive(_content(certificate.document))
    elif existing.is_due:
        copy = copies.renew(_content(existing.file))
    else:
        return
    stored = _stored(_copies_of(certificate), copy.content)
    digest = hashlib.sha256(copy.content).hexdigest()
    if not record_archive_copy(
        certificate_id=certificate.pk,
        replaces=existing,
        name=stored,
        digest=digest,
        relied_on_until=copy.relied_on_until,
        renew_at=copy.to_be_renewed_at,
    ):
        default_storage.delete(stored)


def delete_document(certificate_id: int) -> None:
    """Delete the files of a certificate whose holder was erased. The register keeps the digest."""
    certificate = Certificate.objects.get(pk=certificate_id)
    if certificate.erased_at is not None:
        for folder in (_documents_of(certificate), _copies_of(certificate)):
            _delete_all(folder, but="")


def delete_replaced_archive_copy(name: str) -> None:
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
    """Store a PDF under a random name and return it.

    The name cannot be guessed, and two workers never write to the same file.
    """
    return default_storage.save(f"{folder}/{uuid.uuid4().hex}.pdf", ContentFile(content))


def _delete_all(folder: str, *, but: str) -> None:
    try:
        names = default_storage.listdir(folder)[1]
    # The folder appears with the first file; a certificate that was never sealed has none.
    except FileNotFoundError:
        return
    for name in names:
        if f"{folder}/{name}" != but:
            default_storage.delete(f"{folder}/{name}")


def _sealed(certificate: Certificate, seal: Seal) -> bytes:
    data = DocumentData.from_data(certificate.document_data)
    design = designs.design_of(certificate.template)
    return seal.seal(
        rendering.render(design, data, seal=seal.mark),
        reason=f"{data.title} № {data.number}",
        location=data.publication.name,
        at=timezone.now(),
        place=design.seal_place,
    )
