"""People who read, post, decide and apply over HTTP without a pause, and note what was accepted."""

import itertools
import random
import threading
import time
import uuid
from contextlib import contextmanager
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy

import requests
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from demo.people import EDITOR, PASSWORD, READER, REGISTRAR, SECOND_READER
from tests.support.answers import ANSWERS
from tests.support.waiting import wait_for

THREAD = "/api/v1/sites/vesti/threads/article-professionalitet-kaluga/comments/"
# The host by which the edge is reached over TLS. It passes requests on to the web processes.
_HOST = "127.0.0.1"
# A web process may be busy: readers see a page that says so.
_DOCUMENTED = {HTTPStatus.SERVICE_UNAVAILABLE}
# In seconds, between two acts. A certificate takes a worker a second, on a busy machine more, and
# people go on to apply while no worker runs.
_PAUSES = {"read": 0.05, "post": 1.2, "decide": 0.5, "apply": 4, "review": 4}
_PAUSE_WHEN_BUSY = 1
# Words that no list forbids; syllables at random make some.
_WORDS = (
    "школа урок учебник доска тетрадь карандаш перемена звонок линейка кабинет библиотека музей "
    "лекция семинар задача ответ вопрос решение пример таблица график карта глобус опыт прибор "
    "сад дерево цветок трава река озеро берег мост дорога поезд станция город улица дом окно "
    "утро вечер зима весна лето осень снег дождь ветер солнце облако небо звезда луна море остров"
)


class Balancer:
    """Spreads requests over web processes, and lets them end before a process is stopped."""

    def __init__(self):
        self._urls = []
        self._open = {}
        self._lock = threading.Lock()

    def add(self, url):
        with self._lock:
            self._open[url] = 0
            self._urls.append(url)

    def remove(self, url):
        with self._lock:
            self._urls.remove(url)
        wait_for(lambda: self._open[url] == 0)

    @contextmanager
    def url(self):
        with self._lock:
            url = random.choice(self._urls)
            self._open[url] += 1
        try:
            yield url
        finally:
            with self._lock:
                self._open[url] -= 1


class _CookiePolicy(DefaultCookiePolicy):
    """Takes a cookie with the prefix as browsers do: from this host alone, for all of it."""

    def set_ok(self, cookie, request):
        is_of_host = cookie.secure and cookie.path == "/" and not cookie.domain_specified
        is_refused = cookie.name.startswith("__Host-") and not is_of_host
        return not is_refused and super().set_ok(cookie, request)


class Visitor:
    """A browser, signed in or not, behind an edge that speaks TLS."""

    def __init__(self, balancer, faults):
        self._balancer, self._faults = balancer, faults
        self.session = requests.Session()
        self.session.cookies.set_policy(_CookiePolicy())
        # Limits are counted by network, so each visitor has another network.
        network = ".".join(str(random.randrange(1, 255)) for _part in range(3))
        self.session.headers.update(
            {
                "Host": _HOST,
                "Origin": f"https://{_HOST}",
                "X-Forwarded-Proto": "https",
                "X-Forwarded-For": f"10.{network}",
            }
        )

    def cookie_names(self):
        return set(self.session.cookies.keys())

    @property
    def _csrf_token(self):
        # As the scripts of our pages look for it.
        cookies = self.session.cookies
        return cookies.get("__Host-csrftoken") or cookies.get("csrftoken", "")

    def ask(self, method, path, expected=(200,), key=None, **body):
        """Return the response; note a fault unless its status is expected."""
        with self._balancer.url() as url:
            # Those for TLS, too: the edge passes them on without it.
            cookies = "; ".join(f"{one.name}={one.value}" for one in self.session.cookies)
            headers = {"X-CSRFToken": self._csrf_token, "Cookie": cookies}
            if key:
                headers["Idempotency-Key"] = key
            try:
                response = self.session.request(
                    method, url + path, headers=headers, allow_redirects=False, timeout=60, **body
                )
            except requests.RequestException as error:
                self._faults.append(f"{method} {url}{path}: {error!r}")
                raise
        if response.status_code not in {*expected, *_DOCUMENTED}:
            text = response.text[:300]
            self._faults.append(f"{method} {url}{path}: {response.status_code} {text}")
        return response

    def insist(self, *request, **options):
        """Repeat a request while the web process is busy."""
        while (response := self.ask(*request, **options)).status_code in _DOCUMENTED:
            time.sleep(_PAUSE_WHEN_BUSY)
        return response

    def sign_in(self, email, seed=""):
        """Sign in by the password, and by a code of the app that has the seed, if there is one."""
        self.ask("GET", "/accounts/login/")
        self._submit("/accounts/login/", login=email, password=PASSWORD)
        if seed:
            self.ask("GET", "/accounts/2fa/authenticate/")
            self._submit("/accounts/2fa/authenticate/", code=_code(seed))
        self.check_signed_in()
        return self

    def prove(self):
        """Type the password again, which exports of data ask for."""
        self._submit("/accounts/reauthenticate/", password=PASSWORD)

    def check_signed_in(self):
        self.ask("GET", "/api/v1/access/", expected=(204,))

    def load_page(self):
        """Load a page with forms, which gives the browser the token for them."""
        self.insist("GET", "/rules/")

    def _submit(self, path, **fields):
        token = {"csrfmiddlewaretoken": self._csrf_token}
        self.ask("POST", path, expected=(302,), data=fields | token)


def _code(seed):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(seed, counter))


class Traffic:
    """The acts of five people, each in a thread, until they are stopped."""

    def __init__(self, balancer):
        self.faults = []
        self.comments = {}  # by id, the texts that were accepted
        self.published = []  # ids of comments that were published at once
        self.decisions = {}  # by the id of a comment, how often its removal was accepted
        self.applications = []  # ids of those that were confirmed and must get a certificate
        self.rulings = {}  # by the id of an application, what a registrar has made of it
        self._balancer = balancer
        self._acts = dict.fromkeys(_PAUSES, 0)
        self._stopped = threading.Event()
        self._resting = threading.Event()
        self._busy = {name: threading.Lock() for name in self._acts}
        self._threads = []
        self._numbers = itertools.count(1)
        self._undecided = []
        self._has_first = False  # whether the work of `_review` has a certificate, or gets one

    def visitor(self):
        return Visitor(self._balancer, self.faults)

    def start(self):
        self.people = {
            "read": self.visitor(),
            "post": self.visitor().sign_in(READER.email),
            "decide": self.visitor().sign_in(EDITOR.email),
            "apply": self.visitor().sign_in(SECOND_READER.email),
            "review": self.visitor().sign_in(REGISTRAR.email),
        }
        # Not the one who applies: a person has one draft for a programme.
        self._candidate = self.visitor().sign_in(READER.email)
        for name in self.people:
            thread = threading.Thread(target=self._repeat, args=[name], name=name)
            thread.start()
            self._threads.append(thread)

    def stop(self):
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def go_on(self, times=4):
        """Wait until everybody has acted so many times more."""
        before = dict(self._acts)
        wait_for(
            lambda: self.faults or all(self._acts[name] >= before[name] + times for name in before),
            seconds=600,
        )
        self.check()

    @contextmanager
    def rest(self):
        """Pause all people while the block runs."""
        self._resting.set()
        for lock in self._busy.values():
            with lock:
                pass
        try:
            yield
        finally:
            self._resting.clear()

    def load_pages(self):
        """Let everybody load a page, as people do whose forms do not work any more."""
        for person in (*self.people.values(), self._candidate):
            person.load_page()

    def check(self):
        assert not self.faults, "\n".join(self.faults[:20])

    def _repeat(self, name):
        act = getattr(self, f"_{name}")
        while not self._stopped.is_set():
            with self._busy[name]:
                if not self._resting.is_set():
                    try:
                        act(self.people[name])
                    except Exception as error:  # noqa: BLE001  # the test looks at the faults
                        self.faults.append(f"{name}: {error!r}")
                        return
                    self._acts[name] += 1
            self._stopped.wait(_PAUSES[name])

    def _read(self, reader):
        reader.ask("GET", THREAD)
        reader.ask("GET", "/rules/")

    def _post(self, reader):
        text, key = self._words(), uuid.uuid4().hex
        # As an impatient browser does: the second request may reach another process.
        first, second = (
            reader.ask("POST", THREAD, expected=(201,), key=key, json={"text": text})
            for _ in range(2)
        )
        if first.ok and second.ok and first.json()["id"] != second.json()["id"]:
            self.faults.append(f"posted twice: {text}")
        for response in (first, second):
            if response.ok:
                comment = response.json()
                self.comments[comment["id"]] = text
        if first.ok and first.json()["state"] == "published":
            self.published.append(first.json()["id"])
            self._undecided.append(first.json()["id"])
        reader.check_signed_in()

    def _decide(self, editor):
        editor.check_signed_in()
        if len(self._undecided) < 2:
            return
        comment_id = self._undecided.pop(0)
        # The other one stays.
        del self._undecided[:1]
        decision = {"action": "remove", "rule": "insults", "expected_state": "published"}
        path = f"/api/v1/moderation/comments/{comment_id}/decisions/"
        if editor.ask("POST", path, json=decision).ok:
            self.decisions[comment_id] = self.decisions.get(comment_id, 0) + 1

    def _apply(self, applicant):
        number = next(self._numbers)
        answers = ANSWERS | {
            "title": f"Развитие речи младших школьников, часть {number}",
            "url": f"https://vesti.example/articles/{number}/",
        }
        if application_id := self._confirmed(applicant, answers):
            self.applications.append(application_id)

    def _review(self, registrar):
        """Decide about an application for a work that has a certificate: it waits for that."""
        application_id = self._confirmed(self._candidate, ANSWERS)
        if not application_id:
            return
        if not self._has_first:
            self._has_first = True
            self.applications.append(application_id)
            return
        is_approved = len(self.rulings) % 2 == 0
        decision = (
            {"action": "approve"} if is_approved else {"action": "reject", "note": "Уже есть."}
        )
        decision |= {"expected_status": "submitted"}
        path = f"/api/v1/applications/{application_id}/decisions/"
        if registrar.insist("POST", path, json=decision).ok:
            self.rulings[application_id] = "approved" if is_approved else "rejected"
            if is_approved:
                self.applications.append(application_id)

    def _confirmed(self, applicant, answers):
        """Return the id of an application that was confirmed, or None."""
        body = {"programme": "publication", "answers": answers}
        started = applicant.ask(
            "POST", "/api/v1/applications/", expected=(201,), key=uuid.uuid4().hex, json=body
        )
        if not started.ok:
            return None
        application = started.json()
        path = f"/api/v1/applications/{application['id']}/confirmation/"
        confirmed = applicant.ask("POST", path, json={"digest": application["digest"]})
        return application["id"] if confirmed.ok else None

    def _words(self):
        words = " ".join(random.sample(_WORDS.split(), 9))
        return f"{words.capitalize()}, номер {next(self._numbers)}."
