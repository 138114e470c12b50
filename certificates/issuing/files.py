"""The folders of a certificate in the storage: its document, and the archive copy.

A file is stored and recorded in one transaction that holds the certificate's row. So nobody else
stores one for it meanwhile, and what else is in the folder was left by a worker that died before
its commit.
"""

import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from certificates.models import Certificate


def documents_of(certificate: Certificate) -> str:
    return f"certificates/{certificate.year}/{certificate.number}"


def copies_of(certificate: Certificate) -> str:
    return f"archive/{certificate.year}/{certificate.number}"


def store_alone(folder: str, content: bytes, *, beside: str = "") -> str:
    """Store a PDF under a name that cannot be guessed, delete all others but `beside`, and return
    the name.

    Run it inside the transaction that records the name, under the lock of the certificate.
    """
    name: str = default_storage.save(f"{folder}/{uuid.uuid4().hex}.pdf", ContentFile(content))
    delete_all(folder, but={name, beside})
    return name


def delete_all(folder: str, *, but: frozenset[str] | set[str] = frozenset()) -> None:
    try:
        names = default_storage.listdir(folder)[1]
    # The folder appears with the first file; a certificate that was never sealed has none.
    except FileNotFoundError:
        return
    for name in names:
        if f"{folder}/{name}" not in but:
            default_storage.delete(f"{folder}/{name}")
