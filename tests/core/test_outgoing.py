import pytest

from core import outgoing
from core.outgoing import Failure, Unreachable

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


def test_a_host_that_nobody_knows_is_told_apart(in_production):
    with pytest.raises(Unreachable) as refused:
        outgoing.post("https://nobody.invalid/", body=b"{}", headers={}, seconds=1)
    assert refused.value.failure == Failure.UNKNOWN_HOST
