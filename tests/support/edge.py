"""The edge of docker-compose.yml, and another server in front of it, without Docker."""

import http.client
import os
import re
import shutil
from contextlib import contextmanager

from devserver.embedded import valkey
from devserver.embedded.server import wait_until
from devserver.processes import Process
from devserver.supervisor import running_together
from tests.support.paths import ROOT

# A server of the host that ends TLS, as docs/operations.md describes it.
_FRONT = """
pid {folder}/front.pid;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/front-body;
  proxy_temp_path {folder}/front-proxy;
  fastcgi_temp_path {folder}/front-fastcgi;
  uwsgi_temp_path {folder}/front-uwsgi;
  scgi_temp_path {folder}/front-scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{edge};
      proxy_bind 127.0.0.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto https;
    }}
  }}
}}
"""


@contextmanager
def running_edge(folder, web):
    """Run the edge in front of the port `web`; yield its port. It trusts 127.0.0.1 alone."""
    port = valkey.free_port()
    (folder / "trusted-proxies.conf").write_text("set_real_ip_from 127.0.0.1;")
    configuration = (
        (ROOT / "deploy/nginx.conf")
        .read_text()
        .replace("/tmp/", f"{folder}/")
        .replace("server web:8000 resolve;", f"server 127.0.0.1:{web};")
        .replace("listen 8080;", f"listen 127.0.0.1:{port};")
        .replace("/etc/nginx/trusted-proxies.conf", f"{folder}/trusted-proxies.conf")
    )
    # A slow machine would never send more than the rates let through; the bursts alone count here.
    configuration = re.sub(r"rate=[0-9]+r/s", "rate=1r/m", configuration)
    with _running("edge", configuration, folder, port):
        yield port


@contextmanager
def running_front(folder, edge):
    """Run a server in front of the edge's port; yield its own."""
    port = valkey.free_port()
    with _running("front", _FRONT.format(folder=folder, port=port, edge=edge), folder, port):
        yield port


@contextmanager
def _running(name, configuration, folder, port):
    (folder / f"{name}.conf").write_text(configuration)
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert nginx, "install Debian's nginx: make test does"
    options = "daemon off; error_log stderr warn;" + (" user root;" if os.geteuid() == 0 else "")
    command = (nginx, "-c", str(folder / f"{name}.conf"), "-g", options)
    with running_together([Process(name, command)], logs=folder) as (child,):
        wait_until(
            lambda: request(port, "/healthz").status is not None,
            name=name,
            process=child.process,
            log=child.log,
        )
        yield


class Response:
    """`status` is None where no server answers."""

    def __init__(self, answer=None):
        self.status = answer and answer.status
        self.headers = answer and answer.headers
        self.body = answer and answer.read()


def request(port, path, *, method="GET", client="127.0.0.1", body=None, headers=()):
    """Send a request from an address of this machine: 127.0.0.0/8 are all its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, source_address=(client, 0))
    try:
        connection.request(method, path, body=body, headers={"Host": "localhost", **dict(headers)})
        return Response(connection.getresponse())
    except ConnectionError:
        return Response()
    finally:
        connection.close()
