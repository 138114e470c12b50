"""Parse the XML of workbooks as it arrives, with nothing kept in memory."""

from collections.abc import Callable, Iterator, Mapping
from typing import IO, Generic, TypeAlias, TypeVar
from xml.parsers import expat

from certificates.imports.readers import limits
from certificates.imports.readers.contents import NotATable, TooMuch

T = TypeVar("T")
StartHandler: TypeAlias = Callable[[Mapping[str, str]], None]
EndHandler: TypeAlias = Callable[[], None]
_PORTION = 256 * 1024
# Of names with prefixes that are remembered: a file may have a million different ones.
_MOST_NAMES = 1_000
_NOTHING_AT_END: Mapping[str, EndHandler] = {}


def parse_xml(
    file: IO[bytes],
    start: Mapping[str, StartHandler],
    end: Mapping[str, EndHandler] = _NOTHING_AT_END,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Call the handlers of elements by local name; yield after each portion.

    Other elements cost little, because a sheet may have millions of them. Raises `TooMuch`.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    # No workbook has a document type: with one, a text could unfold into gigabytes.
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = _counted(_ByName(start))
    if end:
        parser.EndElementHandler = _without_attributes(_ByName(end))
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


def _counted(handlers: "_ByName[StartHandler]") -> Callable[[str, Mapping[str, str]], None]:
    left = limits.MOST_ELEMENTS
    attributes = _LocalNames()

    def start(name: str, given: Mapping[str, str]) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise TooMuch
        if handler := handlers[name]:
            # Most elements of a large sheet are empty, without attributes.
            handler({attributes[key]: value for key, value in given.items()} if given else given)

    return start


def _without_attributes(handlers: "_ByName[EndHandler]") -> Callable[[str], None]:
    def end(name: str) -> None:
        if handler := handlers[name]:
            handler()

    return end


class _LocalNames(dict[str, str]):
    """Local names by names with prefixes."""

    def __missing__(self, name: str) -> str:
        local = name.rpartition(":")[2]
        if len(self) < _MOST_NAMES:
            self[name] = local
        return local


class _ByName(dict[str, T | None], Generic[T]):
    """Handlers by names with prefixes, whatever the prefix is."""

    def __init__(self, by_local_name: Mapping[str, T]) -> None:
        super().__init__()
        self._by_local_name = by_local_name

    def __missing__(self, name: str) -> T | None:
        handler = self._by_local_name.get(name.rpartition(":")[2])
        if len(self) < _MOST_NAMES:
            self[name] = handler
        return handler


def _refuse_document_type(*_given: object) -> None:
    raise NotATable
