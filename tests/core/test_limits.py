"""Limits count by account and by network, also requests sent at once and while Valkey is away."""

import importlib
import time
from types import SimpleNamespace

import pytest
from allauth.core.internal.httpkit import get_client_ip
from allauth.core.internal.ratelimit import truncate_ip
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from core import limits
from core.errors import TooManyRequests
from core.limits import Limit, count, use_once
from core.networks import client_of, network_of, plain_ip
from tests.support.parallel import in_parallel
from tests.support.paths import ROOT

ACT = Limit(act="test", seconds=3600, per_account=3, per_network=5, per_key=2)


@pytest.fixture(params=["with Valkey", "without"])
def valkey(request, settings):
    if request.param == "without":
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
    return request.param


@pytest.fixture(autouse=True)
def _own_counters(monkeypatch):
    monkeypatch.setattr(limits, "_here", limits._CountersOfProcess())
    # A slow answer of a busy machine is no outage.
    monkeypatch.setattr(limits, "_PATIENCE", 60)
    # All of a test in one span.
    now = time.time()
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: now))


def refused(times, **subject):
    """Return how many of so many acts are refused."""
    return len(in_parallel(lambda _n: count(ACT, refusal="Позже.", **subject), times))


@pytest.mark.usefixtures("valkey")
@pytest.mark.django_db(transaction=True)
def test_of_parallel_requests_no_more_than_the_limit_pass():
    assert refused(20, account=7) == 17
    assert refused(20, account=8) == 17
    assert refused(20, key="a@example.org") == 18


@pytest.mark.usefixtures("valkey")
def test_a_network_is_an_address_of_ipv4_or_a_64_of_ipv6():
    ips = [f"2001:db8:1:2:{n:x}::{n:x}" for n in range(1, 6)]
    for ip in ips:
        count(ACT, refusal="Позже.", ip=ip)
    with pytest.raises(TooManyRequests):
        count(ACT, refusal="Позже.", ip="2001:db8:1:2:ffff::1")
    count(ACT, refusal="Позже.", ip="2001:db8:1:3::1")
    count(ACT, refusal="Позже.", ip="192.0.2.1")


@pytest.mark.usefixtures("valkey")
def test_accounts_of_one_network_share_its_limit():
    for account in range(5):
        count(ACT, refusal="Позже.", account=account, ip="192.0.2.7")
    with pytest.raises(TooManyRequests, match="Позже"):
        count(ACT, refusal="Позже.", account=9, ip="::ffff:192.0.2.7")


@pytest.mark.usefixtures("valkey")
def test_a_refusal_says_when_to_come_back():
    for _ in range(3):
        count(ACT, refusal="Позже.", account=1)
    with pytest.raises(TooManyRequests) as refusal:
        count(ACT, refusal="Позже.", account=1)
    assert 0 < int(refusal.value.headers["Retry-After"]) <= ACT.seconds


def test_a_new_span_begins_at_zero(monkeypatch):
    for _ in range(3):
        count(ACT, refusal="Позже.", account=1)
    later = time.time() + ACT.seconds
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: later))
    count(ACT, refusal="Позже.", account=1)


@pytest.mark.usefixtures("valkey")
@pytest.mark.django_db(transaction=True)
def test_what_may_be_used_once_is_used_once():
    errors = in_parallel(lambda _n: use_once("code", "k", seconds=60, refusal="Уже."), 8)
    assert len(errors) == 7


def test_counters_of_a_process_are_bounded(settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(limits, "_COUNTED_HERE", 10)
    for account in range(50):
        count(ACT, refusal="Позже.", account=account)
    assert len(limits._here._counts) == 10


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:DB8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff:ffff:ffff:ffff", "2001:db8::/64"),
        ("2001:db8:0:1::", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_networks(ip, network):
    assert network_of(ip) == network


@pytest.mark.parametrize(
    "ip", ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8:a:b:c:d:e:f", "fe80::1%eth0"]
)
def test_the_limits_of_sign_in_count_by_the_same_networks(ip):
    """They are those of allauth, which is given `plain_ip`."""
    assert truncate_ip(plain_ip(ip)) == network_of(ip).removesuffix("/64")


@pytest.mark.django_db
def test_every_request_has_its_plain_address(client, site):
    answer = client.get("/verify/", REMOTE_ADDR="::ffff:192.0.2.5")
    assert answer.wsgi_request.ip == "192.0.2.5"


def all_limits():
    """Every limit of the product, found in its modules."""
    for directory in ("accounts", "certificates", "comments", "core", "webhooks"):
        for path in sorted((ROOT / directory).rglob("*.py")):
            if "Limit(act=" in path.read_text(encoding="utf-8"):
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                for value in vars(importlib.import_module(name)).values():
                    if isinstance(value, Limit):
                        yield value


LIMITS = sorted(set(all_limits()), key=lambda limit: limit.act)


def test_operators_can_read_every_limit():
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    for limit in LIMITS:
        numbers = [limit.per_account, limit.per_network, limit.per_key]
        cells = "".join(" |" if one is None else f" {one} |" for one in numbers)
        row = f"| `{limit.act}` | {limit.seconds} s |{cells}"
        assert row in text, row
    assert len(LIMITS) > 8


@pytest.mark.usefixtures("valkey")
@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.act)
def test_every_limit_holds_with_and_without_valkey(limit):
    subjects = {
        "account": (limit.per_account, 7),
        "ip": (limit.per_network, "192.0.2.9"),
        "key": (limit.per_key, "a@example.org"),
    }
    for name, (most, subject) in subjects.items():
        for _ in range(most or 0):
            count(limit, refusal="Позже.", **{name: subject})
        if most is not None:
            with pytest.raises(TooManyRequests):
                count(limit, refusal="Позже.", **{name: subject})


ADDRESSES = [
    *("192.0.2.1", " 192.0.2.1 ", "192.0.2.1:80", "192.0.2.1:", "192.0.2.01", "192.0.2", "unknown"),
    *("2001:DB8::1", "[2001:db8::1]:80", "[2001:db8::1]", "[192.0.2.1]:80", "::ffff:192.0.2.1"),
    *("", " ", ":80", "[]:80", "fe80::1%eth0", "192.0.2.1, ", ", 192.0.2.1", "a, b, 192.0.2.1"),
    *("192.0.2.1,192.0.2.2", "192.0.2.1:x", "1:80", "\n", "[2001:db8::1]:80:80"),
]


@pytest.mark.parametrize("trusted", [0, 1, 2])
@pytest.mark.parametrize("named", ADDRESSES)
@pytest.mark.parametrize("header", ["REMOTE_ADDR", "HTTP_X_FORWARDED_FOR"])
def test_the_client_is_whom_allauth_takes_for_it(settings, trusted, named, header):
    settings.TRUSTED_PROXY_COUNT = settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    request = RequestFactory().get("/", **{"REMOTE_ADDR": "198.51.100.1", header: named})
    try:
        expected = get_client_ip(request)
    except ImproperlyConfigured:
        expected = None
    assert client_of(request.META) == (expected and plain_ip(expected))
