"""The registered-only gate behind a real nginx."""

import contextlib
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.test import Client

CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location = /secret.txt {{
      auth_request /access;
      error_page 401 = @sign_in;
      root {folder};
    }}
    location @sign_in {{ return 302 /accounts/login/?next=$request_uri; }}
    location = /access {{
      internal;
      proxy_pass {upstream}/api/v1/access/;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header Host testserver;
    }}
  }}
}}
"""


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def edge(live_server, tmp_path):
    """The address of nginx in front of the application, once it listens."""
    (tmp_path / "secret.txt").write_text("Тайна", encoding="utf-8")
    port = free_port()
    path = tmp_path / "nginx.conf"
    path.write_text(CONFIGURATION.format(folder=tmp_path, port=port, upstream=live_server.url))
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    # Workers run as another user, who cannot see into the test's folder.
    user = "user root;\n" if Path("/proc/self").stat().st_uid == 0 else ""
    path.write_text(user + path.read_text())
    process = subprocess.Popen([nginx, "-c", path, "-e", tmp_path / "error.log"])
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def wait_for(port, process):
    while process.poll() is None:
        with (
            contextlib.suppress(ConnectionRefusedError),
            socket.create_connection(("127.0.0.1", port)),
        ):
            return
    pytest.fail("nginx did not start")


def ask(url, cookie=""):
    opener = urllib.request.build_opener(Stay)
    try:
        answer = opener.open(urllib.request.Request(url, headers={"Cookie": cookie}))
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Location", "")
    return answer.status, answer.read().decode()


@pytest.mark.django_db(transaction=True)
def test_nginx_opens_a_file_to_registered_readers_only(edge, reader):
    status, place = ask(f"{edge}/secret.txt")
    assert status == 302
    assert place.endswith("/accounts/login/?next=/secret.txt")
    client = Client()
    client.force_login(reader)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    assert ask(f"{edge}/secret.txt", cookie) == (200, "Тайна")
    assert ask(f"{edge}/secret.txt", "sessionid=forged")[0] == 302
