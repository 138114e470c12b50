"""An HTTP client that is used to being cut off."""

import http.client
import json
import random
import uuid
from dataclasses import dataclass
from itertools import cycle

_PATIENCE = 15  # seconds
# Seconds before a request is repeated.
_PAUSE = 0.3
_SERVER_ERROR = 500
_TOKEN = "0123456789abcdef" * 2


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def data(self):
        return json.loads(self.body)


class Client:
    """A person with an IP address. Requests go to the web processes in turn, as the edge does it.

    `journal` counts the requests; `is_over` is set when the load ends.
    """

    def __init__(self, ports, journal, is_over, *, headers=(), cookies=()):
        self._ports = cycle(random.sample(ports, len(ports)))
        self._journal = journal
        self._is_over = is_over
        self.headers = dict(headers)
        self.cookies = dict(cookies) | {"csrftoken": _TOKEN}
        # Limits are counted by network, so each client has another network.
        self._ip = ".".join(["10", *(str(random.randrange(1, 255)) for _ in range(3))])

    def ask(self, method, path, data=None, *, headers=(), form=None):
        """Send a request once. Return None if there was no answer, or an error of the server."""
        body, content_type = _encoded(data, form)
        sent = {
            "X-Forwarded-For": self._ip,
            "X-CSRFToken": _TOKEN,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": content_type,
            **self.headers,
            **dict(headers),
        }
        self._journal.requests["sent"] += 1
        connection = http.client.HTTPConnection("127.0.0.1", next(self._ports), timeout=_PATIENCE)
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            self._journal.requests["cut off"] += 1
            return None
        finally:
            connection.close()
        if answer.status >= _SERVER_ERROR:
            self._journal.requests["server error"] += 1
            return None
        return answer

    def insist(self, method, path, data=None, *, headers=(), form=None, pause=_PAUSE):
        """Repeat a request until it is answered. Return None only when the load ends before."""
        while (answer := self.ask(method, path, data, headers=headers, form=form)) is None:
            if self._is_over.wait(pause):
                return self.ask(method, path, data, headers=headers, form=form)
        return answer


def new_key():
    return {"Idempotency-Key": uuid.uuid4().hex}


def _encoded(data, form):
    if form is not None:
        return _multipart(form)
    return (b"" if data is None else json.dumps(data).encode()), "application/json"


def _multipart(form):
    """Return a form with text and files, which are pairs of a name and bytes."""
    border = uuid.uuid4().hex
    parts = []
    for name, value in form.items():
        filename, content = value if isinstance(value, tuple) else (None, value.encode())
        disposition = f'form-data; name="{name}"'
        if filename is not None:
            disposition += f'; filename="{filename}"'
        head = f"--{border}\r\nContent-Disposition: {disposition}\r\n\r\n"
        parts.append(head.encode() + content + b"\r\n")
    parts.append(f"--{border}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={border}"
