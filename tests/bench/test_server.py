import yaml

from bench import server
from devserver import processes
from tests.support.paths import ROOT


def options(command):
    return dict(zip(command[1:-2:2], command[2:-2:2], strict=True)), command[-2:]


def test_product_is_served_with_the_flags_of_the_containers():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    there, rest = options(compose["services"]["web"]["command"])
    here, same_rest = options(processes.web(8000, workers=server.WORKERS).command)
    assert here | {"--host": there["--host"]} == there
    assert list(same_rest) == list(rest)
