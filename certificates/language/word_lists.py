import tomllib
from pathlib import Path

_HERE = Path(__file__).parent
_WORDS = tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))


def listed(name: str) -> frozenset[str]:
    """Return one list of words.toml."""
    return frozenset(str(_WORDS[name]).split())
