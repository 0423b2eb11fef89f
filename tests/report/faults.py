"""What a reader should not find on a page."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

STRAY = {
    "a traceback": r"Traceback \(most recent call last\)",
    "a warning": r"\b\w*Warning: ",
    "the text of a figure": r"&lt;Figure size|<Figure size",
    "the text of a plot object": r"\bText\(-?\d|&lt;Axes|&lt;matplotlib|AxesSubplot",
    "the text of a page piece": r"&lt;Html, \d+",
    "an object's address": r"\bat 0x[0-9a-f]{6,}",
    "a missing number": r">\s*(?:nan|NaN|None|&lt;NA&gt;|NaT)\s*<",
    "code": r"In&nbsp;\[|^\s*(?:import|from) \w+",
    "a text that was not filled": r">[^<{]*\{[a-z_]+\}[^<]*<",
}
SMALLEST_PICTURE = 1500
"""Characters of a picture's data below which it shows nothing."""


def page_faults(html: str) -> list[str]:
    """Say what a reader should not find on a page; an empty list when all is well.

    Parameters
    ----------
    html
        The page.
    """
    reader = _FaultReader()
    reader.feed(html)
    reader.close()
    shown = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.DOTALL)
    shown = re.sub(r'"data:[^"]*"', '""', shown)
    shown = re.sub(r'<details class="code">.*?</details>', "", shown, flags=re.DOTALL)
    stray = [
        f"{what}: {match.group().strip()[:60]}"
        for what, pattern in STRAY.items()
        if (match := re.search(pattern, shown, re.MULTILINE))
    ]
    if re.search(r"url\(\s*['\"]?(?!data:|#)|@import", html):
        stray.append("a style that loads something")
    if "default-src 'none'" not in unescape(html[: html.find("</head>")]):
        stray.append("a page without a content security policy")
    return [*reader.faults, *reader.at_end(), *stray]


class _FaultReader(HTMLParser):
    """Collects what is wrong with the elements of a page."""

    LOADING = frozenset({"src", "srcset", "poster", "data", "background", "action"})

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self._rows = 0
        self._seen: set[str] = set()
        self._anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._seen.add(tag)
        self._anchor(given.get("id", ""))
        if tag == "html" and not given.get("lang"):
            self.faults.append("a page without a language")
        if tag in {"script", "iframe", "object", "embed"}:
            self.faults.append(f"a <{tag}>")
        if tag == "img":
            self._image(given)
        if tag == "table":
            self._rows = 0
        if tag == "td":
            self._rows += 1
        self._loads(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._rows == 0:
            self.faults.append("an empty table")

    def at_end(self) -> list[str]:
        """What is missing from the page as a whole."""
        return [f"a page without <{tag}>" for tag in ("title", "h1") if tag not in self._seen]

    def _anchor(self, name: str) -> None:
        if name and name in self._anchors:
            self.faults.append(f"an anchor twice: {name}")
        self._anchors.add(name)

    def _image(self, given: dict[str, str]) -> None:
        if not given.get("alt", "").strip():
            self.faults.append("a picture without alternative text")
        if len(given.get("src", "")) < SMALLEST_PICTURE:
            self.faults.append("an empty picture")

    def _loads(self, tag: str, given: dict[str, str]) -> None:
        names = self.LOADING | ({"href"} if tag in {"link", "base", "image", "use"} else set())
        for name in names & set(given):
            if not given[name].startswith(("data:", "#")):
                self.faults.append(f"something loaded: <{tag} {name}={given[name][:60]!r}>")
