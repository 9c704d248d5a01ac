"""Pieces of a page that works offline: escaped tables and lists, and the one style they need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

# Tables of the class `cards` become one card a row on narrow screens, the others scroll in their frame.
STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --page: #f5f6f8; --sheet: #fff; --line: #dde2e8;
  --good: #1a7f45; --warn: #9a6200; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b4; --page: #14181e; --sheet: #1c222b;
  --line: #303946; --good: #5ccb8a; --warn: #e2b04a; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.25rem; background: var(--page); color: var(--ink);
  font: 0.95rem/1.5 system-ui, sans-serif; }
header, section { background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; margin: 0 0 1rem;
  padding: 1rem 1.25rem; }
header { border-left: 8px solid var(--soft); }
header.good { border-left-color: var(--good); }
header.warn { border-left-color: var(--warn); }
header.bad { border-left-color: var(--bad); }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 0 0 0.6rem; }
p { margin: 0.3rem 0 0; }
ul { margin: 0.5rem 0 0; padding-left: 1.2rem; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .soft { color: var(--soft); }
header.good, header.warn, header.bad { color: inherit; }
dl { display: grid; gap: 0.2rem 1rem; grid-template-columns: max-content minmax(0, 1fr); margin: 0; }
.frame + dl { margin-top: 0.8rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.frame { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: 0.3rem 0.6rem; text-align: left; vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
tfoot td { border-bottom: 0; border-top: 2px solid var(--line); font-weight: 600; }
.number { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
table:not(.cards) td { white-space: nowrap; }
.cards td { overflow-wrap: break-word; }
@media (max-width: 40rem) {
  body { padding: 0.5rem; } header, section { padding: 0.75rem; }
  dl { grid-template-columns: minmax(0, 1fr); } dd { margin-bottom: 0.4rem; }
  .cards thead { display: none; }
  .cards tr { border-bottom: 1px solid var(--line); display: block; padding: 0.5rem 0; }
  .cards td { border: 0; display: block; overflow-wrap: anywhere; padding: 0.1rem 0; }
  .cards td::before { color: var(--soft); content: attr(data-label) ": "; }
  .cards td:empty { display: none; }
}
"""


@dataclass(frozen=True)
class Text:
    """A text in a colour: `kind` is a class of STYLE."""

    text: str
    kind: str


Value = str | int | float | Text


def page(title: str, parts: Iterable[str]) -> str:
    """A whole document; `parts` are HTML."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def section(title: str, *parts: str) -> str:
    """A titled part of the page; `parts` are HTML."""
    return f"<section>\n<h2>{escape(title)}</h2>\n" + "\n".join(parts) + "\n</section>"


def facts(values: Mapping[str, Value]) -> str:
    """Names and values."""
    return (
        "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{words(value)}</dd>" for name, value in values.items()) + "</dl>"
    )


def bullets(texts: Iterable[Value]) -> str:
    """A list; empty for no texts."""
    items = "".join(f"<li>{words(text)}</li>" for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def table(
    names: Sequence[str], rows: Sequence[Sequence[Value]], total: Sequence[Value] = (), cards: bool = False
) -> str:
    """A table with a header, and a last row of totals if there is one."""
    first = rows[0] if rows else [""] * len(names)
    head = "".join(
        f'<th scope="col"{number_class(value)}>{escape(name)}</th>' for name, value in zip(names, first, strict=True)
    )
    body = "".join(f"<tr>{cells(names, row)}</tr>\n" for row in rows)
    foot = f"<tfoot><tr>{cells(names, total)}</tr></tfoot>" if total else ""
    style = ' class="cards"' if cards else ""
    return f'<div class="frame"><table{style}><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody>{foot}</table></div>'


def cells(names: Sequence[str], row: Sequence[Value]) -> str:
    """The cells of a row."""
    return "".join(
        f'<td data-label="{escape(name)}"{number_class(value)}>{words(value)}</td>'
        for name, value in zip(names, row, strict=True)
    )


def number_class(value: Value) -> str:
    """What a cell of numbers carries in its tag."""
    return ' class="number"' if isinstance(value, int | float) else ""


def words(value: Value) -> str:
    """A value as HTML: escaped, numbers with separators, a Text in its class."""
    if isinstance(value, Text):
        return f'<span class="{value.kind}">{escape(value.text)}</span>'
    return escape(value if isinstance(value, str) else f"{value:,}")
