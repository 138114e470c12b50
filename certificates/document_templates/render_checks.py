"""Render a template version with samples and with the longest past data of its programmes."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from certificates import rendering
from certificates.document_templates import actions
from certificates.fields import fields_to_json
from certificates.form import samples
from certificates.form.answers import digest
from certificates.form.defaults import PUBLICATION
from certificates.form.samples import Length
from certificates.issuing import designs, document_data
from certificates.models import (
    Application,
    Certificate,
    FormVersion,
    Programme,
    RenderCheck,
    Template,
    TemplateVersion,
)
from certificates.rendering import Design, DocumentData, Fault, FaultKind, SandboxResult
from certificates.states import ApplicationStatus
from core.errors import Busy
from core.slow_requests import waiting

LANGUAGES = ("ru", "en")
_LONGEST_PER_QUESTION = 2
# Progress is saved after each batch; a batch starts the sandbox once.
_BATCH = 8
# Enough to see whether the layout is right; the check draws dozens of documents.
_PPI = 72
_EDITOR_PPI = 96
_PREVIEW_WAIT = 15  # seconds
# A preview starts a process. More than two at once would slow down the other pages.
_preview_slots = threading.Semaphore(2)
_IMAGE_LIFETIME = 3600  # seconds: the images show names, so they are kept no longer than needed
_NUMBER, _CODE = "CB-2026-00147-X", "7K3MQX4T9ZPAH2DE"


class CaseKind(StrEnum):
    SAMPLE = "sample"
    CERTIFICATE = "certificate"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class Case:
    """A document to render. `name` is the length of a sample, the number of a certificate, or the
    id of an application.

    `can_need_review`: a registrar may decide what to do if this one does not fit. A document that
    was issued or approved must fit.
    """

    kind: CaseKind
    name: str
    programme: str
    data: DocumentData
    can_need_review: bool = False


def carry_out(check_id: int) -> None:
    """Run a render check. A repetition of one that was interrupted starts from the beginning."""
    check = RenderCheck.objects.select_related("version__template__site").get(pk=check_id)
    design = designs.read_design(check.version)
    # The draft was saved after the request, so the result would be about another design.
    if not check.is_running or design.digest != check.digest:
        actions.record_render_check(check_id=check_id, cases=[], total=0, is_over=True)
        return
    cases = list(_cases(check.version.template, check.version))
    checked: list[dict[str, Any]] = []
    for first in range(0, len(cases), _BATCH):
        batch = cases[first : first + _BATCH]
        results = rendering.render_in_sandbox(design, [case.data for case in batch], ppi=_PPI)
        for case, result in zip(batch, results, strict=True):
            cache.set(_image_key(check_id, len(checked)), result.png, _IMAGE_LIFETIME)
            checked.append(_stored(case, result))
        is_over = len(checked) == len(cases)
        actions.record_render_check(
            check_id=check_id, cases=checked, total=len(cases), is_over=is_over
        )


class EditorBusy(Busy):
    code = "previews_busy"
    title = _("Several people are editing templates right now. Type on to draw the document again.")


def draw_sample(
    version: TemplateVersion, design: Design, length: Length, language: str, *, actor: User
) -> SandboxResult:
    """Render the preview of the template editor. Raises `EditorBusy`."""
    require(actor, Permission.EDIT_TEMPLATES, version.template.site)
    data = sample(version, length, language)
    with waiting(long=True):
        if not _preview_slots.acquire(timeout=_PREVIEW_WAIT):
            raise EditorBusy
        try:
            return rendering.render_in_sandbox(design, [data], ppi=_EDITOR_PPI)[0]
        finally:
            _preview_slots.release()


def sample_image(version: TemplateVersion, design: Design, language: str) -> bytes:
    """Return a PNG of a typical sample, cached for an hour.

    Only for a version in use: its source passed a render check, and is compiled as documents are.
    """
    data = sample(version, Length.TYPICAL, language)
    key = f"certificates:sample-image:{version.digest}:{digest(data.as_data())}"
    png: bytes | None = cache.get(key)
    if png is None:
        png = rendering.preview(design, data, ppi=_PPI)
        cache.set(key, png, _IMAGE_LIFETIME)
    return png


def case_image(check: RenderCheck, position: int) -> bytes | None:
    """Return the PNG of a case, or None if nothing could be drawn or the hour is over."""
    png: bytes | None = cache.get(_image_key(check.pk, position))
    return png or None


def _image_key(check_id: int, position: int) -> str:
    return f"certificates:render-check:{check_id}:{position}"


def sample(version: TemplateVersion, length: Length, language: str) -> DocumentData:
    programme = version.template.programmes.order_by("pk").first()
    return _sample(version, programme or _unsaved_programme(version.template), length, language)


def _unsaved_programme(template: Template) -> Programme:
    """Return an unsaved programme with default texts, for a template that no programme uses yet."""
    return Programme(
        site=template.site,
        template=template,
        title_ru=PUBLICATION.title_ru,
        title_en=PUBLICATION.title_en,
        statement_ru=PUBLICATION.statement_ru,
        statement_en=PUBLICATION.statement_en,
    )


def _sample(
    version: TemplateVersion, programme: Programme, length: Length, language: str
) -> DocumentData:
    newest = programme.forms.newest() if programme.pk else None
    fields = newest.fields if newest else PUBLICATION.fields
    application = Application(
        programme=programme,
        form=newest or FormVersion(questions=fields_to_json(fields)),
        answers=samples.answers(fields, length, language),
        language=language,
    )
    return document_data.of_application(application, version, number=_NUMBER, code=_CODE)


def _cases(template: Template, version: TemplateVersion) -> Iterator[Case]:
    programmes = list(template.programmes.select_related("site"))
    for programme in programmes or [_unsaved_programme(template)]:
        for length in Length:
            for language in LANGUAGES:
                data = _sample(version, programme, length, language)
                is_longest = length is Length.LONGEST
                yield Case(
                    CaseKind.SAMPLE, length, programme.title_ru, data, can_need_review=is_longest
                )
        if programme.pk:
            yield from _past_cases(programme, version)


def _past_cases(programme: Programme, version: TemplateVersion) -> Iterator[Case]:
    for certificate in Certificate.objects.longest_of(
        programme, _LONGEST_PER_QUESTION
    ).select_related("application__form", "application__programme__site"):
        issued = DocumentData.from_data(certificate.document_data)
        issued = replace(issued, template=str(version))
        for language in LANGUAGES:
            data = document_data.in_other_language(issued, certificate.application, language)
            # The programme may have been renamed since. The language of issue keeps the old texts.
            data = issued if language == issued.language else data
            yield Case(CaseKind.CERTIFICATE, certificate.number, programme.title_ru, data)
    for application in Application.objects.longest_unissued(
        programme, _LONGEST_PER_QUESTION
    ).select_related("form", "programme__site"):
        data = document_data.of_application(application, version, number=_NUMBER, code=_CODE)
        for language in LANGUAGES:
            yield Case(
                CaseKind.APPLICATION,
                str(application.pk),
                programme.title_ru,
                document_data.in_other_language(data, application, language),
                can_need_review=application.status != ApplicationStatus.APPROVED,
            )


def _stored(case: Case, result: SandboxResult) -> dict[str, Any]:
    """Return what the database keeps of a case: no answers, because those may be erased."""
    fault = result.fault
    return {
        "kind": case.kind.value,
        "name": case.name,
        "programme": case.programme,
        "language": case.data.language,
        "shrunk": [
            [text.field, text.size, text.largest] for text in result.sizes if text.is_shrunk
        ],
        "fault": fault and _stored_fault(fault),
        "is_blocking": fault is not None and not _is_for_review(case, fault),
    }


def _is_for_review(case: Case, fault: Fault) -> bool:
    return case.can_need_review and (
        fault.kind in {FaultKind.DOES_NOT_FIT, FaultKind.UNPRINTABLE, FaultKind.NOT_ONE_PAGE}
    )


def _stored_fault(fault: Fault) -> Mapping[str, Any]:
    # The message about unprintable characters quotes them, and they come from an answer.
    message = "" if fault.kind is FaultKind.UNPRINTABLE else fault.message
    return {
        "kind": fault.kind.value,
        "message": message,
        "line": fault.line,
        "column": fault.column,
        "field": fault.field,
    }
