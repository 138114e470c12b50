import re

# The order matters: Chrome also names Safari, and Edge, Opera and Yandex also name Chrome.
_PROGRAMS = (
    *(("YaBrowser", "Яндекс Браузер"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox")),
    *(("Chrome", "Chrome"), ("Safari", "Safari")),
)
_SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS X", "macOS"), ("Linux", "Linux")),
)


def device(user_agent: str) -> str:
    """`Firefox, Windows`: what a person recognises, and no more than that is kept."""
    named = [_first(_PROGRAMS, user_agent), _first(_SYSTEMS, user_agent)]
    return ", ".join(name for name in named if name) or user_agent.partition("/")[0][:40]


def _first(table: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in table if re.search(rf"\b{mark}\b", user_agent)), "")
