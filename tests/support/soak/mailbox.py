"""The mail server of the world outside: it is never killed, and remembers what it accepted."""

import email
import email.policy
import re
import threading
from collections import Counter
from contextlib import contextmanager

from tests.support.smtp import running_smtp

_CODE = re.compile(r"^\s*(\d{8})\s*$", re.MULTILINE)


class Mailbox:
    def __init__(self, postbox):
        self._postbox = postbox
        self._reading = threading.Lock()
        self._codes = {}
        # How often each Message-ID was accepted.
        self.accepted = Counter()

    @property
    def port(self):
        return self._postbox.port

    def read(self):
        """Take what the server has accepted since it was last read."""
        with self._reading:
            while self._postbox.messages:
                content = self._postbox.messages.pop(0)
                self._take(email.message_from_string(content, policy=email.policy.default))

    def _take(self, message):
        self.accepted[message["Message-ID"].strip()] += 1
        body = message.get_body(("plain",))
        if code := _CODE.search(body.get_content() if body else ""):
            self._codes.setdefault(message["To"], []).append(code[1])

    def codes_to(self, address):
        """Return the codes in e-mails to an address, the newest last."""
        self.read()
        return tuple(self._codes.get(address, ()))


@contextmanager
def running_mailbox():
    with running_smtp() as postbox:
        yield Mailbox(postbox)
