"""PDF → sealed PDF, and what a seal says of a file. The only package that knows pyHanko.

The seal is an electronic signature made with the publication's own key, never a qualified one.
"""

from certificates.signing.keys import make_self_signed
from certificates.signing.reports import LARGEST, SealReport, Verdict, inspect
from certificates.signing.seals import KeyUnusable, Seal

__all__ = ["LARGEST", "KeyUnusable", "Seal", "SealReport", "Verdict", "inspect", "make_self_signed"]
