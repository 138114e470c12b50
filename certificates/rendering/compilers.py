"""Reuse Typst compilers: creating one for each document takes half as long again.

A compiler serves one thread at a time, so each thread has its own; the fonts are shared. Typst's
threads do not survive a fork: a child of a process that has compiled would wait for them forever.
Such a child gets an error instead.
"""

import os
import re
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from typst import Compiler, Fonts, TypstError

from certificates.rendering.design import Design, lay_out
from certificates.rendering.errors import DoesNotFit

if TYPE_CHECKING:
    from typst import PDFStandard

FONTS = Path(__file__).parent.parent / "fonts"
# PDF/A-3, level A (ISO 19005-3) for archiving with an attachment; PDF/UA-1 (ISO 14289-1) for
# accessibility. Typst checks both and refuses to write a file that breaks them.
STANDARDS: "list[PDFStandard]" = ["a-3a", "ua-1"]
DOES_NOT_FIT = re.compile(r"does not fit: ([\w-]+)")
_COMPILERS_PER_THREAD = 12


class _Cache(threading.local):
    def __init__(self) -> None:
        self.compilers: dict[str, Compiler] = {}


_cache = _Cache()
# System fonts differ between machines, and equal data must give equal documents.
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
    """Return one page. Raises `DoesNotFit` if a text does not fit at any of its sizes."""
    try:
        page = _compiler(design).compile(
            sys_inputs=inputs,
            format=form,
            ppi=ppi,
            pdf_standards=STANDARDS if form == "pdf" else [],
            timestamp=timestamp,
        )
    except TypstError as error:
        match = DOES_NOT_FIT.search(error.message)
        if match is None:
            raise
        raise DoesNotFit(match[1]) from None
    # For several pages Typst returns a list.
    if not isinstance(page, bytes):
        raise TypeError("a template must make exactly one page")
    return page


def _compiler(design: Design) -> Compiler:
    _refuse_after_fork()
    compiler = _cache.compilers.pop(design.digest, None)
    if compiler is None:
        main = _laid_out(design)
        compiler = Compiler(main, root=main.parent, font_paths=_fonts, ignore_system_fonts=True)
    # A dict keeps insertion order, so the first key is the compiler that was used longest ago.
    _cache.compilers[design.digest] = compiler
    if len(_cache.compilers) > _COMPILERS_PER_THREAD:
        del _cache.compilers[next(iter(_cache.compilers))]
    return compiler


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder of this process alone, which no other user can write to."""
    return tempfile.TemporaryDirectory(prefix="otklik-designs-")


def _laid_out(design: Design) -> Path:
    design.refuse_foreign_code()
    # Threads share the folder: without the lock one could compile what another is still writing.
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
        raise RuntimeError("Typst was used before this process was forked and would hang")
