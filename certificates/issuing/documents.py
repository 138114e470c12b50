"""Render, seal and archive the documents of certificates."""

import hashlib
from collections.abc import Mapping, Sequence

from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from certificates import rendering
from certificates.issuing import designs, files
from certificates.issuing.actions import SealedDocument, UsedSeal, record_documents
from certificates.issuing.archive import record_archive_copy
from certificates.issuing.keys import archiver, seal_of
from certificates.models import ArchivedDocument, Certificate
from certificates.rendering import DocumentData
from certificates.signing import Seal, timestamp_of


def make_documents(certificate_ids: Sequence[int]) -> None:
    """Render, seal and store the documents of certificates that have none.

    If several workers make the same document, one of them stores it.
    """
    waiting = Certificate.objects.select_related("programme__site", "template").unsealed()
    made: dict[int, SealedDocument] = {}
    try:
        for certificate in waiting.filter(pk__in=certificate_ids).order_by("pk"):
            made[certificate.pk] = _made(certificate)
    finally:  # one that cannot be made must not lose those before it
        if made:
            _record(made)


def _record(made: Mapping[int, SealedDocument]) -> None:
    try:
        record_documents(made=made)
    except Exception:
        if len(made) == 1:
            raise
        # One that cannot be stored must not lose those before it, either.
        for certificate_id, sealed in made.items():
            record_documents(made={certificate_id: sealed})


def _made(certificate: Certificate) -> SealedDocument:
    seal = seal_of(certificate.programme.site)
    content = _sealed(certificate, seal)
    return SealedDocument(
        content=content,
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


def make_archive_copy(certificate_id: int) -> None:
    """Make or renew the archive copy of a sealed document."""
    certificate = Certificate.objects.get(pk=certificate_id)
    if certificate.is_sealed and certificate.erased_at is None:
        _archive(certificate)


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
    record_archive_copy(
        certificate_id=certificate.pk,
        replaces=existing,
        content=copy.content,
        relied_on_until=copy.relied_on_until,
        renew_at=copy.to_be_renewed_at,
    )


def delete_document(certificate_id: int) -> None:
    """Delete the files of a certificate whose holder was erased. The register keeps the digest."""
    certificate = Certificate.objects.get(pk=certificate_id)
    if certificate.erased_at is not None:
        for folder in (files.documents_of(certificate), files.copies_of(certificate)):
            files.delete(files.names_in(folder))


def delete_replaced_archive_copy(name: str) -> None:
    default_storage.delete(name)


def _content(file: FieldFile) -> bytes:
    with file.open("rb") as opened:
        content: bytes = opened.read()
        return content


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
