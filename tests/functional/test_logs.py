import json
import re
import urllib.request

from demo.people import READER
from tests.support.waiting import wait_for


def lines(stack, process):
    log = stack.directory / "log" / f"{process}.log"
    return [line for line in log.read_text().splitlines() if "request_id=" in line]


def request_ids(stack, process, containing):
    """Tasks started by beat have no request id."""
    found = (
        re.search(r"request_id='?([0-9a-f-]{36})", line)
        for line in lines(stack, process)
        if containing in line
    )
    return {match[1] for match in found if match}


def test_a_task_carries_on_the_id_of_the_request_that_caused_it(page, stack, email_to):
    asked_before = request_ids(stack, "web", "POST /accounts/password/reset/")
    page.goto("/accounts/password/reset/")
    page.locator("input[name=email]").fill(READER.email)
    page.locator("main form .button--primary").first.click()
    email_to(READER.email)
    ids = request_ids(stack, "web", "POST /accounts/password/reset/") - asked_before
    done = wait_for(lambda: ids & request_ids(stack, "worker", "task_succeeded"))
    assert len(done) == 1


def test_a_request_is_one_line(page, stack):
    page.goto("/verify/?mark=one-line")
    wait_for(lambda: [line for line in lines(stack, "web") if "mark=one-line" in line])
    assert len([line for line in lines(stack, "web") if "mark=one-line" in line]) == 1


def test_readiness_names_every_part_in_order(stack):
    with urllib.request.urlopen(f"{stack.url}/readyz") as answer:
        parts = json.load(answer)
    # Warnings are left out: other tests park events.
    assert list(parts) == ["ready", "faults", "warnings"]
    assert (parts["ready"], parts["faults"]) == (True, {})
