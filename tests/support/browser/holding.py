"""Requests of a page that wait, as on a slow connection, until a test lets them go."""

from contextlib import contextmanager


@contextmanager
def held_back(page, urls):
    """Hold back the requests for `urls` that are made in the block, until its end."""
    held, is_over = [], False

    def hold(route):
        if is_over:
            route.continue_()
        else:
            held.append(route)

    page.route(urls, hold)
    yield
    is_over = True
    for route in held:
        route.continue_()
