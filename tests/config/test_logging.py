import pytest
from django.test import Client


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "192.0.2.1"),
        (1, "6.6.6.6, 192.0.2.7", "192.0.2.7"),
        (2, "6.6.6.6, 192.0.2.7, 10.0.0.1", "192.0.2.7"),
        (2, "192.0.2.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_the_log_believes_trusted_proxies_alone(settings, caplog, proxies, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = proxies

    Client(REMOTE_ADDR="192.0.2.1").get("/healthz", headers={"X-Forwarded-For": forwarded})

    assert [record.msg["ip"] for record in caplog.records] == [address]
