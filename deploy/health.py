"""The health check of a container: `python deploy/health.py web|relay ADDRESS` or `… beat`."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

SECONDS_TO_ANSWER = 5
# Beat writes its schedule down every three minutes.
SECONDS_BETWEEN_BEATS = 10 * 60


def main() -> None:
    match sys.argv[1:]:
        case ["web", address]:
            urllib.request.urlopen(address, timeout=SECONDS_TO_ANSWER)
        case ["relay", address]:
            if "outbox" in _faults(address):
                sys.exit("events wait in the outbox")
        case ["beat"]:
            if time.time() - _last_beat() > SECONDS_BETWEEN_BEATS:
                sys.exit("the schedule was not written down lately")
        case _:
            sys.exit(__doc__)


def _faults(address: str) -> dict[str, str]:
    try:
        answer = urllib.request.urlopen(address, timeout=SECONDS_TO_ANSWER)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        faults: dict[str, str] = json.load(answer)["faults"]
    return faults


def _last_beat() -> float:
    schedules = Path(os.environ["VAR_DIR"]).glob("celerybeat-schedule*")
    return max((path.stat().st_mtime for path in schedules), default=0)


if __name__ == "__main__":
    main()
