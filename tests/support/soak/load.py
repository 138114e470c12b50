"""The people who use the product while it is harmed, each in a thread of this process."""

import random
import re
import threading
import time
import traceback
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from http import HTTPStatus
from itertools import count

from certificates.imports.tables import write_table
from demo.conversation import ANSWER, FIRST, QUESTION, THANKS
from tests.support.soak.clients import Client, new_key
from tests.support.soak.journal import Post
from tests.support.waiting import wait_for

_WORDS = re.findall(r"\w{3,}", f"{FIRST} {QUESTION} {ANSWER} {THANKS}".lower())
_SYLLABLES = [f"{consonant}{vowel}" for consonant in "вдлмнрст" for vowel in "аеио"]
_SURNAMES = ("Лебедева", "Орлова", "Соколова", "Белова", "Зайцева", "Волкова", "Павлова")
_HEADER = ["Фамилия", "Имя", "Отчество", "Должность", "Место работы", "Название материала"]
_HEADER += ["Ссылка на публикацию", "Электронная почта"]
_FIELDS = ("surname", "given_name", "patronymic", "position", "institution", "title", "url")
_FIELDS += ("email",)
# How long a person waits for an e-mail with a code.
_SECONDS_TO_CODE = 60
_SECONDS_FOR_ERRANDS = 90
_PAUSES = {"post": 0.4, "decide": 0.3, "close": 1.0, "read": 0.2, "intrude": 0.2}


class Load:
    """`start` and `stop` it around each round. The journal is of all rounds."""

    def __init__(self, stack, scenery, journal):
        self._stack, self._scenery, self.journal = stack, scenery, journal
        self._is_over = threading.Event()
        self._pool, self._people, self._errands = None, [], []
        self._numbers = count(1)
        # Ids of comments that wait for an editor.
        self._held = deque()

    def start(self, applicants, rows):
        self._is_over.clear()
        people = [lambda poster=poster: self._post(poster) for poster in self._posters()]
        acts = [
            *((act, _PAUSES["post"]) for act in people),
            (self._decide, _PAUSES["decide"]),
            (self._close, _PAUSES["close"]),
            (self._read, _PAUSES["read"]),
            (self._intrude, _PAUSES["intrude"]),
        ]
        self._pool = ThreadPoolExecutor(len(acts) + 2)
        self._people = [self._pool.submit(self._go_on, *act) for act in acts]
        self._errands = [
            self._pool.submit(self._import, rows),
            self._pool.submit(self._apply_all, applicants),
        ]

    def stop(self):
        """Wait for the applications and the table, and for the end of each act that has begun."""
        wait(self._errands, timeout=_SECONDS_FOR_ERRANDS)
        self._is_over.set()
        self._pool.shutdown()
        people = [*self._people, *self._errands]
        errors = [error for person in people if (error := person.exception())]
        self.journal.surprises += ["".join(traceback.format_exception(error)) for error in errors]

    def wait_for_progress(self, writes=3):
        """Wait until more writes were acknowledged."""
        enough = self.journal.acknowledged + writes
        wait_for(lambda: self.journal.acknowledged >= enough, seconds=120)

    def wait_for_requests(self, requests=5):
        """Wait until more requests were sent, with or without an answer."""
        enough = self.journal.requests["sent"] + requests
        wait_for(lambda: self.journal.requests["sent"] >= enough, seconds=120)

    def _go_on(self, act, pause):
        while not self._is_over.wait(pause * random.uniform(0.5, 1.5)):
            act()

    def _client(self, person=None, **options):
        cookies = person.cookies if person else {}
        return Client(self._stack.ports, self.journal, self._is_over, cookies=cookies, **options)

    def _posters(self):
        return [(person, self._client(person)) for person in self._scenery.posters]

    def _comments(self, key):
        return f"/api/v1/sites/{self._scenery.site}/threads/{key}/comments/"

    def _post(self, poster):
        person, client = poster
        post = Post(person.id, random.choice(self._scenery.threads), self._text())
        self.journal.posts[post.text] = post
        request = ("POST", self._comments(post.thread), {"text": post.text})
        # Some people look whether their comment is there, instead of sending it again.
        send = client.ask if random.random() < 0.2 else client.insist
        answer = send(*request, headers=new_key())
        if answer is None:
            return
        if answer.status != HTTPStatus.CREATED:
            self.journal.refused.add(post.text)
            self._surprise("post", answer)
            return
        comment = answer.data
        self.journal.posts[post.text] = replace(post, id=comment["id"])
        self.journal.acknowledge()
        if comment["state"] == "held":
            self._held.append(comment["id"])

    def _text(self):
        words = " ".join(random.choices(_WORDS, k=14))
        # No two are alike, so that none is taken for a copy.
        mark = " ".join("".join(random.choices(_SYLLABLES, k=4)) for _ in range(4))
        return f"{words} {mark} {next(self._numbers)}"

    def _decide(self):
        if not self._held:
            return
        comment_id = self._held.popleft()
        is_approved = random.random() < 0.7
        decision = {"action": "approve"} if is_approved else {"action": "reject"}
        decision |= {"rule": "" if is_approved else self._scenery.rule, "expected_state": "held"}
        path = f"/api/v1/moderation/comments/{comment_id}/decisions/"
        answer = self._client(self._scenery.editor).insist("POST", path, decision)
        if answer is None:
            return
        if answer.status != HTTPStatus.OK:
            self._surprise("decision", answer)
            return
        self.journal.decisions[comment_id] = "published" if is_approved else "rejected"
        self.journal.acknowledge()

    def _close(self):
        """Open a thread that everybody reads, and then close it to strangers."""
        key = f"soak-closed-{next(self._numbers)}"
        path = f"/api/v1/sites/{self._scenery.site}/threads/{key}/"
        editor, stranger = self._client(self._scenery.editor), self._client()
        for is_closed in (False, True):
            settings = {"title": key, "url": "", "registered_only": is_closed}
            answer = editor.insist("PUT", path, settings)
            if answer is None:
                return
            if answer.status != HTTPStatus.OK:
                self._surprise("closing", answer)
                return
            # Now it is in the memory of a web process.
            stranger.ask("GET", self._comments(key))
        self.journal.closed_threads.append(key)
        self.journal.acknowledge()

    def _read(self):
        reader = self._client()
        answer = reader.ask("GET", self._comments(random.choice(self._scenery.threads)))
        if answer is not None and answer.status != HTTPStatus.OK:
            self._surprise("reading", answer)

    def _apply_all(self, emails):
        for email in emails:
            if self._is_over.is_set():
                return
            self._apply(email)

    def _apply(self, email):
        client = self._client()
        token = self._sign_in(client, email)
        if token is None:
            return
        client.headers["X-Session-Token"] = token
        answers = dict(zip(_FIELDS, [*self._row(), email], strict=True))
        begun = client.insist(
            "POST",
            "/api/v1/applications/",
            {"programme": "publication", "answers": answers},
            headers=new_key(),
        )
        if begun is None:
            return
        if begun.status != HTTPStatus.CREATED or begun.data["slips"] or begun.data["field_errors"]:
            self._surprise("application", begun)
            return
        path = f"/api/v1/applications/{begun.data['id']}/confirmation/"
        confirmed = client.insist("POST", path, {"digest": begun.data["digest"]})
        if confirmed is None:
            return
        if confirmed.status != HTTPStatus.OK:
            self._surprise("confirmation", confirmed)
            return
        self.journal.applications[begun.data["id"]] = email
        self.journal.acknowledge()

    def _sign_in(self, client, email):
        """Return the token of a session that a code from an e-mail opened."""
        sign_in = "/_allauth/app/v1/auth/code"
        known = self._stack.mailbox.codes_to(email)
        # Each try sends another code, and the product sends a few to one mailbox.
        for _try in range(3):
            # Patiently, because tries that were cut off count towards the limit, too.
            asked = client.insist("POST", f"{sign_in}/request", {"email": email}, pause=2)
            if asked is None or asked.status == HTTPStatus.BAD_REQUEST:
                return None
            if asked.status != HTTPStatus.UNAUTHORIZED:
                self._surprise("code", asked)
                return None
            code = self._code_after(known, email)
            if code is None:
                return None
            token = asked.data["meta"].get("session_token")
            # The clock was set forward while the code was sent, which has lapsed by now.
            if token is None:
                known = self._stack.mailbox.codes_to(email)
                continue
            headers = {"X-Session-Token": token}
            confirmed = client.ask("POST", f"{sign_in}/confirm", {"code": code}, headers=headers)
            if confirmed is not None and confirmed.status == HTTPStatus.OK:
                return confirmed.data["meta"]["session_token"]
            known = self._stack.mailbox.codes_to(email)
        return None

    def _code_after(self, known, email):
        deadline = time.monotonic() + _SECONDS_TO_CODE
        while (codes := self._stack.mailbox.codes_to(email)) == known:
            if self._is_over.wait(0.1) or time.monotonic() > deadline:
                return None
        return codes[-1]

    def _row(self):
        number = next(self._numbers)
        name = (random.choice(_SURNAMES), "Мария", "Петровна", "учитель", "МБОУ «Школа № 5»")
        return [*name, f"Открытый урок {number}", f"https://vesti.example/{number}/"]

    def _import(self, rows):
        client = self._client(self._scenery.registrar)
        table = write_table(_HEADER, [[*self._row(), ""] for _ in range(rows)])
        form = {"programme": str(self._scenery.programme), "table": ("Таблица.xlsx", table)}
        uploaded = client.insist("POST", "/registrar/imports/", form=form)
        if uploaded is None:
            return
        if uploaded.status != HTTPStatus.FOUND:
            self._surprise("table", uploaded)
            return
        path = uploaded.headers["Location"]
        progress = {"HX-Request": "true"}
        while True:
            answer = client.insist("GET", path, headers=progress)
            if answer is None:
                return
            if answer.headers.get("HX-Refresh"):
                break
            if self._is_over.wait(0.3):
                return
        started = client.insist("POST", f"{path}run/", form={})
        if started is None:
            return
        if started.status != HTTPStatus.FOUND:
            self._surprise("import", started)
            return
        self.journal.imports[int(path.rstrip("/").rpartition("/")[2])] = rows
        self.journal.acknowledge(rows)

    def _intrude(self):
        """Try a door that is closed to the person who tries it."""
        name, client, request = random.choice(self._closed_doors())
        answer = client.ask(*request)
        if answer is not None and answer.status < HTTPStatus.BAD_REQUEST:
            self.journal.let_in.append(f"{name}: {request[0]} {request[1]} → {answer.status}")

    def _closed_doors(self):
        scenery = self._scenery
        stranger = self._client()
        token = self._client(headers=scenery.editor.widget)
        closed = [scenery.members_only, *self.journal.closed_threads[-5:]]
        held = next(iter(self._held), 1)
        text = {"text": self._text()}
        decision = {"action": "approve", "expected_state": "held"}
        return [
            *(("a thread for readers", stranger, ("GET", self._comments(key))) for key in closed),
            ("anonymous", stranger, ("POST", self._comments(scenery.threads[0]), text)),
            (
                "a banned person",
                self._client(scenery.banned),
                ("POST", self._comments(scenery.threads[0]), text),
            ),
            (
                "a banned person's token",
                self._client(headers=scenery.banned.widget),
                ("POST", self._comments(scenery.threads[0]), text),
            ),
            ("a token at the desk", token, ("GET", "/api/v1/moderation/queue/")),
            (
                "a token at the desk",
                token,
                ("POST", f"/api/v1/moderation/comments/{held}/decisions/", decision),
            ),
            (
                "a reader at the desk",
                self._client(scenery.posters[0]),
                ("GET", "/api/v1/moderation/queue/"),
            ),
        ]

    def _surprise(self, act, answer):
        self.journal.surprises.append(f"{act}: {answer.status} {answer.body[:300].decode()}")
