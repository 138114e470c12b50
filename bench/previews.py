"""From a keystroke to the new picture: `python -m devserver.embedded python bench/previews.py 20`.

In Chromium, with a separate web process and database, for one person. Milliseconds
as the browser's clock has them: with the pause after which a keystroke is sent, the slips looked
for, the picture drawn, fetched and decoded; and those from both requests to their answers.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
VAR = Path(tempfile.mkdtemp(prefix="otklik-previews-"))
os.environ |= {"VAR_DIR": str(VAR), "DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}

import django

django.setup()  # models are defined in what is imported below

from django.core.management import call_command
from playwright.sync_api import sync_playwright

from devserver import processes
from devserver.embedded import valkey
from devserver.supervisor import start, stop

KEYSTROKE = """async (letter) => {
    const sheet = document.getElementById("preview");
    const control = document.getElementById("answer-title");
    const drawn = new Promise((done) => {
        const watch = new MutationObserver(() => { watch.disconnect(); done(performance.now()); });
        watch.observe(sheet, { childList: true });
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
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    port = valkey.free_port()
    url = f"http://127.0.0.1:{port}"
    environment = dict(os.environ) | {"BASE_URL": url}
    web = start(processes.web(port), logs=VAR / "log", environment=environment)
    try:
        while not is_up(url):
            time.sleep(0.2)
        took = measure(url, times)
    finally:
        stop([web])
    whole, server = zip(*took, strict=True)
    print(f"load average {os.getloadavg()[0]:.0f}; {said(whole)}; of which server: {said(server)}")


def said(took: Sequence[float]) -> str:
    slow = statistics.quantiles(took, n=20)[-1]
    return f"median {statistics.median(took):.0f} ms, p95 {slow:.0f} ms, fastest {min(took):.0f} ms"


def is_up(url: str) -> bool:
    try:
        return urllib.request.urlopen(f"{url}/readyz").status == 200
    except OSError:
        return False


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
