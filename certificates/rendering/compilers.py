"""Typst compilers, kept: a new one for each document takes half as long again.

A compiler serves one thread at a time, so each thread has its own; the fonts are shared. Typst's
threads do not survive a fork: a child of a process that has compiled would wait for them forever,
so it is told so instead.
"""

import os
import re
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from typst import Compiler, Fonts, TypstError

from certificates.rendering.designs import Design, lay_out
from certificates.rendering.errors import DoesNotFit

if TYPE_CHECKING:
    from typst import PDFStandard

FONTS = Path(__file__).parent.parent / "fonts"
STANDARDS: "list[PDFStandard]" = ["a-3a", "ua-1"]
DOES_NOT_FIT = re.compile(r"does not fit: ([\w-]+)")
_KEPT_AT_ONCE = 12


class _Kept(threading.local):
    def __init__(self) -> None:
        self.compilers: dict[str, Compiler] = {}


_kept = _Kept()
_fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
_first_process: list[int] = []
_laying_out = threading.Lock()


def compile_design(
    design: Design,
    inputs: dict[str, str],
    *,
    form: Literal["pdf", "png"],
    timestamp: int,
    ppi: float | None = None,
) -> bytes:
    """One page. Raises `DoesNotFit` where a text cannot be fitted into its place."""
    try:
        made = _compiler(design).compile(
            sys_inputs=inputs,
            format=form,
            ppi=ppi,
            pdf_standards=STANDARDS if form == "pdf" else [],
            timestamp=timestamp,
        )
    except TypstError as error:
        found = DOES_NOT_FIT.search(error.message)
        if found is None:
            raise
        raise DoesNotFit(found[1]) from None
    if not isinstance(made, bytes):
        raise TypeError("a template is to make one page")
    return made


def _compiler(design: Design) -> Compiler:
    _refuse_after_fork()
    compiler = _kept.compilers.pop(design.digest, None)
    if compiler is None:
        main = _laid_out(design)
        compiler = Compiler(main, root=main.parent, font_paths=_fonts, ignore_system_fonts=True)
    # The one used last stands last; the one used longest ago makes room.
    _kept.compilers[design.digest] = compiler
    if len(_kept.compilers) > _KEPT_AT_ONCE:
        del _kept.compilers[next(iter(_kept.compilers))]
    return compiler


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Of this process alone: what it lays out there nobody else can touch."""
    return tempfile.TemporaryDirectory(prefix="otklik-designs-")


def _laid_out(design: Design) -> Path:
    design.refuse_foreign_code()
    with _laying_out:
        folder = Path(_folder().name) / design.digest
        if not folder.exists():
            folder.mkdir()
            lay_out(design, folder)
    return folder / "main.typ"


def _refuse_after_fork() -> None:
    if not _first_process:
        _first_process.append(os.getpid())
    if _first_process[0] != os.getpid():
        raise RuntimeError("Typst was used before this process was forked: it would never answer.")
