"""Does the time of an answer tell whether an address is known here?

    python -m devserver.embedded --durable python -m bench.accounts [pairs [page…]]

Over HTTP from Granian. Each page is asked for a known and an unknown address, one after the other;
which of them comes first is tossed. Every address and every network asks once, so that no limit
counts. Known addresses have an account, for certificates a certificate. Printed in milliseconds:
both medians, the median of the differences within the pairs with its 95 % interval, and how often
the known address took longer. An interval around 0, and 50 %, tell nothing.
"""

import http.client
import random
import statistics
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit

import django

from bench.environment import set_environment

set_environment(
    # Each request says from which network it comes.
    TRUSTED_PROXY_COUNT="1",
    EMAIL_URL="smtp://127.0.0.1:9",
)
django.setup()

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils import timezone

from accounts import names
from accounts.actions import install_default_consents
from accounts.models import User
from certificates.models import Application, Certificate, Programme
from certificates.numbers import new_code
from certificates.programmes import install_default_programmes
from certificates.states import ApplicationStatus
from core.models import Site
from devserver import processes
from devserver.supervisor import start, stop

PASSWORD = "korotkij-utrennij-tuman"
CONSENTS = {"consent_personal-data": "on", "consent_terms": "on"}
CSRF = "a" * 32
WARM_UP = 10
RESAMPLES = 2_000
PAGES = {
    "certificates": ("/certificates/claim/", lambda email: {"email": email}),
    "code": ("/accounts/login/code/", lambda email: {"email": email}),
    "new password": ("/accounts/password/reset/", lambda email: {"email": email}),
    "register": (
        "/accounts/signup/",
        lambda email: (
            {"email": email, "password1": PASSWORD, "display_name": uuid.uuid4().hex} | CONSENTS
        ),
    ),
    "sign in": (
        "/accounts/login/",
        lambda email: {"login": email, "password": "wrong-password"},
    ),
}


class Publication:
    """The publication, and addresses that it knows."""

    def __init__(self) -> None:
        self.site = Site.objects.create(
            slug="vesti",
            name_ru="Вести",
            legal_name_ru="АНО «Вести»",
            editor_in_chief_ru="О. П. Редакторова",
            complaints_email="redaktor@vesti.example",
            origins=[settings.BASE_URL],
        )
        install_default_consents(site=self.site, actor=None)
        install_default_programmes(site=self.site)
        self.programme = Programme.objects.get(slug="publication")
        self.password, self.serial = make_password(PASSWORD), 0

    def known(self, page: str) -> str:
        email = address()
        if page == "certificates":
            self._issue(email)
        else:
            name = uuid.uuid4().hex
            user = User.objects.create(
                email=email,
                password=self.password,
                display_name=name,
                name_skeleton=names.skeleton(name),
            )
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        return email

    def _issue(self, email: str) -> None:
        self.serial += 1
        year, now = timezone.localdate().year, timezone.now()
        application = Application.objects.create(
            programme=self.programme,
            form=self.programme.forms.newest(),
            status=ApplicationStatus.APPROVED,
            confirmed_at=now,
            decided_at=now,
        )
        Certificate.objects.create(
            application=application,
            programme=self.programme,
            year=year,
            serial=self.serial,
            number=f"{self.programme.number_prefix}-{year}-{self.serial:05}-X",
            code=new_code(),
            holder="Иванова Мария Петровна",
            title="Развитие речи",
            template=self.programme.template.active,
            document_data={},
            language="ru",
            email=email,
            issued_at=now,
        )


def address() -> str:
    return f"{uuid.uuid4().hex}@bench.example"


def network() -> str:
    return ".".join(["10", *(str(random.randrange(256)) for _ in range(3))])


def ask(connection: http.client.HTTPConnection, page: str, email: str) -> float:
    path, data = PAGES[page]
    body = urlencode(data(email) | {"csrfmiddlewaretoken": CSRF})
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={CSRF}",
        "X-Forwarded-For": network(),
    }
    began = time.perf_counter()
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    took = (time.perf_counter() - began) * 1000
    assert answer.status in {200, 302}, (page, answer.status, content[:1_000].decode())
    return took


def measure(publication: Publication, page: str, pairs: int) -> list[tuple[float, float]]:
    """Return how long the known and the unknown address of each pair took."""
    connection = http.client.HTTPConnection(urlsplit(settings.BASE_URL).netloc)
    taken = []
    for _ in range(pairs + WARM_UP):
        emails = [("known", publication.known(page)), ("unknown", address())]
        random.shuffle(emails)
        took = {kind: ask(connection, page, email) for kind, email in emails}
        taken.append((took["known"], took["unknown"]))
    connection.close()
    return taken[WARM_UP:]


def row(page: str, taken: list[tuple[float, float]]) -> str:
    known, unknown = (statistics.median(times) for times in zip(*taken, strict=True))
    differences = [one - other for one, other in taken]
    medians = sorted(
        statistics.median(random.choices(differences, k=len(differences))) for _ in range(RESAMPLES)
    )
    low, high = medians[RESAMPLES // 40], medians[-RESAMPLES // 40]
    longer = sum(difference > 0 for difference in differences) / len(differences)
    return (
        f"{page:14}{len(taken):6}{known:9.2f}{unknown:9.2f}{statistics.median(differences):9.2f}"
        f"   [{low:6.2f}, {high:6.2f}]{longer:8.0%}"
    )


@contextmanager
def running() -> Iterator[None]:
    web = processes.web(urlsplit(settings.BASE_URL).port)
    child = start(web, logs=settings.VAR_DIR / "log", environment={})
    try:
        while not is_ready():
            time.sleep(0.1)
        yield
    finally:
        stop([child])


def is_ready() -> bool:
    try:
        return bool(urllib.request.urlopen(f"{settings.BASE_URL}/readyz").status == 200)
    except OSError:
        return False


def main(pairs: int, pages: list[str]) -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    publication = Publication()
    print(f"{'':14}{'pairs':>6}{'known':>9}{'unknown':>9}{'differ':>9}   95 % interval    longer")
    with running():
        for page in pages:
            print(row(page, measure(publication, page, pairs)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300, sys.argv[2:] or list(PAGES))
