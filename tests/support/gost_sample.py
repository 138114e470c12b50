"""Make tests/data/gost_sealed.pdf, a PDF sealed with GOST R 34.10-2012 keys by another publisher.

Run it by `python -m tests.support.gost_sample FOLDER` on a machine whose OpenSSL finds the engine
`gost` in FOLDER (Debian: libengine-gost-openssl, folder engines-3). The tests only read the file.
"""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pikepdf
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from tests.support.paths import DATA

SAMPLE = DATA / "gost_sealed.pdf"
SIGNER = "Вестник ГОСТ"
_ROOM = 8192


def _openssl(engines: str, *arguments: str) -> None:
    environment = {**os.environ, "OPENSSL_ENGINES": engines}
    subprocess.run(["openssl", *arguments], env=environment, check=True)


def _blank_page() -> bytes:
    output = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(output)
    return output.getvalue()


def _sign(engines: str, folder: Path, content: bytes) -> bytes:
    key, certificate = str(folder / "key.pem"), str(folder / "certificate.pem")
    signed, signature = folder / "signed", folder / "signature"
    signed.write_bytes(content)
    make = ("req", "-x509", "-engine", "gost", "-newkey", "gost2012_256", "-pkeyopt", "paramset:A")
    subject = ("-utf8", "-subj", f"/O={SIGNER}/CN={SIGNER}", "-days", "3650", "-nodes")
    _openssl(engines, *make, *subject, "-keyout", key, "-out", certificate)
    sign = ("cms", "-sign", "-engine", "gost", "-binary", "-cades", "-md", "md_gost12_256")
    keys = ("-signer", certificate, "-inkey", key, "-outform", "DER")
    _openssl(engines, *sign, *keys, "-in", str(signed), "-out", str(signature))
    return signature.read_bytes()


def make(engines: str) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(_blank_page()))
    embedder = PdfCMSEmbedder(SigFieldSpec("Signature")).write_cms("Signature", writer)
    next(embedder)
    placeholder = SignatureObject(bytes_reserved=_ROOM, subfilter=SigSeedSubFilter.PADES)
    embedder.send(SigObjSetup(sig_placeholder=placeholder))
    # The digest that pyHanko takes is not used: it knows no GOST R 34.11.
    _digest, output = embedder.send(SigIOSetup(md_algorithm="sha256"))
    with tempfile.TemporaryDirectory() as folder:
        embedder.send(_sign(engines, Path(folder), _covered(output.getvalue())))
    SAMPLE.write_bytes(output.getvalue())


def _covered(pdf: bytes) -> bytes:
    at = pdf.rindex(b"/ByteRange")
    numbers = pdf[pdf.index(b"[", at) + 1 : pdf.index(b"]", at)].split()
    first, length, second, rest = map(int, numbers)
    return pdf[first : first + length] + pdf[second : second + rest]


if __name__ == "__main__":
    make(sys.argv[1])
