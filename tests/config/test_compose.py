"""Checks docker-compose.yml and the image's commands on loopback without Docker."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import yaml

from devserver.embedded import valkey
from devserver.embedded.server import wait_until
from devserver.processes import Process
from devserver.supervisor import running_together
from tests.support.paths import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("web", "worker", "beat", "relay")
DATABASE = "otklik_compose"
GIVEN = {
    "SECRET_KEY": "for-tests-" + "0123456789abcdef" * 4,
    "ENCRYPTION_KEYS": "0123456789abcdef" * 4,
    "POSTGRES_PASSWORD": "for-tests",
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


@pytest.fixture(scope="module")
def environment(directory):
    """The environment of our services, with addresses of this machine in place of its hosts'."""
    address = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE}")
    broker = valkey.start(directory / "valkey")
    declared = SERVICES["web"]["environment"]
    yield {name: interpolated(value) for name, value in declared.items()} | {
        "DATABASE_URL": urlunsplit(address._replace(path=f"/{DATABASE}")),
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
    skipped = ("--ignore", "drf_spectacular_sidecar", "--ignore", "unfold")
    collected = run(["python", "manage.py", "collectstatic", "--noinput", *skipped], environment)
    assert collected.returncode == 0, collected.stderr
    migrated = run(SERVICES["migrate"]["command"], environment)
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
    edge = valkey.free_port()
    configuration = (
        (ROOT / "deploy/nginx.conf")
        .read_text()
        .replace("server web:8000 resolve;", f"server 127.0.0.1:{port};")
        .replace("listen 80;", f"listen 127.0.0.1:{edge};")
        .replace("/tmp/", f"{tmp_path}/")
    )
    (tmp_path / "nginx.conf").write_text(configuration)
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert nginx, "install Debian's nginx: make test does"
    command = (nginx, "-c", str(tmp_path / "nginx.conf"), "-g", "daemon off; user root;")
    with running_together([Process("edge", command)], logs=tmp_path) as (child,):
        wait_until(
            lambda: status(edge, "/healthz") == 200,
            name="edge",
            process=child.process,
            log=child.log,
        )
        assert status(edge, "/accounts/login/", host="localhost") == 200
        assert status(edge, "/accounts/login/", host="elsewhere.example") == 400
        assert status(edge, "/metrics") == 404
        assert status(edge, "/readyz") == 404


def status(port, path, host="localhost"):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        return error.code
    except urllib.error.URLError:
        return None


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "migrate"])
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
