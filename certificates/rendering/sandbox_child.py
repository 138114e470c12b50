"""Compile an untrusted template in a separate process with limits on memory and CPU time.

Run as a program by `certificates.rendering.sandbox`. Standard input is a JSON object with the
folder of the design, which is all that the compiler can read, and the documents to make. Each
result goes to standard output as a line of JSON at once, so that a kill loses only the rest.
"""

import base64
import json
import resource
import struct
import sys
from pathlib import Path
from typing import Any

from typst import Compiler, TypstError

MEMORY = 1536 * 1024 * 1024
CPU_SECONDS = 6
_POINTS_PER_INCH = 72


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    # No file can be written at all; pipes are not limited by this.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    request = json.load(sys.stdin)
    folder = Path(request["folder"])
    compiler = Compiler(
        folder / "main.typ",
        root=folder,
        font_paths=[request["fonts"]],
        ignore_system_fonts=True,
        # A folder that does not exist: packages are found neither here nor in the user's cache.
        package_path=folder / "none",
        package_cache_path=folder / "none",
    )
    for job in request["jobs"]:
        json.dump(_render(compiler, job, request["standards"], request["ppi"]), sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()


def _render(
    compiler: Compiler, job: dict[str, Any], standards: list[Any], ppi: float
) -> dict[str, Any]:
    try:
        # The picture first: the editor sees the page also where a standard forbids the PDF.
        png = compiler.compile(
            sys_inputs=job["inputs"], format="png", ppi=ppi, timestamp=job["timestamp"]
        )
        if not isinstance(png, bytes):
            return {"pages": len(png or [])}
        result: dict[str, Any] = {
            "png": base64.b64encode(png).decode(),
            # Width and height are the first fields of IHDR, the first chunk of every PNG.
            "page": [side / ppi * _POINTS_PER_INCH for side in struct.unpack(">II", png[16:24])],
            "sizes": [size["value"] for size in json.loads(compiler.query("<fitted>"))],
        }
    except TypstError as error:
        return {"error": _error(error)}
    try:
        compiler.compile(
            sys_inputs=job["inputs"],
            format="pdf",
            pdf_standards=standards,
            timestamp=job["timestamp"],
        )
    except TypstError as error:
        result["error"] = _error(error)
    return result


def _error(error: TypstError) -> dict[str, Any]:
    return {"message": error.message, "diagnostic": error.diagnostic, "hints": error.hints}


if __name__ == "__main__":
    main()
