"""The upgrade from the release before, and back, while requests run: `make upgrade-test`.

Old and new processes work at the same time on one database, one Valkey and one folder of files.
Nothing that was accepted may be lost or doubled, and everybody stays signed in.
"""

import os
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import redis
from allauth.mfa.totp.internal.auth import generate_totp_secret
from standardwebhooks import Webhook

from config.outbox_routes import ROUTES
from demo.people import ADMINISTRATOR, PASSWORD, READER, REGISTRAR, SECOND_READER
from devserver.embedded import postgresql, valkey
from tests.support.errands import Errands
from tests.support.receiver import running_receiver
from tests.support.releases import former_release, this_release
from tests.support.traffic import Balancer, Traffic
from tests.support.waiting import wait_for

DATABASE = "otklik_upgrade"
STAGES = ("old", "both", "new", "back", "again")
# One editor for each stage: a code of an app opens one session only.
STAFF = """
from allauth.mfa.models import Authenticator
from accounts.actions import (
    ConsentSource, answer_consents, current_texts, grant_role, register_person
)
from accounts.models import Role
from core.models import Site
site = Site.objects.get()
for email, name, seed in {people!r}:
    person = register_person(email=email, password={password!r}, display_name=name)
    consents = current_texts(site)
    answer_consents(user=person, given=consents, refused=(), source=ConsentSource("demo"))
    grant_role(user=person, site=site, name=Role.Name.EDITOR, actor=None)
    Authenticator.objects.create(user=person, type="totp", data={{"secret": seed}})
"""
DONE_FOR_THE_OLD, DONE = "dispatched_at IS NOT NULL", "done_at IS NOT NULL"
NAMES = ("Анна Лодкина", "Вера Парусова", "Галина Мачтова", "Дарья Килева", "Елена Реева")
# What the new release publishes and the old one does not know, after a failure.
FAILED_EVENT = """
    INSERT INTO core_outboxevent
           (topic, payload, request_id, created_at, failures, next_try_at, waits_for)
    SELECT 'certificate.document_due', jsonb_build_object('certificate_id', min(id)), '', now(), 1,
           now() + interval '1 hour', ARRAY['certificates.tasks.render_document']
      FROM certificates_certificate
"""
# As docs/operations.md says.
LEAVE_TO_THE_NEW_RELEASE = """
    UPDATE core_outboxevent SET dispatched_at = now()
     WHERE dispatched_at IS NULL AND topic = ANY(%s)
"""
PRINT_TOPICS = "from config.outbox_routes import ROUTES; print(*ROUTES)"
# What a backup does: it reads all tables in one transaction.
NAME_TABLES = """
    SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public'
"""
LOCK_TABLES = "LOCK TABLE {tables} IN ACCESS SHARE MODE"
SECRETS = """
    SELECT secret FROM webhooks_endpoint
     UNION ALL
    SELECT data ->> 'secret' FROM mfa_authenticator WHERE type = 'totp'
"""


@pytest.fixture
def owner_url():
    address = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE}")
    return urlunsplit(address._replace(path=f"/{DATABASE}"))


@pytest.fixture
def broker_url(tmp_path):
    server = valkey.start(tmp_path / "valkey")
    yield server.url
    server.stop()


@pytest.fixture
def database(owner_url):
    with psycopg.connect(owner_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def releases(tmp_path, owner_url, broker_url):
    """The old release, with one role of the database, and the new one, with two."""
    shared = {
        "DEMO": "1",
        "REDIS_URL": broker_url,
        "VAR_DIR": str(tmp_path / "var"),
        "SECRET_KEY": "for-tests-" + "0123456789abcdef" * 4,
        # Behind an edge that speaks TLS, as in production.
        "BASE_URL": "https://127.0.0.1",
        "HTTPS": "1",
        "TRUSTED_PROXY_COUNT": "1",
        "TASK_LOST_AFTER_SECONDS": "10",
    }
    (tmp_path / "var").mkdir()
    logs = tmp_path / "log"
    old = former_release(environment=shared | {"DATABASE_URL": owner_url}, logs=logs)
    application = {"DATABASE_URL": postgresql.application_url(owner_url)}
    new = this_release(
        environment=shared | application | {"ENCRYPTION_KEYS": "0123456789abcdef" * 4}, logs=logs
    )
    yield old, new
    old.stop()
    new.stop()


@pytest.fixture
def receivers():
    """Start one more receiver of webhooks."""
    with ExitStack() as running:
        yield lambda: running.enter_context(running_receiver())


@contextmanager
def running_traffic(balancer):
    traffic = Traffic(balancer)
    traffic.start()
    try:
        yield traffic
    finally:
        traffic.stop()


class Checks:
    """The invariants to check whenever the traffic rests, under both releases."""

    def __init__(self, traffic, database, broker, mail):
        self._traffic, self._database, self._broker = traffic, database, broker
        self._mail = mail
        self._endpoints = []
        self._people = []
        self._unannounced = set()

    def rows(self, statement, *params):
        return self._database.execute(statement, params).fetchall()

    def add_endpoint(self, visitor, receiver):
        """Register a receiver of webhooks. From now on every worker must know its secret."""
        body = {"url": receiver.url, "topics": ["comment.published"], "label": "test"}
        path = "/api/v1/webhooks/endpoints/"
        with self._traffic.rest():
            if not self._endpoints:
                self._unannounced = set(self._traffic.published)
            created = visitor.ask("POST", path, expected=(201,), json=body)
        self._endpoints.append((receiver, created.json()["secret"]))

    def sign_in(self, *credentials):
        """Sign a person in, who must still be signed in at the end."""
        self._people.append(self._traffic.visitor().sign_in(*credentials))
        return self._people[-1]

    def everybody_is_signed_in(self):
        for person in self._people:
            person.check_signed_in()

    def load_pages(self):
        self._traffic.load_pages()
        for person in self._people:
            person.load_page()

    def everything(self, *, done):
        """Check all while the traffic rests. `done` is the condition of an event that is done."""
        with self._traffic.rest():
            wait_for(lambda: self._has_nothing_to_do(done), seconds=600)
            # A task that ended between the two questions of this may have published an event.
            wait_for(lambda: self._has_nothing_to_do(done), seconds=600)
            self.everybody_is_signed_in()
            self._check_comments()
            self._check_certificates()
            self._check_rulings()
            self._check_emails()
            self._check_webhooks()
        self._traffic.check()

    def _has_nothing_to_do(self, done):
        self._traffic.check()
        waiting = self.rows(
            f"""
            SELECT (SELECT count(*) FROM core_outboxevent WHERE NOT ({done}))
                 + (SELECT count(*) FROM core_email WHERE sent_at IS NULL)
                 + (SELECT count(*) FROM certificates_application AS application
                     WHERE status = 'submitted' OR status = 'approved' AND NOT EXISTS (
                           SELECT FROM certificates_certificate
                            WHERE application_id = application.id))
                 + (SELECT count(*) FROM certificates_certificate WHERE mailed_at IS NULL)
                 + (SELECT count(*) FROM webhooks_delivery WHERE status = 'waiting')
            """
        )
        queues = [self._broker.llen(name) for name in ("default", "mail", "documents")]
        return waiting == [(0,)] and not any(queues) and not self._broker.hlen("unacked")

    def _check_comments(self):
        accepted = self._traffic.comments
        stored = self.rows(
            "SELECT id, text FROM comments_comment WHERE text = ANY(%s)", list(accepted.values())
        )
        assert len(stored) == len(accepted)
        assert dict(stored) == accepted
        removed = self.rows(
            "SELECT comment_id, count(*) FROM comments_moderationevent"
            " WHERE to_state = 'removed' GROUP BY 1"
        )
        decisions = self._traffic.decisions
        assert {pk: count for pk, count in removed if pk in decisions} == decisions

    def _check_certificates(self):
        issued = self.rows(
            "SELECT application_id, count(*) FROM certificates_certificate"
            " WHERE sealed_at IS NOT NULL AND mailed_at IS NOT NULL GROUP BY 1"
        )
        confirmed = dict.fromkeys(self._traffic.applications, 1)
        assert {pk: count for pk, count in issued if pk in confirmed} == confirmed
        numbers = self.rows("SELECT number FROM certificates_certificate ORDER BY id")
        # One key is one e-mail.
        emails = self.rows("SELECT count(*) FROM core_email WHERE starts_with(key, 'certificate')")
        assert emails == [(len(numbers),)]
        # How many may be looked up is limited.
        for (number,) in (numbers[0], numbers[-1]):
            asked = self._traffic.visitor().ask("POST", "/api/v1/verify/", json={"number": number})
            assert asked.json()["finding"] == "valid", asked.text

    def _check_rulings(self):
        rulings = self._traffic.rulings
        assert set(rulings.values()) == {"approved", "rejected"}
        ids = list(rulings)
        stored = self.rows(
            "SELECT id, status FROM certificates_application WHERE id = ANY(%s)", ids
        )
        assert dict(stored) == rulings
        recorded = self.rows(
            "SELECT application_id, to_status FROM certificates_certificateevent"
            " WHERE application_id = ANY(%s) AND to_status IN ('approved', 'rejected')",
            ids,
        )
        assert sorted(recorded) == sorted(rulings.items())
        refused = [pk for pk, status in rulings.items() if status == "rejected"]
        assert self.rows(
            "SELECT count(*) FROM certificates_certificate WHERE application_id = ANY(%s)", refused
        ) == [(0,)]

    def _check_emails(self):
        # A repeated e-mail has the same Message-ID.
        messages = [message_from_bytes(path.read_bytes()) for path in self._mail.glob("*.eml")]
        ids = [message["Message-ID"].strip() for message in messages]
        assert ids
        assert len(ids) == len(set(ids))

    def _check_webhooks(self):
        about = self.rows("SELECT about FROM webhooks_message WHERE topic = 'comment.published'")
        assert len(about) == len(set(about))
        visible = set(self._traffic.published) - self._traffic.decisions.keys() - self._unannounced
        assert {f"comment:{pk}" for pk in visible} <= {name for (name,) in about}
        for receiver, secret in self._endpoints:
            taken = [(lower_case(headers), body) for headers, body in receiver.taken]
            assert taken, self.rows(
                "SELECT url, message_id, delivery.status, endpoint.status, tries"
                " FROM webhooks_endpoint AS endpoint LEFT JOIN webhooks_delivery AS delivery"
                " ON delivery.endpoint_id = endpoint.id"
            )
            assert all(is_signed(headers, body, secret) for headers, body in taken)
            uids = [headers["webhook-id"] for headers, _body in taken]
            assert len(uids) == len(set(uids))


def lower_case(headers):
    return {name.lower(): value for name, value in headers.items()}


def is_signed(headers, body, secret):
    # The library's own check refuses what was sent some minutes ago.
    sent_at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    signature = Webhook(secret).sign(headers["webhook-id"], sent_at, body.decode())
    return signature in headers["webhook-signature"].split()


class Upgrade:
    """The steps of docs/operations.md, "Upgrading"."""

    def __init__(self, releases, owner_url, database):
        self.old, self.new = releases
        self.owner_url, self.database = owner_url, database
        self.balancer = Balancer()

    def start_the_old_release(self, people):
        self.old.manage("migrate", "--verbosity=0")
        self.old.manage("load_demo")
        self.old.manage("shell", "-c", STAFF.format(people=people, password=PASSWORD))
        # The traffic posts faster than people.
        self.database.execute("UPDATE comments_commentsettings SET rates = '[]'")
        self.old.start("web", "worker", "relay", "beat")
        self.balancer.add(self.old.url)

    def let_work_wait(self, traffic, errands):
        """Leave tasks of the old release in the queue, and its events in the outbox."""
        errands.begin(self.old, READER.email)
        traffic.go_on()
        self.old.stop("relay")
        traffic.go_on()

    def migrate_during_a_backup(self, traffic):
        """The migrations would wait for the backup, and all requests for the migrations."""
        self.new.environment["FORMER_RELEASE_RUNS"] = "1"
        command = ("migrate", "--verbosity=0")
        with psycopg.connect(self.owner_url) as backup:
            ((tables,),) = backup.execute(NAME_TABLES).fetchall()
            backup.execute(LOCK_TABLES.format(tables=tables))
            refusal = self.new.refuse(
                *command, DATABASE_OWNER_URL=self.owner_url, MIGRATION_LOCK_TIMEOUT_SECONDS="2"
            )
            assert "was undone" in refusal
            traffic.go_on()

    def migrate(self):
        self.new.environment["FORMER_RELEASE_RUNS"] = "1"
        self.new.manage("migrate", "--verbosity=0", DATABASE_OWNER_URL=self.owner_url)

    def start_the_new_release_beside_it(self):
        self.new.start("web", "worker", "relay")
        self.balancer.add(self.new.url)

    def start_what_waits_of_the_old_release(self):
        for name in {"worker", "relay"} - self.old.children.keys():
            self.old.start(name)

    def stop_the_old_release(self):
        self.old.require_all()
        self.balancer.remove(self.old.url)
        self.old.stop()
        self.new.start("beat")

    def go_back(self):
        """Take what the old release does not know out of its way, and let it take over."""
        self.database.execute(FAILED_EVENT)
        known = self.old.manage("shell", "-c", PRINT_TOPICS).split()
        self.new.manage("reencrypt_secrets")
        self.old.start("web")
        self.balancer.add(self.old.url)
        self.balancer.remove(self.new.url)
        self.new.require_all()
        self.new.stop()
        self.database.execute(LEAVE_TO_THE_NEW_RELEASE, [sorted(ROUTES.keys() - set(known))])
        self.old.start("worker", "relay", "beat")

    def write_as_the_new_release_alone(self, traffic, checks):
        """Remove the setting. Browsers have been given their sessions under the next name."""
        with traffic.rest():
            checks.everybody_is_signed_in()
            self.new.stop()
            del self.new.environment["FORMER_RELEASE_RUNS"]
            self.new.start("web", "worker", "relay", "beat")
            checks.load_pages()
        self.new.manage("reencrypt_secrets")
        stored = self.database.execute(SECRETS).fetchall()
        assert all(secret.startswith("enc:") for (secret,) in stored)


def test_upgrade_and_rollback_under_load(releases, owner_url, database, broker_url, receivers):
    people = {
        stage: (f"{stage}@demo.example", name, generate_totp_secret())
        for stage, name in zip(STAGES, NAMES, strict=True)
    }
    upgrade = Upgrade(releases, owner_url, database)
    upgrade.start_the_old_release(list(people.values()))
    with running_traffic(upgrade.balancer) as traffic:
        mail = Path(upgrade.old.environment["VAR_DIR"]) / "mail"
        checks = Checks(traffic, database, redis.from_url(broker_url), mail)
        administrator = checks.sign_in(ADMINISTRATOR.email)
        errands = Errands(traffic, database, checks.sign_in(REGISTRAR.email))

        def go_on_in(stage):
            """In each stage sign one person in, and register one receiver."""
            email, _name, seed = people[stage]
            person = checks.sign_in(email, seed)
            checks.add_endpoint(administrator, receivers())
            traffic.go_on()
            return person

        former = go_on_in("old")
        assert {"sessionid", "csrftoken"} <= former.cookie_names()
        checks.everything(done=DONE_FOR_THE_OLD)

        upgrade.let_work_wait(traffic, errands)
        upgrade.migrate_during_a_backup(traffic)
        upgrade.migrate()
        traffic.go_on()
        upgrade.start_the_new_release_beside_it()
        errands.finish()
        upgrade.start_what_waits_of_the_old_release()
        go_on_in("both")
        upgrade.stop_the_old_release()
        go_on_in("new")
        checks.everything(done=DONE)

        errands.begin(upgrade.new, SECOND_READER.email)
        upgrade.go_back()
        errands.finish()
        go_on_in("back")
        checks.everything(done=DONE_FOR_THE_OLD)
        upgrade.old.require_all()

        upgrade.migrate()
        upgrade.start_the_new_release_beside_it()
        upgrade.stop_the_old_release()
        traffic.go_on()
        upgrade.write_as_the_new_release_alone(traffic, checks)
        newcomer = go_on_in("again")
        names = newcomer.cookie_names()
        assert {"__Host-sessionid", "__Host-csrftoken"} <= names
        assert "sessionid" not in names
        # What the old release has handed over is handed over again.
        database.execute("UPDATE core_outboxevent SET next_try_at = now() WHERE done_at IS NULL")
        checks.everything(done=DONE)
        errands.check()
        upgrade.new.require_all()
