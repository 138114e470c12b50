"""The results of rounds, added up over runs in a file."""

from dataclasses import asdict, dataclass, field

from tests.support.counts_file import read_counts, write_counts


@dataclass
class Total:
    """The results of all rounds of one kind."""

    rounds: int = 0
    seconds: int = 0
    blows: int = 0
    kills: int = 0
    writes: int = 0
    lost: int = 0
    doubled: int = 0
    gaps: int = 0
    undone: int = 0
    let_in: int = 0
    contradictions: int = 0
    repeated_emails: int = 0

    def add(self, other):
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass
class Totals:
    kinds: dict[str, Total] = field(default_factory=dict)

    @classmethod
    def read(cls, path):
        return cls(read_counts(path, Total))

    def write(self, path):
        write_counts(path, self.kinds)

    def add(self, kind, total):
        self.kinds.setdefault(kind, Total()).add(total)

    @property
    def sum(self):
        result = Total()
        for total in self.kinds.values():
            result.add(total)
        return result

    def table(self):
        heads = [name.replace("_", " ") for name in asdict(Total())]
        rows = [(name, asdict(total)) for name, total in sorted(self.kinds.items())]
        rows.append(("all", asdict(self.sum)))
        width = max(len(name) for name, _total in rows)
        lines = [" " * width + "".join(f"  {head:>{_width(head)}}" for head in heads)]
        for name, total in rows:
            cells = zip(heads, total.values(), strict=True)
            lines.append(
                f"{name:{width}}" + "".join(f"  {value:>{_width(head)}}" for head, value in cells)
            )
        return "\n".join(lines)


def _width(head):
    return max(len(head), 6)
