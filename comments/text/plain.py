"""A rendered comment as plain text, for e-mails: without marks, with its line breaks and links."""

from html.parser import HTMLParser

_BLOCKS = {"p", "pre", "ul", "ol", "li", "blockquote"}


class _PlainText(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines = [""]
        self.quotes = 0
        self.is_pre = False
        self.numbers: list[int | None] = []
        self.href = self.link_text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._break()
        if tag == "pre":
            self.is_pre = True
        elif tag == "br":
            self.lines.append(self._margin())
        elif tag == "blockquote":
            self.quotes += 1
            self.lines[-1] = self._margin()
        elif tag in {"ul", "ol"}:
            self.numbers.append(int(dict(attrs).get("start") or 1) if tag == "ol" else None)
        elif tag == "li" and self.numbers:
            self._mark_item()
        elif tag == "a":
            self.href, self.link_text = dict(attrs).get("href") or "", ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.href not in {self.link_text, f"mailto:{self.link_text}"}:
            self.lines[-1] += f" ({self.href})"
        if tag == "pre":
            self.is_pre = False
        if tag == "blockquote":
            self.quotes -= 1
        if tag in {"ul", "ol"}:
            self.numbers.pop()
        if tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        self.link_text += data
        # In `pre` a line break is text. Elsewhere it is layout, and `<br>` is the line break.
        first, *others = data.split("\n") if self.is_pre else [data.replace("\n", "")]
        self.lines[-1] += first
        for line in others:
            self.lines.append(self._margin() + line)

    def _break(self) -> None:
        if self.lines[-1].strip("> "):
            self.lines.append(self._margin())
        else:
            self.lines[-1] = self._margin()

    def _mark_item(self) -> None:
        number = self.numbers[-1]
        if number is None:
            self.lines[-1] += "— "
        else:
            self.lines[-1] += f"{number}. "
            self.numbers[-1] = number + 1

    def _margin(self) -> str:
        return "> " * self.quotes


def to_text(html: str) -> str:
    """Return what the page shows of a comment, with `> ` before quoted lines."""
    parser = _PlainText()
    parser.feed(html)
    parser.close()
    return "\n".join(line.rstrip() for line in parser.lines).strip()
