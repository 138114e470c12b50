"""The document of a certificate: made, sealed, stored and deleted."""

import hashlib
import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from certificates import rendering
from certificates.actions.archiving import record_archive_copy
from certificates.actions.issuing import SealedDocument, UsedSeal, record_document
from certificates.keys import archivist, seal_of
from certificates.models import ArchivedDocument, Certificate
from certificates.rendering import CertificateFacts, TemplateVersion
from certificates.signing import Seal, timestamp_of


def make_document(certificate_id: int) -> None:
    """Render, seal and record; of several at once one wins and the others leave nothing behind."""
    certificate = Certificate.objects.select_related("programme__site").get(pk=certificate_id)
    if certificate.is_sealed or certificate.erased_at is not None:
        return
    seal = seal_of(certificate.programme.site)
    content = _sealed(certificate, seal)
    sealed = SealedDocument(
        name=_stored(certificate, content),
        digest=hashlib.sha256(content).hexdigest(),
        timestamped_at=timestamp_of(content),
        seal=UsedSeal(
            fingerprint=seal.fingerprint,
            pem=seal.pem,
            owner=seal.mark.owner,
            serial_number=seal.mark.serial_number,
            valid_until=seal.mark.valid_until,
            is_self_signed=seal.is_self_signed,
        ),
    )
    if not record_document(certificate_id=certificate_id, sealed=sealed):
        default_storage.delete(sealed.name)


def archive_document(certificate_id: int) -> None:
    """Make the copy for the archive, or renew one that is due; nothing where no service is set."""
    certificate = Certificate.objects.get(pk=certificate_id)
    keeper = archivist()
    if keeper is None or certificate.erased_at is not None or not certificate.is_sealed:
        return
    kept = ArchivedDocument.objects.filter(certificate=certificate).first()
    if kept is None:
        copy = keeper.archive(_content(certificate.document))
    elif kept.is_due:
        copy = keeper.renew(_content(kept.file))
    else:
        return
    stored = _stored(certificate, copy.content)
    digest = hashlib.sha256(copy.content).hexdigest()
    if not record_archive_copy(
        certificate_id=certificate_id,
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
    name = certificate.document.name
    if certificate.erased_at is not None and name:
        default_storage.delete(name)


def delete_replaced_copy(name: str) -> None:
    default_storage.delete(name)


def _content(file: FieldFile) -> bytes:
    with file.open("rb") as opened:
        content: bytes = opened.read()
        return content


def _stored(certificate: Certificate, content: bytes) -> str:
    """Its name in the storage; nobody guesses it, and two workers never write to one file."""
    name = f"certificates/{certificate.year}/{certificate.number}-{uuid.uuid4().hex}.pdf"
    return default_storage.save(name, ContentFile(content))


def _sealed(certificate: Certificate, seal: Seal) -> bytes:
    said = CertificateFacts.from_data(certificate.facts)
    template = TemplateVersion.parse(said.template)
    return seal.seal(
        rendering.render(template, said, seal=seal.mark),
        reason=f"{said.title} № {said.number}",
        location=said.publication.name,
        at=timezone.now(),
        place=rendering.seal_place(template),
    )
