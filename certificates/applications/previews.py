"""Pictures of documents while their application is being filled in.

A few threads of low priority draw them. So no other page waits for a picture, however many people
type, and on a machine shared with the workers the documents being issued go first.
"""

import hashlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum
from functools import partial

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from certificates import rendering
from certificates.form.answers import digest
from certificates.issuing import designs, document_data
from certificates.models import Application, Certificate
from certificates.rendering import (
    Design,
    DocumentData,
    DoesNotFit,
    SealMark,
    TooDemanding,
    UnprintableText,
)
from core.errors import Busy, DomainError
from core.slow_requests import waiting

_CACHED_FOR = 600  # seconds: enough to read a document through and confirm it
# Two threads leave the web process time for pages; see "The preview next to a form" in
# docs/speed.md.
_AT_ONCE = 2
_WAITING = 1
_NICENESS = 10  # as `nice` gives by default: below every process that serves or issues
# A confirmation waits this long for a picture: coming back to confirm again is worse than waiting.
_PATIENCE = 20  # seconds


class PreviewsBusy(Busy):
    code = "previews_busy"
    title = gettext_lazy("Too many people look at their documents just now; try again in a moment")


class Sharpness(IntEnum):
    """Pixels per inch: a small picture next to the form, and a large one to read."""

    BESIDE_THE_FORM = 72
    TO_BE_READ = 120


def _give_way() -> None:
    # Linux applies the priority to the thread with this id and not to the whole process.
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


_painters = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="preview", initializer=_give_way)
_places = threading.Semaphore(_AT_ONCE + _WAITING)
_patient = threading.Semaphore(1)


def preview(
    application: Application,
    sharpness: Sharpness = Sharpness.TO_BE_READ,
    *,
    patience: float = 0,
) -> bytes:
    """Return a PNG of the document as it would be made now, marked as a preview.

    `patience` is how many seconds to wait for a free thread, unless another request is already
    waiting. The application need not be stored. Raises `PreviewsBusy`, and `UnprintableText` and
    `DoesNotFit` as issuing would.
    """
    # The key has all that the picture depends on, so nothing needs to be deleted from the cache.
    content = f"{application.language}:{sharpness}:{digest(application.answers)}"
    form = digest({"questions": application.form.questions})
    template = designs.active_version(application.programme).digest
    key = f"certificates:preview:{application.programme_id}:{form}:{template}:{content}"
    picture: bytes | None = cache.get(key)
    if picture is None:
        picture = _drawn(application, sharpness, patience)
        cache.set(key, picture, _CACHED_FOR)
    return picture


def _drawn(application: Application, sharpness: Sharpness, patience: float) -> bytes:
    design, data = _design_and_data(application)
    draw = partial(
        rendering.preview, design, data, watermark=_watermark(application), ppi=sharpness
    )
    return _drawn_in_turn(draw, patience)


def _drawn_in_turn(draw: Callable[[], bytes], patience: float) -> bytes:
    if not _places.acquire(blocking=False):
        _wait_for_place(patience)
    drawing = _painters.submit(draw)
    # The place is freed when the drawing ends, also if the request that waits for it is gone.
    drawing.add_done_callback(lambda _done: _places.release())
    with waiting(long=True):
        return drawing.result()


def _wait_for_place(patience: float) -> None:
    # A request that waits holds one of the few threads that answer pages. So one waits at most.
    if not patience or not _patient.acquire(blocking=False):
        raise PreviewsBusy
    try:
        with waiting(long=True):
            if not _places.acquire(timeout=patience):
                raise PreviewsBusy
    finally:
        _patient.release()


def picture_of(certificate: Certificate) -> bytes:
    """Return a PNG of an issued document, drawn from the data that it was made of.

    Raises `PreviewsBusy`.
    """
    key = f"certificates:picture:{certificate.document_digest}"
    picture: bytes | None = cache.get(key)
    if picture is None:
        data = DocumentData.from_data(certificate.document_data)
        design = designs.design_of(certificate.template)
        seal = certificate.seal
        mark = SealMark(seal.owner, seal.serial_number, seal.valid_until) if seal else None
        picture = _drawn_in_turn(
            partial(rendering.preview, design, data, seal=mark, ppi=Sharpness.TO_BE_READ),
            _PATIENCE,
        )
        cache.set(key, picture, _CACHED_FOR)
    return picture


def fault(application: Application) -> DomainError | None:
    """Return why the document cannot be made of these answers. The picture is cached on the way.

    None may also mean that all threads are busy: a confirmation waits for one and finds out.
    """
    try:
        preview(application, Sharpness.BESIDE_THE_FORM)
    except (DoesNotFit, TooDemanding, UnprintableText) as error:
        return error
    except Busy:
        return None
    return None


def preview_pdf(application: Application) -> bytes:
    design, data = _design_and_data(application)
    return rendering.render(design, data, watermark=_watermark(application))


def preview_digest(application: Application) -> str:
    """Return the SHA-256 of the picture that the applicant reads before confirming.

    It is empty if a text does not fit: there is no picture then, and a registrar decides.
    """
    try:
        return hashlib.sha256(preview(application, patience=_PATIENCE)).hexdigest()
    except DoesNotFit:
        return ""


def _design_and_data(application: Application) -> tuple[Design, DocumentData]:
    template = designs.active_version(application.programme)
    return designs.design_of(template), document_data.of_application(application, template)


def _watermark(application: Application) -> str:
    with override(document_data.language_of(application)):
        return _("Preview")
