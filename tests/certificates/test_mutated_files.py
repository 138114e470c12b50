"""Mutations of real files end in a verdict or a sentence, and within the limits of the child.

A child runs the product's own program with its limits, started by a fork (`warm_children.py`); now
and then the product starts it, and the outcome must be the same. `make fuzz` tries 20,000 mutations
of each file.
"""

import gc
import io
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from certificates.document_templates import image_child, images
from certificates.document_templates.images import UnusableImage
from certificates.imports import actions, jobs
from certificates.imports.readers import limits
from certificates.imports.tables import UnreadableTable, read_table
from certificates.models import Import
from certificates.rendering import render
from certificates.signing import Seal, inspection, make_self_signed, signer_from_pkcs12
from certificates.states import ImportProblem, ImportStatus
from certificates.verification import verify
from core import children
from tests.support import hostile_samples
from tests.support.documents import design_of, sample
from tests.support.fuzz_tally import IS_LONG, tally_of
from tests.support.mutations import mutated
from tests.support.undoing import undone
from tests.support.warm_children import WarmChild

pytestmark = [
    pytest.mark.django_db,
    # What a mutated archive is made of.
    pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning"),
]
PER_FILE = 20_000 if IS_LONG else 8
# Mutations of one file before the next file has its turn.
CHUNK = 50 if IS_LONG else PER_FILE
# Ten files that a long run mutates before the others: all of the forty take it many hours.
FIRST = {
    "pdf": ["issued", "foreign", "unpacked"],
    "xlsx": ["libreoffice", "opendocument", "formulas"],
    "csv": ["utf8", "cp1251"],
    "image": ["rgb", "photo"],
}
# Every so many mutations of a file, the product starts the child.
COLD_EVERY = 1000
# Every so many, a table goes through the whole dry run of an import.
IMPORT_EVERY = 20 if IS_LONG else 4
# The kernel looks at the processor time of a process once a second.
_LATE = 1.5
_STOPS = {signal.SIGXCPU, signal.SIGKILL}


@dataclass(frozen=True, slots=True)
class Surface:
    """`read` gives the outcome of a file as a text, and raises nothing."""

    files: Mapping[str, bytes]
    module: str
    cpu_seconds: int
    memory: int
    read: Callable[[bytes, int], str]


@pytest.fixture
def pdf(site, certificate, client, tmp_path):
    make_self_signed(tmp_path / "foreign.p12", "Вести образования")
    foreign = Seal(signer_from_pkcs12(tmp_path / "foreign.p12"))
    data = sample("publication")
    design = design_of(data)
    sealed = foreign.seal(
        render(design, data),
        reason="",
        location="",
        at=certificate.issued_at,
        place=design.seal_place,
    )
    with certificate.document.open("rb") as file:
        issued = file.read()

    def read(content, _number):
        verdict = verify.by_file(content)
        # What the file says of itself is shown.
        if verdict.signer or verdict.differences:
            cache.clear()
            page = client.post("/verify/", {"file": SimpleUploadedFile("a.pdf", content)})
            assert page.status_code in {200, 404}, page.status_code
        return verdict.finding

    return Surface(
        hostile_samples.pdfs(issued, sealed),
        inspection.__name__,
        inspection._CPU_SECONDS,
        inspection._MEMORY,
        read,
    )


def sentence(refusal):
    assert str(refusal)
    return str(refusal)


def table_surface(files, suffix, programme, registrar, folder):
    path = folder / f"table{suffix}"

    def read(content, number):
        if number % IMPORT_EVERY == 0:
            return imported(content)
        path.write_bytes(content)
        try:
            read_table(path)
        except UnreadableTable as refusal:
            return sentence(refusal)
        return "read"

    def imported(content):
        """Return the message that the registrar sees, or `read`."""
        with undone():
            source = actions.begin_import(
                programme=programme,
                actor=registrar,
                filename=f"a{suffix}",
                content=io.BytesIO(content),
                digest=str(hash(content)),
            )
            jobs.read_import(source.pk)
            told = Import.objects.get(pk=source.pk)
            source.table.delete(save=False)
        assert told.status in {ImportStatus.CHECKED, ImportStatus.FAILED}
        assert told.problem != ImportProblem.UNEXPECTED
        return str(ImportProblem(told.problem).label) if told.problem else "read"

    return Surface(files, "certificates.imports.readers", limits.SECONDS, limits.MEMORY, read)


@pytest.fixture
def xlsx(programme, registrar, tmp_path):
    return table_surface(hostile_samples.workbooks(), ".xlsx", programme, registrar, tmp_path)


@pytest.fixture
def csv(programme, registrar, tmp_path):
    return table_surface(hostile_samples.tables_of_text(), ".csv", programme, registrar, tmp_path)


@pytest.fixture
def image():
    def read(content, number):
        try:
            prepared = images.prepare(io.BytesIO(content), is_ink=number % 2 == 0)
        except UnusableImage as refusal:
            return sentence(refusal)
        assert 0 < prepared.width <= 960
        assert 0 < prepared.height <= 960
        return "prepared"

    data = sample("publication")
    return Surface(
        hostile_samples.images(render(design_of(data), data)),
        image_child.__name__,
        image_child._CPU_SECONDS,
        image_child._MEMORY,
        read,
    )


class Trial:
    """Reads mutations of the files of one surface, and counts them."""

    def __init__(self, kind, surface):
        self.kind, self.surface, self.tally = kind, surface, tally_of(f"files-{kind}")
        self.warm, self.started = WarmChild(surface.module), children._run
        self.others = list(surface.files.values())

    def try_next(self, name):
        count = self.tally.of(name)
        number = count.next
        content = mutated(self.kind, name, self.surface.files[name], self.others, number)
        outcome = self.read(name, content, number)
        is_first = number == 0 and name == next(iter(self.surface.files))
        if is_first or number % COLD_EVERY == COLD_EVERY - 1:
            self.compare_with_cold(name, content, outcome)
        count.cases += 1
        count.next += 1

    def read(self, name, content, number):
        self.warm.cost = None
        try:
            outcome = self.surface.read(content, number)
        except Exception as error:  # noqa: BLE001 - each is what is looked for
            self.tally.fail(name, "errors", f"{number}: {type(error).__name__}: {error}", content)
            return "error"
        if self.warm.cost is not None:
            self.judge(name, content, self.warm.cost)
        return outcome

    def judge(self, name, content, cost):
        self.tally.of(name).stopped += cost.signal in _STOPS
        if cost.cpu > self.surface.cpu_seconds + _LATE or cost.memory > self.surface.memory:
            self.tally.fail(name, "over", cost, content)

    def compare_with_cold(self, name, content, outcome):
        """Have the product start the child, and expect the same outcome."""
        number = self.tally.of(name).next
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(children, "_run", self.started)
            cold = self.surface.read(content, number)
        if cold != outcome:
            detail = f"{outcome}, but {cold} where the product starts the child"
            self.tally.fail(name, "violations", detail, content)


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "csv", "image"])
def test_a_mutated_file_ends_in_a_sentence(kind, request, monkeypatch):
    trial = Trial(kind, request.getfixturevalue(kind))
    files, tally = trial.surface.files, trial.tally
    assert len(files) == 10
    monkeypatch.setattr(children, "_run", trial.warm.run)
    # The samples do not change, so the garbage collector need not walk them each time.
    gc.collect()
    gc.freeze()
    try:
        while unfinished := [name for name in files if tally.of(name).next < PER_FILE]:
            first = [name for name in unfinished if IS_LONG and name in FIRST[kind]]
            for name in first or unfinished:
                for _mutation in range(CHUNK):
                    trial.try_next(name)
            tally.save()
            assert trial.warm.left_behind() == []
            if tally.is_over_time:
                break
    finally:
        trial.warm.close()
        tally.save()
    assert tally.failures == [], "\n".join(tally.failures[:20])
