"""Prepare an uploaded logo, signature or stamp for printing."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageChops, ImageOps

from core.errors import DomainError

LARGEST = 5 * 1024 * 1024
# A file of a few kilobytes can unfold into gigabytes, so the size is checked before decoding.
_MOST_PIXELS = 24_000_000
# Without this list Pillow would try each of its decoders on the upload.
_FORMATS = ("PNG", "JPEG", "WEBP")
# 400 dots per inch at the widest place that the templates give to an image.
_WIDEST = 960
_SMALLEST = 32
# Scanned paper is not quite white: levels above _PAPER become transparent, below _INK opaque.
_PAPER = 235
_INK = 120


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
    `UnusableImage` with what to do.
    """
    content = upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UnusableImage(_("The file is larger than 5 MB. Reduce the image."))
    image = _opened(content)
    if min(image.size) < _SMALLEST:
        raise UnusableImage(_("The image is too small to print. It needs at least 32 pixels."))
    image.thumbnail((_WIDEST, _WIDEST), Image.Resampling.LANCZOS)
    # An image that already has transparent pixels has no paper to remove.
    if is_ink and image.getchannel("A").getextrema() == (255, 255):
        image = _remove_paper(image)
    png = io.BytesIO()
    image.save(png, "PNG", optimize=True)
    return PreparedImage(png.getvalue(), *image.size)


def _opened(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if image.width * image.height > _MOST_PIXELS:
                raise UnusableImage(_("The image has more than 24 megapixels."))
            # Phones store a photo unturned with a note in its EXIF, which the new PNG no longer
            # has.
            return ImageOps.exif_transpose(image).convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnusableImage(_("Upload an image in PNG, JPEG or WebP.")) from error


def _remove_paper(image: Image.Image) -> Image.Image:
    """Make each pixel more transparent the lighter it is."""
    red, green, blue, _opaque = image.split()
    # The darkest channel, so that blue ink is not taken for paper.
    lightness = ImageChops.darker(ImageChops.darker(red, green), blue)
    alpha = lightness.point([_opacity(level) for level in range(256)])
    image.putalpha(alpha)
    return image


def _opacity(level: int) -> int:
    return round(255 * min(1, max(0, (_PAPER - level) / (_PAPER - _INK))))
