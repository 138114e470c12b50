import multiprocessing
import stat

from certificates.signing import Seal, make_self_signed, signer_from_pkcs12


def _make(path):
    make_self_signed(path, "Вести")
    return Seal(signer_from_pkcs12(path)).fingerprint


def test_several_processes_make_one_key(tmp_path):
    path = tmp_path / "keys" / "seal.p12"
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        fingerprints = pool.map(_make, [path] * 8, chunksize=1)
    assert len(set(fingerprints)) == 1
    assert [each.name for each in path.parent.iterdir()] == ["seal.p12"]


def test_an_existing_key_is_not_replaced(tmp_path):
    path = tmp_path / "seal.p12"
    first = _make(path)
    assert _make(path) == first


def test_key_is_readable_by_its_owner_alone(tmp_path):
    _make(tmp_path / "seal.p12")
    assert stat.S_IMODE((tmp_path / "seal.p12").stat().st_mode) == 0o600
