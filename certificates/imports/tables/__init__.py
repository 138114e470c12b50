"""Tables that people upload: read in a process of their own, so that a bomb harms nobody."""

from certificates.imports.tables.reading import Table, UnreadableTable, read_table
from certificates.imports.tables.writing import write_table

__all__ = ["Table", "UnreadableTable", "read_table", "write_table"]
