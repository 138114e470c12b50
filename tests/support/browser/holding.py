"""Requests and responses that wait, as on a slow connection, until a test lets them go."""

from contextlib import contextmanager

from tests.support.waiting import wait_for


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
    # Playwright calls handlers only while the page is asked for something: later requests would
    # wait for a test that waits for them.
    page.unroute(urls, hold)


@contextmanager
def response_held_back(page, urls, cause):
    """Have the server answer the request for `urls` that `cause` makes; the page gets this response
    at the end of the block."""
    held = []

    def hold(route):
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    page.route(urls, hold)
    cause()
    # Playwright calls the handler only while the page is asked for something.
    wait_for(lambda: page.evaluate("true") and held)
    yield
    ((route, response),) = held
    route.fulfill(response=response)
    page.unroute(urls, hold)
