"""A page of the publication on another origin, with a strict content policy, on loopback."""

import http.server
from contextlib import contextmanager
from html import escape

from tests.support.serving import serving

_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Материал на другом адресе</title>
{head}
<script type="module" src="{otklik}/static/comments/widget.js"></script></head>
<body><main><h1>Материал на другом адресе</h1>
{body}
</main></body></html>"""
_STRICT = "base-uri 'none'; require-trusted-types-for 'script'; trusted-types otklik"
_APPLICATION = "/application.js"


def widget(key, *, included=""):
    return f'<otklik-comments site="vesti" key="{escape(key)}">{included}</otklik-comments>'


@contextmanager
def host_page(otklik, *, key, port, language="ru", included="", head="", application="", opener=""):
    """Its URL, while it is served: every path has the page.

    Nothing but Otklik's scripts and API is allowed on it. Frameworks ask for more: with the script
    of an `application`, the page has an empty `#app` in place of the discussion of `key`, and with
    tags in its `head` it may have a base. `opener`: its Cross-Origin-Opener-Policy.
    """
    body = '<div id="app"></div>' if application else widget(key, included=included)
    if application:
        head += f'<script type="module" src="{_APPLICATION}"></script>'
    html = _PAGE.format(otklik=otklik, body=body, head=head, language=language)
    allowed = f"default-src 'none'; script-src 'self' {otklik}; connect-src {otklik}"
    headers = {"Content-Security-Policy": allowed if head else f"{allowed}; {_STRICT}"}
    if opener:
        headers["Cross-Origin-Opener-Policy"] = opener

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            is_script = self.path == _APPLICATION
            self.send_response(200)
            kind = "text/javascript" if is_script else "text/html"
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write((application if is_script else html).encode())

        def log_message(self, *parts):
            pass

    with serving(http.server.ThreadingHTTPServer(("127.0.0.1", port), Page)):
        yield f"http://127.0.0.1:{port}"
