"""Read uploaded tables in a child process with limits, and write tables for download."""

from certificates.imports.tables.reading import Table, UnreadableTable, read_table
from certificates.imports.tables.writing import write_table

__all__ = ["Table", "UnreadableTable", "read_table", "write_table"]
