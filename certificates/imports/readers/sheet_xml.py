"""Parse the XML of workbooks as it arrives, with nothing kept in memory."""

from collections.abc import Callable, Iterator, Mapping
from typing import IO, TypeAlias
from xml.parsers import expat

from certificates.imports.readers.contents import NotATable

StartHandler: TypeAlias = Callable[[str, Mapping[str, str]], None]
_PORTION = 256 * 1024


def parse_xml(
    file: IO[bytes],
    start: StartHandler,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Call back with local names of elements and attributes; yield after each portion."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    # No workbook has a document type: with one, a text could unfold into gigabytes.
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = lambda name, given: start(
        _local(name), {_local(key): value for key, value in given.items()}
    )
    if end is not None:
        parser.EndElementHandler = lambda name: end(_local(name))
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        while portion := file.read(_PORTION):
            parser.Parse(portion, False)  # noqa: FBT003  # accepts no keywords
            yield
        parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise NotATable from error
    yield


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_document_type(*_given: object) -> None:
    raise NotATable
