"""An uploaded logo, signature or stamp: opened, freed of paper, written anew as PNG."""

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
_MOST_PIXELS = 24_000_000
_FORMATS = ("PNG", "JPEG", "WEBP")
# Four hundred dots an inch where the widest of them stands on the page.
_WIDEST = 960
_SMALLEST = 32
# Paper is never quite white, and a scan has shades in it.
_PAPER = 235
_INK = 120


class UnusablePicture(DomainError):
    code = "unusable_picture"
    status = 422
    title = gettext_lazy("This picture cannot be taken")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A PNG of our own making: nothing else of what was uploaded is in it."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def prepare(upload: BinaryIO, *, is_ink: bool) -> Prepared:
    """`is_ink`: a signature or a stamp, of which a scan on paper becomes see-through.

    Raises `UnusablePicture`, with what to do.
    """
    taken = upload.read(LARGEST + 1)
    if len(taken) > LARGEST:
        raise UnusablePicture(_("The file is larger than 5 MB: make the picture smaller."))
    picture = _opened(taken)
    if min(picture.size) < _SMALLEST:
        raise UnusablePicture(_("The picture is too small to be printed: 32 pixels at least."))
    picture.thumbnail((_WIDEST, _WIDEST), Image.Resampling.LANCZOS)
    if is_ink and picture.getchannel("A").getextrema() == (255, 255):
        picture = _freed_of_paper(picture)
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return Prepared(written.getvalue(), *picture.size)


def _opened(taken: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(taken), formats=_FORMATS) as picture:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if picture.width * picture.height > _MOST_PIXELS:
                raise UnusablePicture(_("The picture has more than 24 megapixels."))
            return ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnusablePicture(_("Upload a picture in PNG, JPEG or WebP.")) from error


def _freed_of_paper(picture: Image.Image) -> Image.Image:
    """The lighter a pixel, the more the page is seen through it."""
    red, green, blue, _opaque = picture.split()
    lightness = ImageChops.darker(ImageChops.darker(red, green), blue)
    alpha = lightness.point([_opacity(level) for level in range(256)])
    picture.putalpha(alpha)
    return picture


def _opacity(level: int) -> int:
    return round(255 * min(1, max(0, (_PAPER - level) / (_PAPER - _INK))))
