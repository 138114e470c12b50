"""Strings of the REST framework that its Russian catalogue lacks, so that ours translates them.

Nothing imports this module: `makemessages` reads it. Of those strings these are the ones that the
API can answer with.
"""

from django.utils.translation import gettext_noop as _

_("Datetime value out of range.")
_("Must be a valid boolean.")
_("Not a valid string.")
