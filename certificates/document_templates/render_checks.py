"""A version of a template made of samples and of the longest that its programmes have seen."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

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
    Template,
    TemplateTrial,
    TemplateVersion,
)
from certificates.rendering import CertificateFacts, Design, Fault, FaultKind, Outcome
from certificates.states import ApplicationState
from core.errors import DomainError

LANGUAGES = ("ru", "en")
_PLACES = 2
_AT_ONCE = 8
_PPI = 72
_BESIDE_THE_SOURCE = 96
_PATIENCE = 15  # seconds
# Each is a process: however many edit, the other pages do not wait for them.
_places = threading.Semaphore(2)
_KEPT = 3600  # seconds: the pictures have names on them, and are not stored any longer
_NUMBER, _CODE = "CB-2026-00147-X", "7K3MQX4T9ZPAH2DE"


@dataclass(frozen=True, slots=True)
class Case:
    """`what` is "sample", "certificate" or "application"; `which` its length, number or id.

    `may_be_unfit`: it may go to the registrar; what was issued or approved once must fit.
    """

    what: str
    which: str
    programme: str
    said: CertificateFacts
    may_be_unfit: bool = False


def carry_out(trial_id: int) -> None:
    """Harmless when repeated: a trial that was cut off begins anew."""
    trial = TemplateTrial.objects.select_related("version__template__site").get(pk=trial_id)
    design = designs.of_draft(trial.version)
    if not trial.is_running or design.digest != trial.digest:
        actions.record_trial(trial_id=trial_id, cases=[], total=0, is_over=True)
        return
    cases = list(_cases(trial.version.template, trial.version))
    tried: list[dict[str, Any]] = []
    for first in range(0, len(cases), _AT_ONCE):
        together = cases[first : first + _AT_ONCE]
        outcomes = rendering.try_out(design, [case.said for case in together], ppi=_PPI)
        for case, outcome in zip(together, outcomes, strict=True):
            cache.set(_picture_key(trial_id, len(tried)), outcome.picture, _KEPT)
            tried.append(_written(case, outcome))
        is_over = len(tried) == len(cases)
        actions.record_trial(trial_id=trial_id, cases=tried, total=len(cases), is_over=is_over)


class Busy(DomainError):
    code = "previews_busy"
    status = 503
    title = _(
        "Several people are editing templates now; the preview will appear when you type again"
    )


def try_sample(version: TemplateVersion, design: Design, length: Length, language: str) -> Outcome:
    """What an editor sees beside the source."""
    if not _places.acquire(timeout=_PATIENCE):
        raise Busy
    try:
        said = sample(version, length, language)
        return rendering.try_out(design, [said], ppi=_BESIDE_THE_SOURCE)[0]
    finally:
        _places.release()


def portrait(version: TemplateVersion, design: Design, language: str) -> bytes:
    """Of a version in use, whose source passed its trial: a PNG, kept for an hour."""
    said = sample(version, Length.TYPICAL, language)
    key = f"certificates:portrait:{version.digest}:{digest(said.as_data())}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = rendering.preview(design, said, ppi=_PPI)
        cache.set(key, kept, _KEPT)
    return kept


def picture(trial: TemplateTrial, position: int) -> bytes | None:
    """None where nothing was to be seen, or an hour has gone by."""
    kept: bytes | None = cache.get(_picture_key(trial.pk, position))
    return kept or None


def _picture_key(trial_id: int, position: int) -> str:
    return f"certificates:trial:{trial_id}:{position}"


def sample(version: TemplateVersion, length: Length, language: str) -> CertificateFacts:
    programme = version.template.programmes.order_by("pk").first()
    return _sample(version, programme or _unborn(version.template), length, language)


def _unborn(template: Template) -> Programme:
    """Nothing is issued by this template yet: as the first starting programme would."""
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
) -> CertificateFacts:
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
    programmes = list(template.programmes.select_related("site")) or [_unborn(template)]
    for programme in programmes:
        for length in Length:
            for language in LANGUAGES:
                said = _sample(version, programme, length, language)
                is_longest = length is Length.LONGEST
                yield Case("sample", length, programme.title_ru, said, may_be_unfit=is_longest)
        if programme.pk:
            yield from _of_past(programme, version)


def _of_past(programme: Programme, version: TemplateVersion) -> Iterator[Case]:
    for certificate in Certificate.objects.longest_of(programme, _PLACES).select_related(
        "application__form", "application__programme__site"
    ):
        said = replace(CertificateFacts.from_data(certificate.facts), template=str(version))
        for language in LANGUAGES:
            spoken = document_data.in_other_words(said, certificate.application, language)
            # What the programme is called has changed since; what was issued said this.
            spoken = said if language == said.language else spoken
            yield Case("certificate", certificate.number, programme.title_ru, spoken)
    for application in Application.objects.longest_unissued(programme, _PLACES).select_related(
        "form", "programme__site"
    ):
        said = document_data.of_application(application, version, number=_NUMBER, code=_CODE)
        for language in LANGUAGES:
            spoken = document_data.in_other_words(said, application, language)
            yield Case(
                "application",
                str(application.pk),
                programme.title_ru,
                spoken,
                may_be_unfit=application.state != ApplicationState.APPROVED,
            )


def _written(case: Case, outcome: Outcome) -> dict[str, Any]:
    """Without a word of what was typed."""
    fault = outcome.fault
    return {
        "what": case.what,
        "which": case.which,
        "programme": case.programme,
        "language": case.said.language,
        "shrunk": [
            [text.field, text.size, text.largest] for text in outcome.sizes if text.is_shrunk
        ],
        "fault": fault and _fault(fault),
        "stands_in_the_way": fault is not None and not _is_forgiven(case, fault),
    }


def _is_forgiven(case: Case, fault: Fault) -> bool:
    return case.may_be_unfit and (
        fault.kind in {FaultKind.DOES_NOT_FIT, FaultKind.UNPRINTABLE, FaultKind.NOT_ONE_PAGE}
    )


def _fault(fault: Fault) -> Mapping[str, Any]:
    told = "" if fault.kind is FaultKind.UNPRINTABLE else fault.told
    return {
        "kind": fault.kind.value,
        "told": told,
        "line": fault.line,
        "column": fault.column,
        "field": fault.field,
    }
