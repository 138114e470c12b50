import datetime as dt
import json
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import CertomancerConfig
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from certificates.rendering import CertificateFacts, TemplateVersion, render, seal_place
from certificates.signing import Seal, Verdict, inspect, make_self_signed

AT = dt.datetime(2026, 11, 23, 12, 30, tzinfo=dt.UTC)
FACTS = CertificateFacts.from_data(
    json.loads((Path(__file__).parent.parent / "data/certificates/publication.json").read_text())
)
TEMPLATE = TemplateVersion.parse(FACTS.template)
TIME_STAMPING = [
    {
        "id": "key_usage",
        "critical": True,
        "smart-value": {
            "schema": "key-usage",
            "params": ["digital_signature"],
        },
    },
    {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
]
VALIDITY = {"valid-from": "2020-01-01T00:00:00+0000", "valid-to": "2100-01-01T00:00:00+0000"}


def architecture(keys):
    return {
        "keysets": {
            "keys": {
                "path-prefix": str(keys),
                "keys": {name: {"path": f"{name}.pem"} for name in ("root", "tsa")},
            }
        },
        "pki-architectures": {
            "clock": {
                "keyset": "keys",
                "entity-defaults": {"organization-name": "Служба времени"},
                "entities": {"root": {"common-name": "Root"}, "tsa": {"common-name": "TSA"}},
                "certs": {
                    "root": {
                        "subject": "root",
                        "issuer": "root",
                        "validity": VALIDITY,
                        "profiles": [{"id": "simple-ca", "params": {"max-path-len": 1}}],
                    },
                    "tsa": {
                        "subject": "tsa",
                        "issuer": "root",
                        "validity": VALIDITY,
                        "extensions": TIME_STAMPING,
                    },
                },
                "services": {"time-stamping": {"tsa": {"signing-cert": "tsa"}}},
            }
        },
    }


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def timestamp_url(tmp_path):
    for name in ("root", "tsa"):
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (tmp_path / f"{name}.pem").write_bytes(pem)
    config = CertomancerConfig(architecture(tmp_path), key_search_dir=str(tmp_path))
    application = Animator(AnimatorArchStore(config.pki_archs), with_web_ui=False)
    with make_server("127.0.0.1", 0, application, handler_class=_Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/clock/tsa/tsa"
        server.shutdown()


def sealed_with(timestamp_url, tmp_path):
    make_self_signed(tmp_path / "seal.p12", "Вести")
    seal = Seal(tmp_path / "seal.p12", timestamp_url=timestamp_url)
    place = seal_place(TEMPLATE)
    sealed = seal.seal(render(TEMPLATE, FACTS), reason="", location="", at=AT, place=place)
    return sealed, {seal.fingerprint}


def test_seal_bears_the_time_of_the_service(timestamp_url, tmp_path):
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    sealed, ours = sealed_with(timestamp_url, tmp_path)
    report = inspect(sealed, trusted=ours)
    assert (report.verdict, report.made_at) == (Verdict.OURS, AT)
    assert before <= report.timestamped_at <= dt.datetime.now(dt.UTC)


def test_silence_of_the_service_is_an_error_to_try_again(tmp_path):
    with pytest.raises(OSError, match="timestamp server"):
        sealed_with("http://127.0.0.1:9/", tmp_path)
