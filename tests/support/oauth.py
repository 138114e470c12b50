"""VK ID, Yandex ID and Google on loopback, each speaking as its documentation says.

VK ID: https://id.vk.com/about/business/go/docs/ru/vkid/latest/vk-id/connection/api-description
Yandex: https://yandex.ru/dev/id/doc/ru/codes/code-url, https://yandex.ru/dev/id/doc/ru/user-information
Google: https://developers.google.com/identity/openid-connect/openid-connect#server-flow
"""

import json
import secrets
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode, urlsplit

import jwt

from tests.support.openid import challenge_of, single

CLIENT_ID, SECRET = "51999999", "secret-of-otklik"
REFUSED = {"error": "invalid_grant", "error_description": "Invalid code"}
ANNA = {
    "vk": {"user_id": "1234567890", "first_name": "Анна", "last_name": "К.", "sex": 1},
    "yandex": {"id": "1000034426", "login": "anna", "first_name": "Анна", "last_name": "К."},
    "google": {"sub": "10769150350006150715113082367", "name": "Анна К.", "given_name": "Анна"},
}


class Provider(ThreadingHTTPServer):
    """`person` signs in at the provider and consents; with `refuses` they decline."""

    daemon_threads = True
    authorize_path = token_path = person_path = ""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.codes, self.tokens = {}, set()
        self.person, self.refuses, self.breaks = {}, False, False

    def authorize(self, query):
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT_ID
        assert query["code_challenge_method"] == "S256"
        if self.refuses:
            fields = {"error": "access_denied", "error_description": "User denied", **_state(query)}
        else:
            code = secrets.token_urlsafe()
            self.codes[code] = query["redirect_uri"], query["code_challenge"]
            fields = {"code": code, **_state(query), **self.beside_the_code()}
        return f"{query['redirect_uri']}?{urlencode(fields)}"

    def beside_the_code(self):
        return {}

    def exchange(self, query):
        """A code is good once: for whom, where and with whose proof it was made."""
        known = self.codes.pop(query.get("code"), None)
        shown = query["redirect_uri"], challenge_of(query["code_verifier"])
        if self.breaks or known != shown or not self.knows_client(query):
            return 400, REFUSED
        token = secrets.token_urlsafe()
        self.tokens.add(token)
        return 200, {"access_token": token, "expires_in": 3600, **self.beside_the_token(query)}

    def knows_client(self, query):
        return (query["client_id"], query["client_secret"]) == (CLIENT_ID, SECRET)


class VK(Provider):
    authorize_path, token_path, person_path = "/authorize", "/oauth2/auth", "/oauth2/user_info"
    device = "device-of-anna"

    def beside_the_code(self):
        return {"device_id": self.device, "type": "code_v2", "expires_in": 600}

    def knows_client(self, query):
        """By the proof and the device alone; `state` must come, and comes back."""
        return (query["client_id"], query["device_id"]) == (CLIENT_ID, self.device)

    def beside_the_token(self, query):
        return {"refresh_token": "r", "id_token": "i", "token_type": "Bearer", **_state(query)}

    def tell(self, _headers, query):
        if query["client_id"] != CLIENT_ID or query["access_token"] not in self.tokens:
            return 401, {"error": "invalid_token"}
        return 200, {"user": self.person}


class Yandex(Provider):
    authorize_path, token_path, person_path = "/authorize", "/token", "/info"

    def beside_the_code(self):
        return {"cid": secrets.token_hex(8)}

    def beside_the_token(self, _asked):
        return {"token_type": "bearer", "refresh_token": "r", "scope": "login:info login:email"}

    def tell(self, headers, query):
        if headers["Authorization"].removeprefix("OAuth ") not in self.tokens:
            return 401, {"error": "invalid_token"}
        assert query == {"format": "json"}
        return 200, self.person


class Google(Provider):
    authorize_path, token_path, person_path = "/o/oauth2/v2/auth", "/token", "/none"

    def beside_the_code(self):
        return {"scope": "email profile openid", "authuser": "0", "prompt": "consent"}

    def beside_the_token(self, _asked):
        """The ID token names the person; it comes directly from Google."""
        now = int(time.time())
        issued = {"iss": "https://accounts.google.com", "aud": CLIENT_ID, "iat": now}
        claims = issued | {"exp": now + 3600} | self.person
        id_token = jwt.encode(claims, "k" * 32, "HS256", headers={"kid": "1"})
        return {"token_type": "Bearer", "scope": "openid email profile", "id_token": id_token}


class _Conversation(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self):
        address = urlsplit(self.path)
        query = single(address.query)
        if address.path == self.server.authorize_path:
            self.send_response(302)
            self.send_header("Location", self.server.authorize(query))
            self.end_headers()
        elif address.path == self.server.person_path:
            self._say(*self.server.tell(self.headers, query))

    def do_POST(self):
        query = single(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if self.path == self.server.token_path:
            self._say(*self.server.exchange(query))
        elif self.path == self.server.person_path:
            self._say(*self.server.tell(self.headers, query))

    def log_message(self, *_args):
        """Silences the request log so that test output stays readable."""

    def _say(self, status, answer):
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())


def _state(query):
    return {"state": query["state"]}
