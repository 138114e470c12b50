"""Typst compilers, kept: a new one for each document takes half as long again.

A compiler serves one thread at a time, so each thread has its own; the fonts are shared. Typst's
threads do not survive a fork: a child of a process that has compiled would wait for them forever,
so it is told so instead.
"""

import os
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from typst import Compiler, Fonts, TypstError

from certificates.rendering.errors import DoesNotFit
from certificates.rendering.versions import ROOT, TemplateVersion

if TYPE_CHECKING:
    from typst import PDFStandard

FONTS = Path(__file__).parent.parent / "fonts"
_STANDARDS: "list[PDFStandard]" = ["a-3a", "ua-1"]
_DOES_NOT_FIT = re.compile(r"does not fit: (\w+)")


class _Kept(threading.local):
    def __init__(self) -> None:
        self.compilers: dict[TemplateVersion, Compiler] = {}


_kept = _Kept()
_fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
_first_process: list[int] = []


def compile_template(
    template: TemplateVersion,
    inputs: dict[str, str],
    *,
    form: Literal["pdf", "png"],
    timestamp: int,
    ppi: float | None = None,
) -> bytes:
    """One page. Raises `DoesNotFit` where a text cannot be fitted into its place."""
    try:
        made = _compiler(template).compile(
            sys_inputs=inputs,
            format=form,
            ppi=ppi,
            pdf_standards=_STANDARDS if form == "pdf" else [],
            timestamp=timestamp,
        )
    except TypstError as error:
        found = _DOES_NOT_FIT.search(error.message)
        if found is None:
            raise
        raise DoesNotFit(found[1]) from None
    if not isinstance(made, bytes):
        raise TypeError(f"{template} is to make one page")
    return made


def _compiler(template: TemplateVersion) -> Compiler:
    _refuse_after_fork()
    compiler = _kept.compilers.get(template)
    if compiler is None:
        compiler = _kept.compilers[template] = Compiler(
            template.main, root=ROOT, font_paths=_fonts, ignore_system_fonts=True
        )
    return compiler


def _refuse_after_fork() -> None:
    if not _first_process:
        _first_process.append(os.getpid())
    if _first_process[0] != os.getpid():
        raise RuntimeError("Typst was used before this process was forked: it would never answer.")
