import pytest

from bench import machine

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@pytest.mark.parametrize("name", DURABLE)
def test_database_that_does_not_wait_for_the_disk_is_refused(name):
    with pytest.raises(
        machine.NotDurableError, match=rf"PostgreSQL runs with {name} off.*--durable"
    ):
        machine.require_durable(DURABLE | {name: "off"})


def test_durable_database_is_measured():
    machine.require_durable(DURABLE)


def test_servers_of_the_tests_are_refused(capsys):
    # They run without fsync: what is printed is what PostgreSQL says of itself.
    with pytest.raises(machine.NotDurableError):
        machine.conditions()
    printed = capsys.readouterr().out
    assert "fsync off, synchronous_commit off, full_page_writes off" in printed
    for name in ("processor", "cores", "kernel", "Python", "Django", "granian", "Valkey", "commit"):
        assert f"{name} " in printed
