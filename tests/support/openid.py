"""An OpenID Connect provider of one person, on loopback: the code flow of Core 1.0, section 3.1,
with the proof of RFC 7636."""

import base64
import hashlib
import json
import secrets
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

CLIENT_ID, SECRET = "otklik", "secret-of-otklik"


class OpenIDProvider(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.key = generate_private_key(public_exponent=65537, key_size=2048)
        self.person = {"sub": "7", "name": "Анна", "email": "anna@elsewhere.example"}
        self.broken_metadata = ()
        self.codes, self.tokens = {}, set()
        self.named_issuer = self.issuer  # what its metadata say

    @property
    def configuration(self):
        ends = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "person",
            "jwks_uri": "keys",
        }
        addresses = {name: f"{self.issuer}/{end}" for name, end in ends.items()}
        return addresses | {
            "issuer": self.named_issuer,
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    @property
    def keys(self):
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [public | {"kid": "1", "alg": "RS256", "use": "sig"}]}

    def authorize(self, query):
        code = secrets.token_urlsafe()
        self.codes[code] = query["redirect_uri"], query["code_challenge"]
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def exchange(self, query):
        """A code is good once, for the client and the address that it was made for."""
        meant_for = self.codes.pop(query.get("code"), None)
        shown = query.get("redirect_uri"), challenge_of(query["code_verifier"])
        client = query.get("client_id"), query.get("client_secret")
        if meant_for != shown or client != (CLIENT_ID, SECRET):
            return None
        token = secrets.token_urlsafe()
        self.tokens.add(token)
        return {"access_token": token, "token_type": "Bearer", "id_token": self.id_token()}

    def id_token(self):
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "exp": time.time() + 60} | self.person
        return jwt.encode(claims, self.key, "RS256", headers={"kid": "1"})


class _Conversation(BaseHTTPRequestHandler):
    server: OpenIDProvider

    def do_GET(self):
        address = urlsplit(self.path)
        match address.path:
            case "/.well-known/openid-configuration":
                if self.server.broken_metadata:
                    self._say_as_it_is(*self.server.broken_metadata)
                else:
                    self._say(self.server.configuration)
            case "/keys":
                self._say(self.server.keys)
            case "/authorize":
                self._send_on(self.server.authorize(single(address.query)))
            case "/person":
                token = self.headers["Authorization"].removeprefix("Bearer ")
                self._say(self.server.person if token in self.server.tokens else None)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._say(self.server.exchange(single(body.decode())))

    def log_message(self, *_args):
        """Silences the request log so that test output stays readable."""

    def _say(self, answer):
        body = json.dumps(answer or {"error": "invalid_grant"}).encode()
        self._say_as_it_is(200 if answer else 400, body)

    def _say_as_it_is(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def _send_on(self, address):
        self.send_response(302)
        self.send_header("Location", address)
        self.end_headers()


def challenge_of(verifier):
    """S256 of RFC 7636, section 4.2."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def single(query):
    return {name: values[0] for name, values in parse_qs(query).items()}
