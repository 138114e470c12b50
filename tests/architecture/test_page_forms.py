"""Every form of every page, filled with odd values: an answer for people, nothing typed is lost.

The forms are found by walking the URLconf and the links of its pages as six people. A template with
a form, or a URL that takes one, must be reached or named here with its reason. `make fuzz` puts
every value into every field.
"""

import logging
import time
from collections import Counter, deque
from dataclasses import dataclass
from itertools import cycle, islice
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import Resolver404, resolve

from accounts.models import User
from tests.support import doors
from tests.support.fuzz_tally import IS_LONG, tally_of
from tests.support.html_forms import read_page, same_form
from tests.support.paths import ROOT
from tests.support.people import PASSWORD, new_person, prove, signed_in
from tests.support.undoing import same_visitor, undone

pytestmark = pytest.mark.django_db
WHO = ("stranger", "reader", "editor", "registrar", "administrator", "superuser")
_HOST = "http://testserver"
# Of one person; the links of the administration never end.
_MOST_PAGES = 900 if IS_LONG else 350
# Of one form in a short run, each with one value; other ones in each form.
_FIELDS_FILLED = 5
_MOST_CPU = 5  # seconds
_FORM = "application/x-www-form-urlencoded"

VALUES = {
    "empty": "",
    "blank": " \t\r\n",
    "half of a pair": b"\xed\xa0\x80",
    "no UTF-8": b"\xff\xfe",
    "NUL": "а\0б",
    "superscript": "²",
    "Arabic digits": "٣",
    "huge number": "9" * 4400,
    "large number": "9" * 19,
    "negative": "-1",
    "not finite": "1e999",
    "first day": "0001-01-01",
    "no such day": "31.02.2026",
    "beyond the calendar": "99999-12-31T23:59:60Z",
    "right to left": "\u202eтекст\u202c",
    "zero width": "\u200b\u2060\ufeff",
    "markup": "<script>alert(1)</script>{{ 7 }}{% debug %}",
    "no such choice": "no-such-choice",
    "overlong": "Ж" * 20_001,
    "a megabyte": "Я" * 500_000,
    "a URL that is none": "http://[",
    "a path": "../../../etc/passwd",
    "line breaks": "a\r\nSet-Cookie: x=1\r\n\r\n",
}
# What stays as it was typed wherever a page shows it again.
_SHOWN_AGAIN = {"superscript", "Arabic digits", "no such day", "a path", "markup", "negative"}

# Pages that one comes to by a form on another: where the person is, what is sent there, and the
# page that follows.
STEPS = {
    "signing in by a code": ("/accounts/login/code/", {"email": "reader@example.org"}),
    "resetting a password": ("/accounts/password/reset/", {"email": "reader@example.org"}),
    "claiming a certificate": ("/certificates/claim/", {"email": "ivanova@yandex.ru"}),
}
FOLLOWING = (
    "accounts/login/code/confirm/",
    "accounts/password/reset/confirm/",
    "certificates/claim/code/",
)

# By reason: templates with a form that the walk does not reach.
OTHER_TEMPLATES: dict[str, set[str]] = {
    "by the link in an e-mail": {
        "account/password_reset_from_key.html",
        "accounts/email_undo.html",
        "accounts/reset_link.html",
        "comments/unsubscribe.html",
    },
    "by a password or a passkey that was given before": {
        "account/password_set.html",
        "account/sign_in_again.html",
        "mfa/authenticate.html",
        "mfa/totp/deactivate_form.html",
        "mfa/webauthn/authenticator_confirm_delete.html",
        "mfa/webauthn/edit_form.html",
        "mfa/webauthn/reauthenticate.html",
    },
    "by the answer of another service": {
        "accounts/sign_on.html",
        "accounts/sign_on_new.html",
        "accounts/sign_on_tie.html",
        "idp/oidc/authorization_form.html",
        "idp/oidc/device_authorization_code_form.html",
        "idp/oidc/device_authorization_confirm_form.html",
        "idp/oidc/logout.html",
        "socialaccount/login.html",
        "socialaccount/signup.html",
    },
    "by the code in an e-mail": {"certificates/claimed.html"},
    "of a person who has a second step": {"admin/accounts/remove_second_factor.html"},
    "on a page of the publication, by the widget": {
        "comments/composer.html",
        "comments/offer.html",
    },
    "drawn by none of our pages": {"allauth/elements/form.html"},
}
# By reason: URLs that take a form which no page of the walk has. `test_inputs.py` sends odd values
# to all URLs.
OTHER_URLS: dict[str, set[str]] = {
    "by a link, a code, a passkey or another service": {
        "accounts/2fa/authenticate/",
        "accounts/2fa/reauthenticate/",
        "accounts/2fa/totp/deactivate/",
        "accounts/2fa/webauthn/keys/<int:pk>/edit/",
        "accounts/2fa/webauthn/keys/<int:pk>/remove/",
        "accounts/2fa/webauthn/reauthenticate/",
        "accounts/3rdparty/signup/",
        "accounts/confirm-email/",
        "accounts/email/undo/",
        "accounts/password/reset/complete/",
        "accounts/password/set/",
        "accounts/reauthenticate/again/",
        "accounts/sign-on/",
        "accounts/sign-on/new/",
        "accounts/sign-on/tie/",
        "certificates/claim/<str:number>/",
        "notifications/unsubscribe/<str:token>/",
    },
    "former addresses of pages": {
        "accounts/social/connections/",
        "accounts/social/login/cancelled/",
        "accounts/social/login/error/",
        "accounts/social/signup/",
    },
    "while something of the kind is waiting, stopped or closed": {
        "accounts/3rdparty/",
        "accounts/data/erasure/withdrawal/",
        "accounts/other-sites/",
        "accounts/sessions/",
        "accounts/sessions/<int:session_id>/end/",
        "desk/bulk-decisions/<int:bulk_decision_id>/resume/",
        "desk/bulk-decisions/<int:bulk_decision_id>/undo/",
        "desk/comments/<int:comment_id>/release/",
        "desk/comments/<int:comment_id>/undo/",
        "desk/complaints/<int:complaint_id>/resending/",
        "desk/rulebook/draft/discarding/",
        "desk/rulebook/draft/publication/",
        "desk/threads/<int:thread_id>/reopening/",
        "desk/words/lists/<slug:name>/dry-runs/<int:dry_run_id>/resume/",
        "muted/<int:person_id>/end/",
        "registrar/applications/<int:application_id>/decision/",
        "registrar/decisions/",
        "registrar/imports/<int:import_id>/pack/",
        "registrar/imports/<int:import_id>/pause/",
        "registrar/imports/<int:import_id>/resume/",
        "registrar/imports/<int:import_id>/retry/",
        "threads/comments/<int:comment_id>/appeal/",
        "webhooks/<int:endpoint_id>/resume/",
    },
    "never: they answer as to GET": {
        "accounts/2fa/recovery-codes/download/",
        "accounts/data/",
        "accounts/data/export/<int:export_id>/",
        "accounts/history/",
        "accounts/password/link/",
    },
    "by scripts": {"complaints/begin/", "threads/comments/"},
}


@dataclass(frozen=True, slots=True)
class Found:
    """A form, the page that has it, and the person who sees it."""

    who: str
    page: str
    form: object

    @property
    def key(self):
        path = urlsplit(self.form.action).path
        return route_of(path) or path, self.form.method, self.form.names


def route_of(path):
    try:
        return resolve(path).route.replace("^", "").replace("$", "")
    except Resolver404:
        return None


class Walk:
    """Opens every page of the URLconf as one person, then those that the pages lead to."""

    def __init__(self, who, browser):
        self.who, self.browser = who, browser
        self.found, self.templates = [], set()

    def run(self, urls, there, *, follows_links=True):
        paths = [doors.path_of(url, doors.values_for(url, there)) for url in urls]
        waiting, seen = deque(_HOST + path for path in paths), set()
        while waiting and len(seen) < _MOST_PAGES:
            url = waiting.popleft()
            key = self.key(url)
            if key is None or key in seen:
                continue
            seen.add(key)
            links = self.open(url)
            waiting.extend(links if follows_links else ())

    def key(self, url):
        """Return what makes two pages alike: their route, and the names in their queries."""
        parts = urlsplit(url)
        route = route_of(parts.path) if f"{parts.scheme}://{parts.netloc}" == _HOST else None
        if route is None or route.startswith(("api/", "_allauth/", "anymail/", "identity/")):
            return None
        return route, tuple(sorted(name for name, _value in parse_qsl(parts.query)))

    def open(self, url):
        with undone():
            page = same_visitor(self.browser).get(url.removeprefix(_HOST))
            html = html_of(page)
        if page.status_code >= 500:
            self.found.append(Found(self.who, url, None))
        if html is None:
            return []
        self.templates |= {template.name for template in page.templates}
        forms, links = read_page(url, html)
        # A dialog sends nothing.
        sent = [one for one in forms if one.method in {"get", "post"}]
        self.found += [Found(self.who, url, one) for one in sent if one.action.startswith(_HOST)]
        return links


def html_of(answer):
    if answer.streaming:
        list(answer.streaming_content)
        return None
    if not answer.get("Content-Type", "").startswith("text/html"):
        return None
    return answer.content.decode()


@pytest.fixture
def browsers(clients, there):
    """Return the browser of each person; those of STEPS are strangers'."""
    root = new_person("root@example.org", "Рута")
    User.objects.update(is_staff=True)
    User.objects.filter(pk=root.pk).update(is_superuser=True)
    found = {**clients, "superuser": signed_in(root)}
    for who in WHO[1:]:
        # Some pages ask for the password again.
        prove(found[who], PASSWORD if who == "superuser" else "pw")
    for who, (path, sent) in STEPS.items():
        found[who] = Client()
        found[who].post(path, sent)
    return found


@pytest.fixture
def walks(browsers, there):
    logging.disable()
    urls = [url for url in doors.every_url() if url.method == "GET"]
    following = [url for url in urls if url.route in FOLLOWING]
    found = [Walk(who, browser) for who, browser in browsers.items()]
    for walk in found:
        is_step = walk.who in STEPS
        walk.run(following if is_step else urls, there, follows_links=not is_step)
    yield found
    logging.disable(logging.NOTSET)


def test_every_form_is_found_and_takes_odd_values(walks, browsers, there):
    found = {(one.who, one.key): one for walk in walks for one in walk.found if one.form}
    broken = [one.page for walk in walks for one in walk.found if one.form is None]
    assert broken == []
    tally = tally_of("forms")
    distinct = found if IS_LONG else {key[1]: one for key, one in found.items()}
    seen = Counter()
    for at, one in enumerate(distinct.values()):
        count = tally.of(one.who)
        seen[one.who] += 1
        # An earlier run has filled these.
        if seen[one.who] <= count.next:
            continue
        if tally.is_over_time:
            break
        Filling(one, browsers[one.who], tally).run(at)
        count.next += 1
        tally.save()
    assert len(distinct) > 100
    templates, urls = missed(walks, browsers, there)
    unnamed = {
        "templates": templates - set().union(*OTHER_TEMPLATES.values()),
        "urls": urls - set().union(*OTHER_URLS.values()),
    }
    faults = [*tally.failures[:40], *(f"{kind}: {sorted(v)}" for kind, v in unnamed.items() if v)]
    assert faults == [], f"{len(tally.failures)}:\n" + "\n".join(faults)


def missed(walks, browsers, there):
    """Return the templates with a form and the URLs that take one which no walk reached."""
    rendered = set().union(*(walk.templates for walk in walks))
    reached = {one.key[0] for walk in walks for one in walk.found if one.form}
    urls = [url for url in urls_of_forms() if url.route not in reached]
    taken = {url.route for url in urls if takes_forms(browsers["superuser"], url, there)}
    return with_forms() - rendered, taken


def with_forms():
    """Return the names of our templates that have a form, or a part that asks on its own."""
    folders = [*ROOT.glob("*/templates"), ROOT / "templates"]
    return {
        str(path.relative_to(folder))
        for folder in folders
        for path in folder.rglob("*.html")
        if any(mark in path.read_text() for mark in ("<form", "hx-post"))
    }


def urls_of_forms():
    """Return the URLs of pages: those of the API take JSON, and libraries have their own tests."""
    others = ("api/", "_allauth/", "anymail/", "identity/", "admin/", ".well-known/", "i18n/")
    urls = [url for url in doors.every_url() if url.method == "POST"]
    return [url for url in urls if not url.route.startswith(others)]


def takes_forms(client, url, there):
    with undone():
        path = doors.path_of(url, doors.values_for(url, there))
        return same_visitor(client).post(path).status_code != 405


class Filling:
    """Fills in one form, and looks at what the person then sees."""

    def __init__(self, found, client, tally):
        self.found, self.form, self.client, self.tally = found, found.form, client, tally

    def run(self, at):
        data = self.form.data()
        whole = [self.empty, self.twice, self.as_list, self.as_files, self.as_json, self.torn]
        whole += [self.without_token]
        for send in whole if IS_LONG else islice(cycle(whole), at, at + 2):
            send(data)
        # The row that scripts copy is no part of what was typed.
        names = [one for one in data if one != "csrfmiddlewaretoken" and "__prefix__" not in one]
        if IS_LONG:
            filled = [(name, kind) for name in names for kind in VALUES]
        else:
            chosen = islice(cycle(names), at, at + min(len(names), _FIELDS_FILLED))
            filled = zip(chosen, islice(cycle(VALUES), at, None), strict=False)
        for name, kind in filled:
            self.fill(data, name, kind, VALUES[kind])

    def fill(self, data, name, kind, value):
        changed = {**data, name: [value]}
        answer = self.send(f"{name}: {kind}", urlencode(changed, doseq=True).encode())
        shown = self.shown_again(answer)
        if shown is None:
            return
        for control in self.form.controls.values():
            is_changed = control.name == name
            if not control.is_typed or "__prefix__" in control.name:
                continue
            if is_changed and kind not in _SHOWN_AGAIN:
                continue
            typed = changed.get(control.name) or [""]
            kept = shown.controls[control.name].values or [""]
            # An address typed without a scheme gets one (`core/url_fields.py`).
            kept = [line(one).removeprefix("https://") for one in kept]
            if kept != [line(one).removeprefix("https://") for one in typed]:
                self.fault(f"{name}: {kind}", f"{control.name}: {typed} became {kept}"[:500])

    def shown_again(self, answer):
        """Return the form on the page after a refusal, if it is there."""
        if self.form.method == "get" or answer is None or answer.status_code not in {200, 400, 422}:
            return None
        html = html_of(answer)
        return same_form(read_page(self.found.page, html)[0], self.form) if html else None

    def empty(self, _data):
        self.send("nothing", b"")

    def twice(self, data):
        pairs = [(name, value) for name, values in data.items() for value in [*values, "другое"]]
        self.send("each twice", urlencode(pairs).encode())

    def as_list(self, data):
        pairs = [(f"{name}[0][a]", value) for name, values in data.items() for value in values]
        pairs += [(f"{name}[]", "1") for name in data]
        self.send("lists", urlencode(pairs).encode())

    def as_files(self, data):
        files = {name: SimpleUploadedFile("a\u202e.pdf", b"%PDF-\0") for name in data}
        self.send("files for texts", encode_multipart(BOUNDARY, files), MULTIPART_CONTENT)
        names = [one.name for one in self.form.controls.values() if one.kind == "file"]
        texts = {**dict.fromkeys(names, "text"), **{name: v[:1] for name, v in data.items()}}
        self.send("texts for files", encode_multipart(BOUNDARY, texts), MULTIPART_CONTENT)

    def as_json(self, data):
        self.send("JSON", b'{"a": [1]}', "application/json")
        self.send("no type", urlencode(data, doseq=True).encode(), "")
        self.send("plain text", urlencode(data, doseq=True).encode(), "text/plain")

    def torn(self, data):
        whole = encode_multipart(BOUNDARY, {name: value[:1] for name, value in data.items()})
        self.send("torn", whole[: len(whole) // 2], MULTIPART_CONTENT)
        self.send("no boundary", whole, "multipart/form-data")

    def without_token(self, data):
        if "csrfmiddlewaretoken" not in data or self.form.method == "get":
            return
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = self.client.cookies.copy()
        others = {name: values for name, values in data.items() if name != "csrfmiddlewaretoken"}
        body = urlencode(others, doseq=True).encode()
        answer = self.send("no token", body, client=strict)
        if answer is not None and answer.status_code != 403:
            self.fault("no token", answer.status_code)

    def send(self, what, body, kind=_FORM, client=None):
        client = client or same_visitor(self.client)
        url = urlsplit(self.form.action)
        path = url.path + (f"?{url.query}" if url.query else "")
        query = {}
        if self.form.method == "get":
            query["QUERY_STRING"] = body.decode("latin-1")[:70_000]
        self.tally.of(self.found.who).cases += 1
        spent = time.process_time()
        with undone():
            try:
                answer = client.generic(
                    self.form.method.upper(),
                    path,
                    b"" if query else body,
                    content_type=kind,
                    headers={"Referer": quote(self.found.page, safe=":/?=&%")},
                    **query,
                )
                html = html_of(answer)
            except Exception as error:  # noqa: BLE001 - each is what is looked for
                self.fault(what, f"{type(error).__name__}: {error}"[:300], "errors", body)
                return None
        if time.process_time() - spent > _MOST_CPU:
            self.fault(what, f"{time.process_time() - spent:.1f} s", "over", body)
        if answer.status_code >= 500:
            self.fault(what, answer.status_code, "errors", body)
        elif answer.status_code >= 400 and html is not None and not html.strip():
            self.fault(what, f"{answer.status_code} without a sentence")
        return answer

    def fault(self, what, detail, kind="violations", body=b""):
        where = f"{self.form.method} {self.form.action} of {self.found.page}"
        self.tally.fail(self.found.who, kind, f"{where}, {what}: {detail}", body[:100_000])


def line(value):
    """Browsers send line breaks as CR LF, and forms drop the space at the ends."""
    return value.decode(errors="replace") if isinstance(value, bytes) else " ".join(value.split())
