"""The forms of a page, with what a browser would send, and its links."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

_WORDS = {"text", "search", "textarea", "email", "url", "tel", "number", "date", "datetime-local"}
_NOT_SENT = {"submit", "button", "reset", "image"}


@dataclass
class Control:
    """`values` are those that a browser sends; `choices` those that the control offers."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)

    @property
    def is_typed(self) -> bool:
        return self.kind in _WORDS


@dataclass
class Form:
    action: str
    method: str
    kind: str
    controls: dict[str, Control] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.controls))

    def data(self) -> dict[str, list[str]]:
        """Return what is sent if a person types a word into every empty control.

        The last of the buttons is pressed: the ones before it move or drop rows.
        """
        buttons = [one.name for one in self.controls.values() if one.kind == "button"]
        return {
            control.name: control.values or _typed(control)
            for control in self.controls.values()
            if control.kind != "file" and control.name not in buttons[:-1]
        }


_BY_KIND = {
    "email": "who@example.org",
    "url": "https://example.org/",
    "number": "1",
    "date": "2026-03-31",
    "datetime-local": "2026-03-31T09:05",
    "tel": "+7 900 000-00-00",
}


def _typed(control: Control) -> list[str]:
    if control.is_typed:
        return [_BY_KIND.get(control.kind, f"Слово {control.name}")]
    if control.kind in {"radio", "select"}:
        return [choice for choice in control.choices if choice][:1]
    return [] if control.kind == "checkbox" else [""]


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open: list[Form] = []
        # Controls outside their form name it.
        self._by_id: dict[str, Form] = {}
        self._outside: list[tuple[str, Control]] = []
        self._select: Control | None = None
        self._textarea: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._htmx(given)
        if tag == "form":
            self._start_form(given)
        elif tag == "a" and "href" in given:
            self.links.append(urljoin(self.url, given["href"]))
        elif tag in {"input", "button"}:
            self._input(given, "text" if tag == "input" else "submit")
        elif tag == "select":
            self._select = self._add(given, "select")
        elif tag == "textarea":
            self._textarea = self._add(given, "textarea")
            if self._textarea:
                self._textarea.values = [""]
        elif tag == "option" and self._select:
            value = given.get("value", "")
            self._select.choices.append(value)
            if "selected" in given:
                self._select.values.append(value)

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._textarea.values[0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._open:
            self._open.pop()
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._textarea:
            # The first line break after the tag is no part of the text.
            text = self._textarea.values[0].removeprefix("\n")
            self._textarea.values = [text] if text else []
            self._textarea = None

    def _start_form(self, given: dict[str, str]) -> None:
        form = Form(
            urljoin(self.url, given.get("action", "")),
            given.get("method", "get").lower(),
            given.get("enctype", "application/x-www-form-urlencoded"),
        )
        self.forms.append(form)
        self._open.append(form)
        if "id" in given:
            self._by_id[given["id"]] = form

    def _htmx(self, given: dict[str, str]) -> None:
        """A part of a form that asks on its own sends the form to another URL."""
        if "hx-post" in given:
            around = self._open[-1] if self._open else None
            controls = around.controls if around else {}
            url = urljoin(self.url, given["hx-post"])
            self.forms.append(Form(url, "post", "application/x-www-form-urlencoded", controls))

    def _input(self, given: dict[str, str], default: str) -> None:
        kind = given.get("type", default).lower()
        value = given.get("value", "")
        if given.get("formaction"):
            self._button_with_action(given)
        control = self._add(given, "button" if kind in _NOT_SENT else kind)
        if control is None:
            return
        if kind in {"radio", "checkbox"}:
            control.choices.append(value or "on")
            if "checked" in given:
                control.values.append(value or "on")
        elif kind in _NOT_SENT:
            control.choices.append(value)
            control.values = control.choices[-1:]
        elif value:
            control.values.append(value)

    def _button_with_action(self, given: dict[str, str]) -> None:
        around = self._by_id.get(given.get("form", "")) or (self._open[-1] if self._open else None)
        if around:
            url = urljoin(self.url, given["formaction"])
            method = given.get("formmethod", around.method)
            self.forms.append(Form(url, method, around.kind, around.controls))

    def _add(self, given: dict[str, str], kind: str) -> Control | None:
        name = given.get("name")
        if not name:
            return None
        if "form" in given and given["form"] not in self._by_id:
            control = Control(name, kind)
            self._outside.append((given["form"], control))
            return control
        form = self._by_id.get(given.get("form", "")) or (self._open[-1] if self._open else None)
        return form.controls.setdefault(name, Control(name, kind)) if form else None

    def close(self) -> None:
        super().close()
        for identifier, control in self._outside:
            if form := self._by_id.get(identifier):
                form.controls.setdefault(control.name, control)


def read_page(url: str, html: str) -> tuple[list[Form], list[str]]:
    reader = _Reader(url)
    reader.feed(html)
    reader.close()
    return reader.forms, reader.links


def same_form(forms: Iterable[Form], form: Form) -> Form | None:
    """Return the form that is shown again."""
    typed = {control.name for control in form.controls.values() if control.is_typed}
    return next(
        (one for one in forms if one.method == form.method and typed <= set(one.controls)), None
    )
