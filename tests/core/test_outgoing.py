import socket
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat
from cryptography.x509.oid import NameOID

from core import outgoing
from core.outgoing import Failure, Unreachable
from tests.support.receiver import running_receiver

INSIDE = [
    "https://10.0.0.1/",
    "https://192.168.1.10/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://[::1]/",
    "https://[fd00::1]/",
    "https://[fe80::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://224.0.0.1/",
    "https://[::127.0.0.1]/",
    "https://[::a00:1]/",
    "https://[::ffff:0:127.0.0.1]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[64:ff9b:1:7f00:0:100::]/",
    "https://[64:ff9b:1:ffff:0:7f00:1:0]/",
    "https://[100::1]/",
    "https://[2001::7f00:1]/",
    "https://example.org:22/",
    "https://example.org:25/",
    "https://example.org:1023/",
]
NAMES_OF_THIS_MACHINE = ["https://localhost/", "https://127.1/", "https://2130706433/"]


@pytest.fixture
def in_production(settings):
    settings.OUTGOING_TO_LOOPBACK = False


@pytest.mark.parametrize("url", [*INSIDE, "https://127.0.0.1/", "http://example.org/"])
def test_an_address_inside_is_refused_when_it_is_typed(in_production, url):
    assert outgoing.fault(url)


@pytest.mark.parametrize("url", [*INSIDE, *NAMES_OF_THIS_MACHINE])
def test_an_address_inside_is_never_connected_to(in_production, url):
    with pytest.raises(Unreachable) as refused:
        outgoing.post(url, body=b"{}", headers={}, seconds=1)
    assert refused.value.failure == Failure.FORBIDDEN


@pytest.mark.parametrize("url", INSIDE[:5])
def test_permitting_loopback_permits_nothing_else(settings, url):
    settings.OUTGOING_TO_LOOPBACK = True
    with pytest.raises(Unreachable):
        outgoing.post(url, body=b"{}", headers={}, seconds=1)


@pytest.mark.parametrize(
    "url",
    ["", "https://", "ftp://example.org/", "https://a:b@example.org/", "https://example.org:x/"],
)
def test_what_is_no_address_is_refused(url):
    assert outgoing.fault(url)


def test_an_unknown_host_has_a_failure_of_its_own(in_production):
    with pytest.raises(Unreachable) as refused:
        outgoing.post("https://nobody.invalid/", body=b"{}", headers={}, seconds=1)
    assert refused.value.failure == Failure.UNKNOWN_HOST


@pytest.mark.parametrize("host", ["a..example", f"{'a' * 64}.example"])
def test_a_host_that_no_name_server_can_know_is_unknown(in_production, host):
    with pytest.raises(Unreachable) as refused:
        outgoing.post(f"https://{host}/", body=b"{}", headers={}, seconds=1)
    assert refused.value.failure == Failure.UNKNOWN_HOST


@pytest.mark.parametrize(
    ("host", "path", "known_as"),
    [
        ("пример.рф", "/а", "xn--e1afmkfd.xn--p1ai"),
        ("PRIMER。example", "?without=path", "primer.example"),
    ],
)
def test_a_host_is_spelled_as_name_servers_know_it(settings, monkeypatch, host, path, known_as):
    settings.OUTGOING_TO_LOOPBACK = True
    resolve = socket.getaddrinfo

    def resolve_here(name, *args, **options):
        return resolve("127.0.0.1" if name == known_as else name, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_here)
    with running_receiver() as receiver:
        port = urlsplit(receiver.url).port
        url = f"http://{host}:{port}{path}"
        assert outgoing.post(url, body=b"{}", headers={}, seconds=5).is_success
    ((headers, _body),) = receiver.taken
    assert headers["Host"] == f"{known_as}:{port}"


@pytest.fixture
def secure_server(tmp_path):
    """An HTTPS server on loopback with a self-signed certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    pem = tmp_path / "server.pem"
    unlocked = serialization.NoEncryption()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, unlocked)
    pem.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with running_receiver(context) as receiver:
        receiver.pem = pem
        yield receiver


def test_a_server_that_nobody_has_vouched_for_is_not_talked_to(secure_server):
    with pytest.raises(Unreachable) as refused:
        outgoing.post(secure_server.url, body=b"{}", headers={}, seconds=2)
    assert refused.value.failure == Failure.TLS
    assert secure_server.taken == []


def test_the_certificate_must_be_the_names_though_an_address_is_called(secure_server, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(secure_server.pem))
    body = {"body": b"{}", "headers": {}, "seconds": 2}
    by_name = secure_server.url.replace("127.0.0.1", "localhost")
    assert outgoing.post(by_name, **body).status == 200
    headers, _sent = secure_server.taken[0]
    assert headers["Host"].startswith("localhost:")
    with pytest.raises(Unreachable):
        outgoing.post(secure_server.url, **body)
