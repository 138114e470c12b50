"""Images of templates: each refusal says what is true of the file, and what to do."""

import io
import struct
import zlib

import pytest
from django.utils import translation
from PIL import Image

from certificates.document_templates.images import UnusableImage, prepare
from tests.support.dying_children import dying_environment

DAMAGED = "Reading the image failed; it may be damaged."


def png(width=64, height=64):
    content = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(content, "PNG")
    return content.getvalue()


def png_that_claims(width, height):
    """Return a small file whose header claims a very large image."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + png()[33:]


def refusal_of(content):
    with translation.override("en"):
        with pytest.raises(UnusableImage) as refused:
            prepare(io.BytesIO(content), is_ink=False)
        return str(refused.value.detail)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no image", "Upload an image in PNG, JPEG or WebP."),
        (png(16, 16), "The image is too small to print."),
        (png_that_claims(6_000, 6_000), "The image has more than 24 megapixels."),
        (png_that_claims(60_000, 60_000), "The image has more than 24 megapixels."),
        (png()[:-40], DAMAGED),
    ],
    ids=["no image", "too small", "large", "very large", "cut off"],
)
def test_a_refusal_says_what_is_true(content, sentence):
    assert refusal_of(content).startswith(sentence)


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("os.kill(os.getpid(), 11)", DAMAGED),
        ("os._exit(1)", DAMAGED),
        ("os.kill(os.getpid(), 9)", "Reading the image takes too much time or memory."),
    ],
)
def test_a_child_that_dies_says_what_is_true(end, sentence, monkeypatch, tmp_path):
    monkeypatch.setattr("core.children._ENVIRONMENT", dying_environment(tmp_path, end))
    assert refusal_of(png()).startswith(sentence)
