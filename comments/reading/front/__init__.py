"""Answers to readers from the memory of a web process, without Django and without the database.

How old an answer may be: an answer is given from memory only if PostgreSQL has confirmed it within
the last `watch.MOST_AGE` seconds. See `watch.py`.
"""

from comments.reading.front.application import Front
from comments.reading.front.public_urls import is_public
from comments.reading.front.shareable import counts_are_shareable, page_is_shareable

__all__ = ["Front", "counts_are_shareable", "is_public", "page_is_shareable"]
