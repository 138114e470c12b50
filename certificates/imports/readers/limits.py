"""Limits on the size of a table. A few kilobytes of XLSX can unfold into a trillion cells."""

MEMORY = 768 * 1024 * 1024
SECONDS = 40
MOST_ROWS = 20_000
MOST_COLUMNS = 60
# The largest number of a row in any program (LibreOffice, with very large sheets). A row of ODS may
# say that it is repeated more often.
LAST_ROW = 1 << 24
# Above the header: titles, notes, dates. The header is looked for in these rows and the next one.
MOST_TITLE_ROWS = 20
# One more than a table may have, so that the parent refuses it as too long.
MOST_PRINTED = MOST_ROWS + MOST_TITLE_ROWS + 2
# Elements in one part of a workbook: a full table with two for each cell, and room for others. It
# takes about a microsecond to look at each.
MOST_ELEMENTS = 3_000_000
# Bytes of all parts of a workbook, unpacked. A full table has 100 MB.
MOST_UNPACKED = 256 * 1024 * 1024
# Cells that are merged with the one above them: no table has more cells.
MOST_MERGED = MOST_ROWS * MOST_COLUMNS
# More than any answer may have, so that a text that is too long is refused and never cut.
LONGEST_CELL = 40_001
# A shared string of XLSX may be referred to by every cell.
MOST_TEXT = 32 * 1024 * 1024
