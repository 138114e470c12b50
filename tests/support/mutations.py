"""Mutations of files: of any bytes, and of what PDF, ZIP, XML, CSV and images are made of.

`mutated` depends on its arguments alone, so that a failure can be made again from its number.
"""

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from random import Random
from typing import TypeAlias

import pikepdf

# A larger file is refused by its size, before a child is started.
_LARGEST = 4_000_000
_NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"255",
    b"65536",
    b"2147483647",
    b"2147483648",
    b"4294967296",
    b"9223372036854775808",
    b"1e308",
    b"0.0000001",
    b"9" * 40,
    b"9" * 5000,
)
_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_DIGITS = re.compile(rb"\d+")

Mutator: TypeAlias = Callable[[Random, bytes, Sequence[bytes]], bytes]


def mutated(kind: str, name: str, content: bytes, others: Sequence[bytes], number: int) -> bytes:
    """Return the mutation of this number; `others` are files to take pieces from."""
    random = Random(f"{kind}/{name}/{number}")
    special = _SPECIAL[kind]
    for _step in range(random.choice((1, 1, 1, 2, 3))):
        mutators = special if special and random.random() < 0.5 else _OF_BYTES
        content = random.choice(mutators)(random, content, others)[:_LARGEST] or b"\0"
    return content


def _place(random: Random, content: bytes) -> tuple[int, int]:
    """Return the ends of a piece; most pieces are short."""
    start = random.randrange(len(content))
    most = random.choice((4, 64, 1024, len(content)))
    return start, min(len(content), start + random.randint(1, most))


def _flip(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    changed = bytearray(content)
    for _bit in range(random.choice((1, 2, 16, 200))):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _overwrite(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    changed = bytearray(content)
    size, order = random.choice((1, 2, 4, 8)), random.choice(("little", "big"))
    at = random.randrange(len(changed))
    value = random.choice(_EXTREMES) % (1 << 8 * size)
    changed[at : at + size] = value.to_bytes(size, order)  # type: ignore[arg-type]
    return bytes(changed)


def _truncate(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    return content[: random.randrange(len(content))]


def _delete(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    start, end = _place(random, content)
    return content[:start] + content[end:]


def _repeat(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    start, end = _place(random, content)
    times = min(random.choice((2, 10, 1000, 50_000)), _LARGEST // (end - start))
    return content[:start] + content[start:end] * times + content[end:]


def _splice(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    other = random.choice(others)
    return content[: random.randrange(len(content))] + other[random.randrange(len(other)) :]


def _transplant(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    other = random.choice(others)
    (start, end), (start_there, end_there) = _place(random, content), _place(random, other)
    return content[:start] + other[start_there:end_there] + content[end:]


def _swap(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    first, second = sorted((random.randrange(len(content)), random.randrange(len(content))))
    middle = (first + second) // 2
    return content[:first] + content[middle:second] + content[first:middle] + content[second:]


def _insert(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    at = random.randrange(len(content))
    return content[:at] + random.randbytes(random.choice((1, 8, 500))) + content[at:]


def _number(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    places = [found.span() for found in _DIGITS.finditer(content)]
    if not places:
        return content
    start, end = random.choice(places)
    return content[:start] + random.choice(_NUMBERS) + content[end:]


_OF_BYTES: tuple[Mutator, ...] = (
    _flip,
    _flip,
    _overwrite,
    _overwrite,
    _truncate,
    _delete,
    _repeat,
    _splice,
    _transplant,
    _swap,
    _insert,
    _number,
)

# PDF (ISO 32000-1, 7).
_NAME = re.compile(rb"/[A-Za-z][A-Za-z0-9]*")
_REFERENCE = re.compile(rb"\b(\d{1,6}) 0 R")
_NESTED = (b"[", b"<<", b"<</A ", b"(", b"[ 1 0 R ")


def _pdf_name(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    places = list(_NAME.finditer(content))
    if not places:
        return content
    there, other = random.choice(places), random.choice(places)
    return content[: there.start()] + other[0] + content[there.end() :]


def _pdf_reference(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    """Point to another object: to itself, to its own parent, or to none."""
    places = list(_REFERENCE.finditer(content))
    if not places:
        return content
    there, other = random.choice(places), random.choice(places)
    number = random.choice((other[1], b"0", b"999999"))
    return content[: there.start(1)] + number + content[there.end(1) :]


def _pdf_nesting(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    at = content.find(b"<<", random.randrange(len(content)))
    deep = random.choice(_NESTED) * random.choice((10, 500, 20_000, 200_000))
    return content[: at + 2] + b"/X " + deep + content[at + 2 :]


def _pdf_filters(_random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    chain = b"[" + b"/FlateDecode " * 60 + b"]"
    return content.replace(b"/Filter/FlateDecode", b"/Filter" + chain, 1).replace(
        b"/Filter /FlateDecode", b"/Filter " + chain, 1
    )


def _pdf_rewritten(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """Mutate it with its streams unpacked, so that what they hold is reached."""
    unpacked = io.BytesIO()
    with suppress(Exception), pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(
            unpacked,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
        return random.choice(_OF_BYTES)(random, unpacked.getvalue(), others)
    return content


_ODD_VALUES = ("\ud800", "\0", "9" * 5000, "а" * 100_000, None, 1e308, [], {}, [[]] * 1000, "<b>")


def _pdf_attached(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    """Change the attached data, which are compared with the register."""
    output = io.BytesIO()
    with suppress(Exception), pikepdf.open(io.BytesIO(content)) as pdf:
        stream = pdf.Root.AF[0].EF.F
        data = json.loads(stream.read_bytes())
        part = random.choice([data, data["publication"], *data["lines"]])
        name = random.choice(sorted(part))
        part[name] = random.choice(_ODD_VALUES)
        deep = b"[" * 100_000 if random.random() < 0.1 else b""
        stream.write(deep + json.dumps(data).encode())
        pdf.save(output)
        return output.getvalue()
    return content


# ZIP, with XML inside (ECMA-376; OpenDocument 1.3).
_ATTRIBUTE = re.compile(rb'="[^"]*"')
_TAG = re.compile(rb"<[a-zA-Z][^<>]*>")
_ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_VALUES = (b'=""', b'="\xff"', b'="-1"', b'="1e999"', b'="XFE1048577"', b'="A0"', b'="\xd9\xa3"')


def _xml_attribute(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    places = list(_ATTRIBUTE.finditer(content))
    if not places:
        return content
    there = random.choice(places)
    number = b'="' + random.choice(_NUMBERS) + b'"'
    value = random.choice((*_VALUES, number, number, random.choice(places)[0]))
    return content[: there.start()] + value + content[there.end() :]


def _xml_tag(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    places = list(_TAG.finditer(content))
    if not places:
        return content
    there, other = random.choice(places), random.choice(places)
    value = random.choice((other[0], b"", there[0] * random.choice((2, 5000, 100_000)), _ENTITIES))
    return (content[: there.start()] + value + content[there.end() :])[:_LARGEST]


def _zip_member(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """Mutate one member, and pack it again so that the archive itself is right."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [(one.filename, archive.read(one)) for one in archive.infolist()]
    except Exception:  # noqa: BLE001 - no archive any more, after another mutation
        return content
    if not members:
        return content
    at = random.randrange(len(members))
    name, member = members[at]
    action = random.random()
    if action < 0.75:
        mutator = random.choice((*_OF_BYTES, *[_xml_attribute] * 8, *[_xml_tag] * 4))
        members[at] = (
            name,
            mutator(random, member or b"\0", [body or b"\0" for _n, body in members]),
        )
    elif action < 0.85:
        del members[at]
    elif action < 0.95:
        members[at] = random.choice(members)[0], member
    else:
        members.append((random.choice(("../" * 9 + "x", "x" * 60_000, "xl/\0", name)), member))
    method = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    output = io.BytesIO()
    with suppress(Exception):
        with zipfile.ZipFile(output, "w", method) as archive:
            for filename, body in members:
                archive.writestr(filename, body)
        return output.getvalue()
    return content


# CSV.
_CSV_PIECES = (
    b'"',
    b'"' * 5000,
    b";",
    b";" * 20_000,
    b"\r",
    b"\n" * 20_000,
    b"\0",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"sep=\xff\n",
    b"sep=\n",
    b"=cmd|' /C calc'!A0",
    b'"\n";',
    "Ё".encode("cp866"),
    "ё".encode("utf-16-le"),
    b"\xed\xa0\x80",
    b"a" * 100_000,
)


def _csv_piece(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    at = random.choice((0, random.randrange(len(content))))
    piece = random.choice(_CSV_PIECES) * random.choice((1, 1, 1, 3, 100))
    return content[:at] + piece + content[at:]


def _csv_encoding(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    """Write a part of the file in another encoding."""
    at = random.randrange(len(content))
    codec = random.choice(("utf-16-le", "utf-16-be", "cp866", "koi8-r", "mac-cyrillic", "utf-7"))
    return content[:at] + content[at:].decode(errors="replace").encode(codec, errors="replace")


# PNG (W3C PNG, 5), JPEG (ITU T.81, annex B) and RIFF.
_PNG = b"\x89PNG\r\n\x1a\n"


def _png_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    chunks, at = [], len(_PNG)
    while at + 8 <= len(content):
        (size,) = struct.unpack(">I", content[at : at + 4])
        chunks.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + size]))
        at += size + 12
    return chunks


def _png_chunk(random: Random, content: bytes, others: Sequence[bytes]) -> bytes:
    """Mutate one chunk, and give it the right length and checksum again."""
    chunks = _png_chunks(content) if content.startswith(_PNG) else []
    if not chunks:
        return _image_size(random, content, others)
    at = random.randrange(len(chunks))
    name, body = chunks[at]
    action = random.random()
    if action < 0.5:
        chunks[at] = name, random.choice(_OF_BYTES)(random, body or b"\0", [content])
    elif action < 0.6:
        chunks.insert(random.randrange(len(chunks)), chunks[at])
    elif action < 0.7:
        chunks[at] = random.choice((b"acTL", b"fdAT", b"fcTL", b"tRNS", b"PLTE", b"IEND")), body
    else:
        squeezed = b"x\0\0" + _zeros(random.choice((100, 3_000_000, 80_000_000)))
        chunks.insert(1, (random.choice((b"zTXt", b"iCCP", b"iTXt", b"eXIf", b"IDAT")), squeezed))
    return _PNG + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


@cache
def _zeros(count: int) -> bytes:
    return zlib.compress(bytes(count))


def _image_size(random: Random, content: bytes, _others: Sequence[bytes]) -> bytes:
    """Claim other dimensions: after the marker of a JPEG frame, or near the beginning."""
    frames = [found.start() + 5 for found in re.finditer(rb"\xff[\xc0-\xc2]\0", content)]
    at = random.choice([*frames, random.randrange(min(len(content), 64))])
    sides = struct.pack(">HH", *random.choices((0, 1, 255, 4899, 20_000, 65_535), k=2))
    return content[:at] + sides + content[at + 4 :]


_SPECIAL: dict[str, tuple[Mutator, ...]] = {
    "pdf": (
        _pdf_name,
        _pdf_reference,
        _pdf_nesting,
        _pdf_filters,
        _pdf_rewritten,
        _pdf_attached,
        _number,
    ),
    "xlsx": (_zip_member,),
    "csv": (_csv_piece, _csv_encoding),
    "image": (_png_chunk, _image_size),
}
