"""Does the time of an answer tell whether an address is registered?

    DEMO=1 DATABASE_URL=… REDIS_URL=… python -m bench.accounts [rounds]

Asks each page for known and unknown addresses by turns and prints how long the answers took, in
milliseconds. The medians should differ by less than the spread within one column.
"""

import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.cache import cache  # noqa: E402 - Django must be set up first
from django.test import Client  # noqa: E402

from accounts.actions import install_default_consents, register_person  # noqa: E402
from core.models import Site  # noqa: E402

PASSWORD = "korotkij-utrennij-tuman"
CONSENTS = {"consent_personal-data": "on", "consent_terms": "on"}


def known() -> str:
    email = f"{uuid.uuid4().hex}@bench.example"
    register_person(email=email, password=PASSWORD, display_name=uuid.uuid4().hex)
    return email


def unknown() -> str:
    return f"{uuid.uuid4().hex}@bench.example"


REQUESTS = {
    "sign in": lambda email: ("/accounts/login/", {"login": email, "password": "wrong-password"}),
    "new password": lambda email: ("/accounts/password/reset/", {"email": email}),
    "code": lambda email: ("/accounts/login/code/", {"email": email}),
    "register": lambda email: (
        "/accounts/signup/",
        {"email": email, "password1": PASSWORD, "display_name": uuid.uuid4().hex} | CONSENTS,
    ),
}


def once(request: Callable[[str], tuple[str, dict[str, str]]], email: str) -> float:
    path, data = request(email)
    cache.clear()
    client = Client()
    began = time.perf_counter()
    client.post(path, data)
    return (time.perf_counter() - began) * 1000


def row(name: str, times: list[float]) -> str:
    cuts = statistics.quantiles(times, n=20)
    shown = (cuts[0], cuts[4], statistics.median(times), cuts[14], cuts[18])
    return f"{name:24}" + "".join(f"{value:9.1f}" for value in shown)


def publication() -> Site:
    names = {"name_ru": "Скорость", "legal_name_ru": "Скорость", "editor_in_chief_ru": "С"}
    site, _created = Site.objects.get_or_create(slug="bench", defaults=names)
    return site


def main(rounds: int) -> None:
    install_default_consents(site=publication(), actor=None)
    print(f"{'':24}" + "".join(f"{name:>9}" for name in ("5%", "25%", "median", "75%", "95%")))
    for name, request in REQUESTS.items():
        times: dict[str, list[float]] = {"known": [], "unknown": []}
        for _ in range(rounds):
            for kind, address in (("known", known), ("unknown", unknown)):
                times[kind].append(once(request, address()))
        for kind, taken in times.items():
            print(row(f"{name}, {kind}", taken[2:]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
