"""Run as a program: compiles a draft, somebody's code, with little memory, time and nothing else.

Reads from standard input what `certificates.rendering.trying` wrote: the folder that is all there
is to read, and the documents to make. Writes a line of JSON for each as soon as it is made.
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
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    asked = json.load(sys.stdin)
    folder = Path(asked["folder"])
    compiler = Compiler(
        folder / "main.typ",
        root=folder,
        font_paths=[asked["fonts"]],
        ignore_system_fonts=True,
        package_path=folder / "none",
        package_cache_path=folder / "none",
    )
    for job in asked["jobs"]:
        json.dump(_made(compiler, job, asked["standards"], asked["ppi"]), sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()


def _made(
    compiler: Compiler, job: dict[str, Any], standards: list[Any], ppi: float
) -> dict[str, Any]:
    try:
        drawn = compiler.compile(
            sys_inputs=job["inputs"], format="png", ppi=ppi, timestamp=job["timestamp"]
        )
        if not isinstance(drawn, bytes):
            return {"pages": len(drawn or [])}
        answer: dict[str, Any] = {
            "png": base64.b64encode(drawn).decode(),
            "page": [side / ppi * _POINTS_PER_INCH for side in struct.unpack(">II", drawn[16:24])],
            "sizes": [found["value"] for found in json.loads(compiler.query("<fitted>"))],
        }
    except TypstError as error:
        return {"error": _told(error)}
    try:
        compiler.compile(
            sys_inputs=job["inputs"],
            format="pdf",
            pdf_standards=standards,
            timestamp=job["timestamp"],
        )
    except TypstError as error:
        answer["error"] = _told(error)
    return answer


def _told(error: TypstError) -> dict[str, Any]:
    return {"message": error.message, "diagnostic": error.diagnostic, "hints": error.hints}


if __name__ == "__main__":
    main()
