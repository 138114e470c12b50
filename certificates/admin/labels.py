"""Labels for the parts of a document and the cases of a render check, on the template pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import floatformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from certificates.document_templates.render_checks import CaseKind
from certificates.form.samples import Length
from certificates.rendering import Fault, FaultKind

_FIELDS: Mapping[str, Promise] = {
    "publication": gettext_lazy("name of the publication"),
    "heading": gettext_lazy("heading"),
    "holder": gettext_lazy("name of the holder"),
    "institution": gettext_lazy("position and place of work"),
    "statement": gettext_lazy("what is certified"),
    "title": gettext_lazy("title of the work"),
    "url": gettext_lazy("URL of the work"),
    "lines": gettext_lazy("other lines"),
    "editor": gettext_lazy("name of the editor-in-chief"),
    "imprint": gettext_lazy("imprint"),
    "seal": pgettext_lazy("field of a document", "seal"),
}
_LENGTHS: Mapping[str, Promise] = {
    Length.SHORTEST: pgettext_lazy("sample", "shortest sample"),
    Length.TYPICAL: pgettext_lazy("sample", "typical sample"),
    Length.LONGEST: pgettext_lazy("sample", "longest sample"),
}
_PAST_DATA: Mapping[str, Promise] = {
    CaseKind.CERTIFICATE: gettext_lazy("certificate No. %(name)s"),
    CaseKind.APPLICATION: gettext_lazy("application %(name)s"),
}
_LANGUAGES: Mapping[str, Promise] = {
    "ru": gettext_lazy("in Russian"),
    "en": gettext_lazy("in English"),
}


def field_name(field: str) -> str:
    return str(_FIELDS.get(field, field))


@dataclass(frozen=True, slots=True)
class LabelledCase:
    """A case of a render check with the texts that the page shows."""

    name: str
    programme: str
    language: Promise
    fault: Fault | None
    is_blocking: bool
    shrunk: str

    @property
    def field(self) -> str:
        return field_name(self.fault.field) if self.fault else ""

    @property
    def goes_to_registrar(self) -> bool:
        return self.fault is not None and not self.is_blocking


def labelled_case(case: Mapping[str, Any]) -> LabelledCase:
    kind, name = case["kind"], case["name"]
    label = _LENGTHS[name] if kind == CaseKind.SAMPLE else _PAST_DATA[kind] % {"name": name}
    stored = case["fault"]
    return LabelledCase(
        name=str(label),
        programme=case["programme"],
        language=_LANGUAGES[case["language"]],
        fault=Fault(**{**stored, "kind": FaultKind(stored["kind"])}) if stored else None,
        is_blocking=case["is_blocking"],
        shrunk=", ".join(_shrunk(*text) for text in case["shrunk"]),
    )


def _shrunk(field: str, size: float, largest: float) -> str:
    values = {
        "field": field_name(field),
        "size": floatformat(size),
        "largest": floatformat(largest),
    }
    return _("%(field)s %(size)s of %(largest)s pt") % values
