"""The matrix of endpoints and roles. A route missing from every matrix fails the build."""

from django.urls import URLPattern, get_resolver

ROLES = ("stranger", "reader", "editor", "registrar", "administrator")


def routes_of(package):
    """Return every route of the URL configuration whose view lives in `package`."""
    return {
        route
        for route, callback in _routes(get_resolver().url_patterns, "")
        if f"{callback.__module__}.".startswith(f"{package}.")
    }


def _routes(patterns, prefix):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from _routes(pattern.url_patterns, route)
