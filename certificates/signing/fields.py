"""Add the signature field before signing, in a form that PDF/UA-1 and PDF/A-3a both accept.

PDF/UA-1 (ISO 14289-1, 7.18) requires that a widget is in the structure tree: a Form element that
refers to it, its number in the parent tree, and a text for screen readers. PDF/A-3 (ISO 19005-3)
requires an appearance and the print flag. The template draws the visible seal, so the appearance is
empty.
"""

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NumberObject,
    pdf_name,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from certificates.rendering import SealPlace

FIELD_NAME = "Seal"


def add_field(writer: IncrementalPdfFileWriter, place: SealPlace, label: str) -> None:
    box = (place.left, place.bottom, place.right, place.top)
    append_signature_field(
        writer, SigFieldSpec(FIELD_NAME, box=box, readable_field_name=label, on_page=0)
    )
    tree = writer.root["/StructTreeRoot"]
    field = writer.root["/AcroForm"]["/Fields"].raw_get(0)
    document = tree["/K"][0]
    page, _ = writer.find_page_for_modification(0)
    element = writer.add_object(
        DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): tree["/K"].raw_get(0),
                pdf_name("/Pg"): page,
                pdf_name("/K"): _reference(field, page),
            }
        )
    )
    document["/K"].append(element)
    writer.update_container(document)
    _add_to_parent_tree(writer, field, element)


def _reference(field: IndirectObject, page: IndirectObject) -> DictionaryObject:
    return DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/OBJR"),
            pdf_name("/Obj"): field,
            pdf_name("/Pg"): page,
        }
    )


def _add_to_parent_tree(
    writer: IncrementalPdfFileWriter, field: IndirectObject, element: IndirectObject
) -> None:
    tree = writer.root["/StructTreeRoot"]
    key = tree["/ParentTreeNextKey"]
    tree["/ParentTree"]["/Nums"] += ArrayObject([NumberObject(key), element])
    tree[pdf_name("/ParentTreeNextKey")] = NumberObject(key + 1)
    writer.update_container(tree)
    widget = field.get_object()
    widget[pdf_name("/StructParent")] = NumberObject(key)
    writer.update_container(widget)
