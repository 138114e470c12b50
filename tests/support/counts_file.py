"""Counts of long runs, kept in a file so that runs add up."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

C = TypeVar("C")


def read_counts(path: Path, kind: type[C]) -> dict[str, C]:
    """Return the counts by name, each an instance of the dataclass `kind`; none without a file."""
    if not path.exists():
        return {}
    return {name: kind(**count) for name, count in json.loads(path.read_text()).items()}


def write_counts(path: Path, counts: Mapping[str, Any]) -> None:
    """Write dataclasses by name. The file is complete even if the run ends here."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    stored = {name: asdict(count) for name, count in counts.items()}
    draft.write_text(json.dumps(stored, ensure_ascii=False, indent=1))
    draft.replace(path)
