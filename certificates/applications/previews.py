"""The picture of a document that is still being filled in.

Pictures are drawn by a few threads of their own that give way to everything else: however many
people type, no other page waits for a picture, and on a machine shared with the workers the
documents that are being issued go first.
"""

import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum
from functools import partial

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from certificates import rendering
from certificates.form.answers import digest
from certificates.issuing import designs, document_data
from certificates.models import Application
from certificates.rendering import CertificateFacts, Design, DoesNotFit, UnprintableText
from core.errors import DomainError

_KEPT = 600  # seconds: from a keystroke to the end of reading it
_AT_ONCE = 2
_WAITING = 1
_NICENESS = 10
# Whoever confirms is made to wait for a while rather than to come again.
_PATIENCE = 20  # seconds


class PreviewsBusy(DomainError):
    code = "previews_busy"
    status = 503
    title = gettext_lazy("Too many people look at their documents just now; try again in a moment")


class Sharpness(IntEnum):
    """Pixels an inch: enough beside a form while one types, and to be read letter by letter."""

    BESIDE_THE_FORM = 72
    TO_BE_READ = 120


def _give_way() -> None:
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


_painters = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="preview", initializer=_give_way)
_places = threading.Semaphore(_AT_ONCE + _WAITING)


def preview(
    application: Application,
    sharpness: Sharpness = Sharpness.TO_BE_READ,
    *,
    patience: float = 0,
) -> bytes:
    """A PNG of the document as it would be made now, marked as a preview.

    `patience` is how many seconds to wait for a place among the painters. The application need
    not be stored. Raises `PreviewsBusy`, and `UnprintableText` and `DoesNotFit` as issuing would.
    """
    drawn = f"{application.language}:{sharpness}:{digest(application.answers)}"
    asked = digest({"questions": application.form.questions})
    template = designs.in_use(application.programme).digest
    key = f"certificates:preview:{application.programme_id}:{asked}:{template}:{drawn}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = _drawn(application, sharpness, patience)
        cache.set(key, kept, _KEPT)
    return kept


def _drawn(application: Application, sharpness: Sharpness, patience: float) -> bytes:
    design, said = _facts(application)
    draw = partial(
        rendering.preview, design, said, watermark=_watermark(application), ppi=sharpness
    )
    if not _places.acquire(timeout=patience):
        raise PreviewsBusy
    drawing = _painters.submit(draw)
    drawing.add_done_callback(lambda _done: _places.release())
    return drawing.result()


def fault(application: Application) -> DomainError | None:
    """Why the document cannot be made of these answers, if so; the picture is drawn by the way.

    None as well where there is no time to try just now: confirming waits until it was tried.
    """
    try:
        preview(application, Sharpness.BESIDE_THE_FORM)
    except (DoesNotFit, UnprintableText) as error:
        return error
    except PreviewsBusy:
        return None
    return None


def preview_pdf(application: Application) -> bytes:
    design, said = _facts(application)
    return rendering.render(design, said, watermark=_watermark(application))


def preview_digest(application: Application) -> str:
    """SHA-256 of the picture that is read back, in hexadecimal; nothing where a text does not fit
    and there is no picture: a registrar looks at it."""
    try:
        return hashlib.sha256(preview(application, patience=_PATIENCE)).hexdigest()
    except DoesNotFit:
        return ""


def _facts(application: Application) -> tuple[Design, CertificateFacts]:
    template = designs.in_use(application.programme)
    return designs.of_version(template), document_data.of_application(application, template)


def _watermark(application: Application) -> str:
    with override(document_data.language_of(application)):
        return _("Preview")
