"""Children that read untrusted files, and die before they read the first byte."""

from collections.abc import Mapping
from pathlib import Path


def dying_environment(folder: Path, end: str) -> Mapping[str, str]:
    """Return the environment of a Python that runs the statement `end` as it starts."""
    (folder / "sitecustomize.py").write_text(f"import os\n{end}\n")
    return {"PYTHONUTF8": "1", "PYTHONPATH": str(folder)}
