"""From a keystroke in a form to the new picture, in Chromium, for one person.

    python -m devserver.embedded --durable python -m bench.previews [keystrokes]

Milliseconds as the browser's clock has them: with the pause after which a keystroke is sent, the
slips looked for, the picture drawn, fetched and decoded; and those from both requests to their
answers.
"""

import shutil
import statistics
import sys
from collections.abc import Sequence

import django

from bench import machine
from bench.environment import set_environment

set_environment(DEMO="1")
django.setup()  # models are defined in what is imported below

from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import sync_playwright

from bench import server
from bench.results import Part, Result, at_most, publish
from bench.rounds import p95, resampled

KEYSTROKE = """async (letter) => {
    const sheet = document.getElementById("preview");
    const control = document.getElementById("answer-title");
    const drawn = new Promise((done) => {
        const watch = new MutationObserver(() => { watch.disconnect(); done(performance.now()); });
        watch.observe(sheet, { childList: true, subtree: true });
    });
    const typed = performance.now();
    control.value += letter;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    const shown = await drawn;
    const asked = performance.getEntriesByType("resource").filter((one) => one.startTime >= typed);
    const server = asked.map((one) => one.responseEnd - one.requestStart);
    performance.clearResourceTimings();
    return [shown - typed, server.reduce((sum, one) => sum + one, 0)];
}"""


def measure(url: str, times: int) -> list[tuple[float, float]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{url}/programmes/publication/")
        page.locator("#answer-title").fill("Урок")
        page.locator("#preview img").wait_for()
        page.wait_for_timeout(1000)
        took = [page.evaluate(KEYSTROKE, "а") for _time in range(times + 3)]
        browser.close()
    return took[3:]


def main(times: int) -> None:
    conditions = machine.conditions()
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    with server.serving(settings.VAR_DIR, "web", {}, at=settings.BASE_URL) as url:
        took = measure(url, times)
    whole, of_server = zip(*took, strict=True)
    lines = [
        "| ms | median | p95 | fastest |",
        "|---|---|---|---|",
        row("from the keystroke to the picture", whole),
        row("of which the server, both requests", of_server),
    ]
    results = [
        Result("preview, the server's part, p95 in ms", resampled(of_server, p95), at_most(100)),
        Result("preview, from the keystroke, p95 in ms", resampled(whole, p95), at_most(300)),
    ]
    conditions.append(f"Load after: {machine.load()}; {times} keystrokes")
    publish(Part("The preview next to a form", conditions, lines, results))


def row(name: str, took: Sequence[float]) -> str:
    return f"| {name} | {statistics.median(took):.0f} | {p95(took):.0f} | {min(took):.0f} |"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 25)
