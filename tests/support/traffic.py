"""People who read, post, decide and apply over HTTP without a pause, and note what was accepted."""

import itertools
import random
import threading
import uuid
from contextlib import contextmanager

import requests
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from demo.people import EDITOR, PASSWORD, READER, SECOND_READER
from tests.support.answers import ANSWERS
from tests.support.waiting import wait_for

THREAD = "/api/v1/sites/vesti/threads/article-professionalitet-kaluga/comments/"
# A web process may be busy: readers see a page that says so.
_DOCUMENTED = {503}
# In seconds, between two acts. A certificate takes a worker a second, and a network may send 120
# comments a minute.
_PAUSES = {"read": 0.05, "post": 1.2, "decide": 0.5, "apply": 1.5}
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


class Visitor:
    """A browser, signed in or not."""

    def __init__(self, balancer, faults):
        self._balancer, self._faults = balancer, faults
        self.session = requests.Session()

    def ask(self, method, path, expected=(200,), key=None, **body):
        """Return the response; note a fault unless its status is expected."""
        with self._balancer.url() as url:
            headers = {"X-CSRFToken": self.session.cookies.get("csrftoken", "")}
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

    def sign_in(self, email, seed=""):
        """Sign in by the password, and by a code of the app that has the seed, if there is one."""
        self.ask("GET", "/accounts/login/")
        self._submit("/accounts/login/", login=email, password=PASSWORD)
        if seed:
            self.ask("GET", "/accounts/2fa/authenticate/")
            self._submit("/accounts/2fa/authenticate/", code=_code(seed))
        self.check_signed_in()
        return self

    def check_signed_in(self):
        self.ask("GET", "/api/v1/access/", expected=(204,))

    def _submit(self, path, **fields):
        token = {"csrfmiddlewaretoken": self.session.cookies["csrftoken"]}
        self.ask("POST", path, expected=(302,), data=fields | token)


def _code(seed):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(seed, counter))


class Traffic:
    """The acts of four people, each in a thread, until they are stopped."""

    def __init__(self, balancer):
        self.faults = []
        self.comments = {}  # by id, the texts that were accepted
        self.published = []  # ids of comments that were published at once
        self.decisions = {}  # by the id of a comment, how often its removal was accepted
        self.applications = []  # ids of those that were confirmed
        self._balancer = balancer
        self._acts = dict.fromkeys(_PAUSES, 0)
        self._stopped = threading.Event()
        self._resting = threading.Event()
        self._busy = {name: threading.Lock() for name in self._acts}
        self._threads = []
        self._numbers = itertools.count(1)
        self._undecided = []

    def visitor(self):
        return Visitor(self._balancer, self.faults)

    def start(self):
        self.people = {
            "read": self.visitor(),
            "post": self.visitor().sign_in(READER.email),
            "decide": self.visitor().sign_in(EDITOR.email),
            "apply": self.visitor().sign_in(SECOND_READER.email),
        }
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
        """Pause all four people while the block runs."""
        self._resting.set()
        for lock in self._busy.values():
            with lock:
                pass
        try:
            yield
        finally:
            self._resting.clear()

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
        body = {"programme": "publication", "answers": answers}
        started = applicant.ask(
            "POST", "/api/v1/applications/", expected=(201,), key=uuid.uuid4().hex, json=body
        )
        if not started.ok:
            return
        application = started.json()
        path = f"/api/v1/applications/{application['id']}/confirmation/"
        if applicant.ask("POST", path, json={"digest": application["digest"]}).ok:
            self.applications.append(application["id"])

    def _words(self):
        words = " ".join(random.sample(_WORDS.split(), 9))
        return f"{words.capitalize()}, номер {next(self._numbers)}."
