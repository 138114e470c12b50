"""`python -m devserver.embedded COMMAND…` runs a command with separate, empty servers."""

import os
import subprocess
import sys
from pathlib import Path

from .servers import running_for_tests, with_two_roles

with running_for_tests(Path("var/test")) as servers:
    environment = with_two_roles(servers)
    result = subprocess.run(sys.argv[1:], env=os.environ | environment | {"DEMO": "1"}, check=False)
sys.exit(result.returncode)
