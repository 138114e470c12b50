"""A key that stays in its device: SoftHSM, spoken to through PKCS#11 as any other."""

import datetime as dt
import io
import os
import subprocess
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11 import Attribute
from pkcs11.util.x509 import decode_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certificates.issuing.keys import seal_of
from certificates.rendering import render
from certificates.signing import DeviceSilent, KeyUnusable, Seal, Token, signer_from_token
from core.models import Site
from tests.support.documents import design_of, sample
from tests.support.signed import vouched_for

DATA = sample("publication")
TEMPLATE = design_of(DATA)
MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")  # of Debian's package softhsm2
NAME, PIN = "Редакция", "123456"


def softhsm(*arguments):
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)


KEYS = {
    "p-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "rsa": lambda: rsa.generate_private_key(65537, 3072),
}


@pytest.fixture(scope="session")
def device(tmp_path_factory):
    """A device with a key of each kind, each with its certificate.

    One for the process: SoftHSM reads its configuration once, and a login stays.
    """
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    softhsm("--init-token", "--free", "--label", NAME, "--pin", PIN, "--so-pin", PIN)
    for number, (label, make) in enumerate(KEYS.items()):
        key = make()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "key.pem").write_bytes(pem)
        imported = ["--import", folder / "key.pem", "--token", NAME, "--label", label]
        softhsm(*imported, "--id", f"0{number}", "--pin", PIN)
        _put_certificate(vouched_for(key).public_bytes(Encoding.DER), label)
    yield
    del os.environ["SOFTHSM2_CONF"]


def _put_certificate(der, label):
    device = pkcs11.lib(str(MODULE)).get_token(token_label=NAME)
    with device.open(rw=True, user_pin=PIN) as session:
        described = decode_x509_certificate(der) | {Attribute.LABEL: label, Attribute.TOKEN: True}
        session.create_object(described)


def sealed_by(seal):
    return seal.seal(
        render(TEMPLATE, DATA, seal=seal.mark),
        reason="",
        location="",
        at=dt.datetime.now(dt.UTC),
        place=TEMPLATE.seal_place,
    )


@pytest.mark.parametrize("key", KEYS)
def test_a_key_in_a_device_seals_as_one_in_a_file(device, key):
    seal = Seal(signer_from_token(Token(MODULE, NAME, PIN, key)))
    for sealed in (sealed_by(seal), sealed_by(seal)):
        signature = PdfFileReader(io.BytesIO(sealed)).embedded_signatures[0]
        nobody = ValidationContext(trust_roots=[], allow_fetching=False)
        status = validate_pdf_signature(signature, signer_validation_context=nobody)
        assert (status.intact, status.valid, status.docmdp_ok) == (True, True, True)
        assert status.signing_cert.sha256.hex() == seal.fingerprint
    assert seal.mark.owner == "Вести образования"


@pytest.mark.parametrize(
    "wrong",
    [Token(MODULE, "другой", PIN, "rsa"), Token(MODULE, NAME, PIN, "другой")],
    ids=["name", "key"],
)
def test_a_device_without_the_key_raises_an_error(device, wrong):
    with pytest.raises(KeyUnusable, match=wrong.name):
        signer_from_token(wrong)


def test_the_device_is_chosen_in_the_settings(device, settings):
    settings.CERTIFICATES_PKCS11_MODULE = str(MODULE)
    settings.CERTIFICATES_PKCS11_TOKEN, settings.CERTIFICATES_PKCS11_PIN = NAME, PIN
    settings.CERTIFICATES_PKCS11_KEY = "p-256"
    expected = Seal(signer_from_token(Token(MODULE, NAME, PIN, "p-256"))).fingerprint
    assert seal_of(Site(slug="vesti")).fingerprint == expected


def test_a_lost_session_raises_an_error_and_is_reopened(device):
    seal = Seal(signer_from_token(Token(MODULE, NAME, PIN, "rsa")))
    sealed_by(seal)
    pkcs11.lib(str(MODULE)).reinitialize()
    with pytest.raises(DeviceSilent):
        sealed_by(seal)
    assert sealed_by(seal)
