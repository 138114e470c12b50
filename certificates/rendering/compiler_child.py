"""Compile designs in use in a separate process with limits on memory and CPU time.

Run as a program by `certificates.rendering.compilers`. Each line of standard input is a document to
make, each line of standard output its page or the error. The process ends with its standard input,
or at the limit of one document.
"""

import base64
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from typst import Compiler, Fonts, TypstError

# Those of a draft (`sandbox_child.py`); the CPU time is for each document.
_MEMORY = 1536 * 1024 * 1024
_CPU_SECONDS = 6
# Behind the processes that answer pages, which people wait for.
_NICENESS = 5
_COMPILERS = 12


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    # No file can be written at all; pipes are not limited by this.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.nice(_NICENESS)
    compilers: dict[str, Compiler] = {}
    fonts: Fonts | None = None
    for line in sys.stdin:
        request = json.loads(line)
        _allow_more_time()
        # System fonts differ between machines, and equal data must give equal documents.
        fonts = fonts or Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[request["fonts"]],
        )
        compiler = _compiler(compilers, request["main"], fonts)
        json.dump(_compiled(compiler, request), sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()


def _allow_more_time() -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    until = int(usage.ru_utime + usage.ru_stime) + 1 + _CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def _compiler(compilers: dict[str, Compiler], path: str, fonts: Fonts) -> Compiler:
    compiler = compilers.pop(path, None)
    if compiler is None:
        main = Path(path)
        compiler = Compiler(
            main,
            root=main.parent,
            font_paths=fonts,
            ignore_system_fonts=True,
            # A folder that does not exist: packages are found neither here nor in the user's cache.
            package_path=main.parent / "none",
            package_cache_path=main.parent / "none",
        )
    # A dict keeps insertion order, so the first key is the compiler that was used longest ago.
    compilers[path] = compiler
    if len(compilers) > _COMPILERS:
        del compilers[next(iter(compilers))]
    return compiler


def _compiled(compiler: Compiler, request: dict[str, Any]) -> dict[str, Any]:
    try:
        page = compiler.compile(
            sys_inputs=request["inputs"],
            format=request["form"],
            ppi=request["ppi"],
            pdf_standards=request["standards"],
            timestamp=request["timestamp"],
        )
    except TypstError as error:
        return {"error": error.message}
    # For several pages Typst returns a list.
    if not isinstance(page, bytes):
        return {"pages": len(page or [])}
    return {"page": base64.b64encode(page).decode()}


if __name__ == "__main__":
    main()
