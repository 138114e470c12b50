"""Prepare an untrusted image in a separate process with limits on memory and CPU time.

Run as a program by `certificates.document_templates.images`. Standard input is the upload, standard
output the PNG. The argument `ink` makes the paper of a scan transparent.
"""

import io
import sys
import warnings

from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

from core.children import limit_process

TOO_SMALL, TOO_LARGE, NOT_AN_IMAGE = 3, 4, 5  # exit codes
# Turning and reducing 24 megapixels takes 400 MB and two seconds.
_MEMORY = 1 << 30
_CPU_SECONDS = 10
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


def main() -> None:
    limit_process(memory=_MEMORY, cpu_seconds=_CPU_SECONDS)
    try:
        image = _opened(sys.stdin.buffer.read())
    except UnidentifiedImageError:
        sys.exit(NOT_AN_IMAGE)
    except Image.DecompressionBombError:
        sys.exit(TOO_LARGE)
    if min(image.size) < _SMALLEST:
        sys.exit(TOO_SMALL)
    image.thumbnail((_WIDEST, _WIDEST), Image.Resampling.LANCZOS)
    # An image that already has transparent pixels has no paper to remove.
    if "ink" in sys.argv[1:] and image.getchannel("A").getextrema() == (255, 255):
        image = _remove_paper(image)
    png = io.BytesIO()
    image.save(png, "PNG", optimize=True)
    sys.stdout.buffer.write(png.getvalue())


def _opened(content: bytes) -> Image.Image:
    with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=_FORMATS) as image:
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        if image.width * image.height > _MOST_PIXELS:
            sys.exit(TOO_LARGE)
        # Phones store a photo unturned with a note in its EXIF, which the new PNG no longer has.
        return ImageOps.exif_transpose(image).convert("RGBA")


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


if __name__ == "__main__":
    main()
