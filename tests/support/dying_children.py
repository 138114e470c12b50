"""Children that read untrusted files, and die before they read the first byte, or soon."""

from collections.abc import Mapping
from pathlib import Path


def dying_environment(folder: Path, end: str) -> Mapping[str, str]:
    """Return the environment of a Python that runs the statement `end` as it starts."""
    (folder / "sitecustomize.py").write_text(f"import os\n{end}\n")
    return {"PYTHONUTF8": "1", "PYTHONPATH": str(folder)}


def hurried_environment(folder: Path, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the environment of a Python that gives itself a third of its processor time."""
    (folder / "sitecustomize.py").write_text(_HURRIED)
    return {**environment, "PYTHONPATH": str(folder)}


_HURRIED = """
import resource

limit = resource.setrlimit


def setrlimit(kind, limits):
    if kind == resource.RLIMIT_CPU:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        used = int(usage.ru_utime + usage.ru_stime)
        limits = (used + (limits[0] - used) // 3, limits[1])
    limit(kind, limits)


resource.setrlimit = setrlimit
"""
