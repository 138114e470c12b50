"""The matrix of endpoints and roles. A route missing from every matrix fails the build."""

from django.urls import URLPattern, get_resolver

ROLES = ("stranger", "reader", "editor", "registrar", "administrator")
# What `certificates.api.views` serves of the register; the rest there is about applications.
REGISTER_ROUTES = {
    "api/v1/certificates/",
    "api/v1/certificates/<str:number>/document/",
    "api/v1/certificates/<str:number>/archive/",
    "api/v1/verify/",
    "api/v1/verify/<str:code>/",
}


def routes_of(package):
    """Return every route of the URL configuration whose view lives in `package`."""
    return {
        route
        for route, callback in every_route()
        if f"{callback.__module__}.".startswith(f"{package}.")
    }


def every_route():
    """Yield every route of the URL configuration with its view."""
    return _routes(get_resolver().url_patterns, "")


def _routes(patterns, prefix):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from _routes(pattern.url_patterns, route)
