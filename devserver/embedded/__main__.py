"""`python -m devserver.embedded COMMAND…` runs a command with separate, empty servers."""

import os
import subprocess
import sys
from pathlib import Path

from .servers import running_for_tests

with running_for_tests(Path("var/test")) as environment:
    result = subprocess.run(sys.argv[1:], env=os.environ | environment | {"DEMO": "1"}, check=False)
sys.exit(result.returncode)
