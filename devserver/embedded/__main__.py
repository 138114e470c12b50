"""`python -m devserver.embedded [--durable] COMMAND…` runs a command with separate, empty servers.

They are fast and lose their data in a crash of the machine, which is right for tests. With
`--durable` they wait for the disk as in production, which is right for measuring.
"""

import os
import subprocess
import sys
from pathlib import Path

from .servers import running_for_tests, with_two_roles

command = sys.argv[1:]
durable = command[:1] == ["--durable"]
with running_for_tests(Path("var/test"), durable=durable) as servers:
    environment = with_two_roles(servers)
    result = subprocess.run(
        command[1:] if durable else command,
        env=os.environ | environment | {"DEMO": "1"},
        check=False,
    )
sys.exit(result.returncode)
