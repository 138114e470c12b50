"""The folders of a certificate in the storage: its document, and the archive copy.

A file is stored and recorded in one transaction that holds the certificate's row. A worker that
dies before its commit leaves a file that the next one deletes.

A worker may also lose its connection to the database, and the row with it, while it stores a file.
Another one then stores and records the document. So a worker deletes only what it has seen in the
folder before it locked the row: if the row names no file by then, none of these ever will be.
"""

import uuid
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from certificates.models import Certificate


def documents_of(certificate: Certificate) -> str:
    return f"certificates/{certificate.year}/{certificate.number}"


def copies_of(certificate: Certificate) -> str:
    return f"archive/{certificate.year}/{certificate.number}"


def names_in(folder: str) -> list[str]:
    try:
        names = default_storage.listdir(folder)[1]
    # The folder appears with the first file; a certificate that was never sealed has none.
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" for name in names]


def store(folder: str, content: bytes) -> str:
    """Store a PDF under a name that cannot be guessed, and return the name.

    Run it inside the transaction that records the name, under the lock of the certificate.
    """
    name: str = default_storage.save(f"{folder}/{uuid.uuid4().hex}.pdf", ContentFile(content))
    return name


def delete(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
