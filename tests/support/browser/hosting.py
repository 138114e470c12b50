"""A page of the publication on another origin, with a strict content policy, on loopback."""

import http.server
import threading
from contextlib import contextmanager

_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Материал на другом адресе</title>
<script type="module" src="{otklik}/static/comments/widget.js"></script></head>
<body><main><h1>Материал на другом адресе</h1>
<otklik-comments site="vesti" key="{key}">{included}</otklik-comments>
</main></body></html>"""


@contextmanager
def host_page(otklik, *, key, port, language="ru", included=""):
    """Its address, while it is served. Nothing but Otklik's scripts and API is allowed on it."""
    html = _PAGE.format(otklik=otklik, key=key, language=language, included=included)
    policy = (
        f"default-src 'none'; script-src {otklik}; connect-src {otklik}; base-uri 'none';"
        " require-trusted-types-for 'script'; trusted-types otklik"
    )

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *parts):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.shutdown()
            thread.join()
