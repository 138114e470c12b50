"""Prepare an uploaded logo, signature or stamp for printing."""

import hashlib
import struct
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.document_templates import image_child
from core.children import ChildFailed, ChildTooDemanding, run_child
from core.errors import DomainError
from core.places import Places

LARGEST = 5 * 1024 * 1024
# Wall time, more than the child's own limit of processor time: the machine may be busy.
_SECONDS = 30
# For each process: its other threads go on answering pages.
_places = Places(1, patience=5)
_SENTENCES = {
    image_child.TOO_SMALL: gettext_lazy(
        "The image is too small to print. It needs at least 32 pixels."
    ),
    image_child.TOO_LARGE: gettext_lazy("The image has more than 24 megapixels."),
    image_child.NOT_AN_IMAGE: gettext_lazy("Upload an image in PNG, JPEG or WebP."),
}
_UNREADABLE = gettext_lazy(
    "Reading the image failed; it may be damaged. Save it as a new PNG and upload that one."
)


class UnusableImage(DomainError):
    code = "unusable_image"
    status = 422
    title = gettext_lazy("We can't use this image")


@dataclass(frozen=True, slots=True)
class PreparedImage:
    """A PNG encoded from the pixels alone, without the metadata of the upload."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def prepare(upload: BinaryIO, *, is_ink: bool) -> PreparedImage:
    """Reduce an upload to print resolution and encode it as PNG.

    `is_ink` is for a signature or a stamp: the paper of a scan becomes transparent. Raises
    `UnusableImage` with what to do, and `Busy` while this process prepares another image.
    """
    content = upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UnusableImage(_("The file is larger than 5 MB. Reduce the image."))
    with _places.take():
        png = _prepared(content, is_ink=is_ink)
    # Width and height are the first fields of IHDR, the first chunk of every PNG.
    return PreparedImage(png, *struct.unpack(">II", png[16:24]))


def _prepared(content: bytes, *, is_ink: bool) -> bytes:
    arguments = ["ink"] if is_ink else []
    try:
        return run_child(image_child.__name__, *arguments, content=content, seconds=_SECONDS)
    except ChildTooDemanding as error:
        raise UnusableImage(
            _("Reading the image takes too much time or memory. Reduce the image.")
        ) from error
    except ChildFailed as error:
        raise UnusableImage(_SENTENCES.get(error.code, _UNREADABLE)) from error
