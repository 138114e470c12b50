"""Certificate authorities, timestamps and revocation services on loopback, by certomancer."""

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

from asn1crypto import pem
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, PKIArchitecture
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.serving import serving

_TIME_STAMPING = [
    {
        "id": "key_usage",
        "critical": True,
        "smart-value": {"schema": "key-usage", "params": ["digital_signature"]},
    },
    {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
]
_ENTITIES = {
    "root": "Root",
    "responder": "Responder",
    "clock": "Clock",
    "later-clock": "Later clock",
    "owner": "Owner",
}


def _validity(until):
    return {"valid-from": "2020-01-01T00:00:00+0000", "valid-to": f"{until}-01-01T00:00:00+0000"}


def _issued(until, **more):
    return {"issuer": "root", "validity": _validity(until), **more}


_CERTIFICATES = {
    "root": _issued(
        2100,
        subject="root",
        profiles=[{"id": "simple-ca", "params": {"crl-repo": "root", "ocsp-service": "ask"}}],
    ),
    "responder": _issued(2100, subject="responder", profiles=["ocsp-responder"]),
    "clock": _issued(2030, subject="clock", extensions=_TIME_STAMPING),
    "later-clock": _issued(2090, subject="later-clock", extensions=_TIME_STAMPING),
    "owner": _issued(2028, subject="owner", profiles=["digsig-commitment"]),
}
_SERVICES = {
    "ocsp": {"ask": {"for-issuer": "root", "responder-cert": "responder"}},
    "crl-repo": {"root": {"for-issuer": "root", "simulated-update-schedule": "P90D"}},
    "time-stamping": {
        "clock": {"signing-cert": "clock"},
        "later-clock": {"signing-cert": "later-clock"},
    },
}


@dataclass(frozen=True)
class Services:
    """`roots` is a PEM file; `owner` a PKCS#12 file of a key that the authority vouches for."""

    url: str
    roots: Path
    owner: Path
    architecture: PKIArchitecture

    def timestamps_of(self, name):
        return f"{self.url}/trust/tsa/{name}"

    def certificate(self, name):
        return self.architecture.get_cert(CertLabel(name))


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


@contextmanager
def running(folder):
    for name in _ENTITIES:
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.pem").write_bytes(pem)
    with serving(make_server("127.0.0.1", 0, None, handler_class=_Quiet)) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        config = CertomancerConfig(_configuration(folder, url), key_search_dir=str(folder))
        server.set_app(Animator(AnimatorArchStore(config.pki_archs), with_web_ui=False))
        yield _services(url, folder, config.get_pki_arch(ArchLabel("trust")))


def _configuration(folder, url):
    return {
        "external-url-prefix": url,
        "keysets": {
            "keys": {
                "path-prefix": str(folder),
                "keys": {name: {"path": f"{name}.pem"} for name in _ENTITIES},
            }
        },
        "pki-architectures": {
            "trust": {
                "keyset": "keys",
                "entity-defaults": {"organization-name": "Удостоверяющий центр"},
                "entities": {
                    name: {"common-name": common_name} for name, common_name in _ENTITIES.items()
                },
                "certs": _CERTIFICATES,
                "services": _SERVICES,
            }
        },
    }


def _services(url, folder, architecture):
    owner = folder / "owner.p12"
    owner.write_bytes(architecture.package_pkcs12(CertLabel("owner")))
    roots = folder / "roots.pem"
    root = architecture.get_cert(CertLabel("root"))
    roots.write_bytes(pem.armor("CERTIFICATE", root.dump()))
    return Services(url, roots, owner, architecture)
