"""Certificates to draw: the longest data that we have met, kept in `tests/data/certificates`."""

import json

from certificates.rendering import DocumentData, starter
from tests.support.paths import DATA

SAMPLES = sorted((DATA / "certificates").glob("*.json"))


def sample(name):
    path = DATA / f"certificates/{name}.json"
    return DocumentData.from_data(json.loads(path.read_text()))


def design_of(data):
    """The shipped design of the template named in the document data: "publication/1"."""
    return starter(data.template.partition("/")[0])
