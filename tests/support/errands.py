"""Work that one release begins and another one ends: a registrar's tables, and exports of data."""

import re
from io import BytesIO
from itertools import count
from urllib.parse import urlsplit
from zipfile import ZipFile

from certificates.imports.tables import write_table
from tests.support.tables import HEADER, row
from tests.support.waiting import wait_for

# More than a chunk, so that there is a next one to ask for.
_ROWS = 30
_ROWS_OF_SHORT_TABLE = 2
_SECONDS = 600
_DOWNLOAD = re.compile(r'href="(/accounts/data/export/[0-9]+/)"')


class Errands:
    def __init__(self, traffic, database, registrar):
        self._traffic, self._database = traffic, database
        self._registrar = registrar
        ((self._programme,),) = self._rows(
            "SELECT id FROM certificates_programme WHERE slug = 'publication'"
        )
        self._imports = {}  # by id, how many rows
        self._people = []  # addresses of those who asked for an export
        self._unread = None
        self._numbers = count(1)

    def begin(self, release, email):
        """Begin two tables and an export with a release whose worker stops before their ends."""
        read = self._upload(_ROWS)
        self._wait_until_read(read)
        release.stop("worker")
        self._run(read)
        self._unread = self._upload(_ROWS_OF_SHORT_TABLE)
        self._ask_for_export(email)

    def finish(self):
        """Wait until the worker that runs now has ended all that was begun."""
        self._wait_until_read(self._unread)
        self._run(self._unread)
        wait_for(self._are_done, _SECONDS)
        self.check()

    def check(self):
        for import_id, rows in self._imports.items():
            path = f"/registrar/imports/{import_id}/archive.zip"
            documents = _unpacked(self._registrar.insist("GET", path))
            assert [content[:5] for content in documents.values()] == [b"%PDF-"] * rows
            issued = self._rows(
                "SELECT count(DISTINCT application_id) FROM certificates_importrow"
                " WHERE source_id = %s",
                import_id,
            )
            assert issued == [(rows,)]
        for email in self._people:
            person = self._proven(email)
            page = person.insist("GET", "/accounts/data/").text
            files = _unpacked(person.insist("GET", _DOWNLOAD.search(page)[1]))
            assert any(email.encode() in content for content in files.values())

    def _upload(self, rows):
        numbers = [next(self._numbers) for _row in range(rows)]
        titles = [f"Открытый урок математики, часть {number}" for number in numbers]
        table = write_table(HEADER, [row(title=one, email="a@demo.example") for one in titles])
        uploaded = self._registrar.insist(
            "POST",
            "/registrar/imports/",
            expected=(302,),
            data={"programme": self._programme},
            files={"table": ("Таблица.xlsx", table)},
        )
        import_id = int(uploaded.headers["Location"].rstrip("/").rpartition("/")[2])
        self._imports[import_id] = rows
        return import_id

    def _wait_until_read(self, import_id):
        statement = "SELECT status FROM certificates_import WHERE id = %s"
        wait_for(lambda: self._rows(statement, import_id) == [("checked",)], _SECONDS)

    def _run(self, import_id):
        self._registrar.insist("POST", f"/registrar/imports/{import_id}/run/", expected=(302,))

    def _ask_for_export(self, email):
        asked = self._proven(email).insist("POST", "/accounts/data/export/", expected=(302,))
        destination = asked.headers["Location"]
        assert urlsplit(destination).path == "/accounts/data/", destination
        self._people.append(email)

    def _proven(self, email):
        person = self._traffic.visitor().sign_in(email)
        person.prove()
        return person

    def _are_done(self):
        self._traffic.check()
        ((waiting,),) = self._rows(
            """
            SELECT (SELECT count(*) FROM certificates_import
                     WHERE status <> 'finished' OR archive = '')
                 + (SELECT count(*) FROM accounts_dataexport WHERE ready_at IS NULL)
            """
        )
        return not waiting

    def _rows(self, statement, *params):
        return self._database.execute(statement, params).fetchall()


def _unpacked(response):
    """Return the files in an archive, by name."""
    with ZipFile(BytesIO(response.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
