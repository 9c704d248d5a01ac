"""What varies in error messages, and the masks that stand for it: an ordered list, applied by Arrow (RE2 patterns).

In this order: blanks, URLs, paths, GUIDs and hex, dataset and file names, hosts, dates and times,
quoted text, numbers. RE2 has no look-around: `\\B/` reads "a slash that follows no word character".
"""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc


class Mask(NamedTuple):
    """What a pattern finds is written as `written`. `needs`: a short pattern of what every text has that it finds
    something in; long ones take RE2 up to 2 ms to read, each time they are applied."""

    pattern: str
    written: str
    needs: str = ""


# A character that can be inside a URL or a path, whatever the text around it.
_INSIDE = r"[^\s\"'<>,;()\[\]{}|]"
_LAST = r"[^\s\"'<>,;()\[\]{}|:.]"
# Eight or more hex digits with both a letter and a decimal digit: words have no digit, plain numbers no letter.
_HEX = "|".join(
    rf"{some}{{{n}{',' if n == 7 else ''}}}{other}[0-9a-fA-F]{{{7 - n},}}"
    for n in range(1, 8)
    for some, other in (("[a-fA-F]", r"\d"), (r"\d", "[a-fA-F]"))
)
_SCOPE = r"(?:mc\d*|data\d*|group|user|valid\d*|panda|hc_test)"
_DID = rf"\b(?:{_SCOPE}[\w.-]*:)?"
_PART = r"(?:[\w.+-]|<guid>|<hex>)"
_DATA_FILE = r"(?:root|pool|tgz|tar|gz|zip|data|h5|hdf5)(?:\.\d+)*"
_COUNTRY = r"(?:[a-z]{2}|com|org|net|edu|gov|int|mil|eu|info|cloud|local|localdomain|internal|lan)"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? "
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AP]M\b)?(?:Z\b| ?[+-]\d{2}:?\d{2}\b| (?:UTC|GMT|CES?T)\b)?"
_DATE = rf"(?:\d{{4}}[-/]\d{{2}}[-/]\d{{2}}|\d{{2}}[-/](?:\d{{2}}|{_MONTH})[-/](?:\d{{4}}|\d{{2}}))"
_NUMBER = r"(?:\B[-+])?\b\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?"
_BYTES = r"(?:(?:[kKMGTP]i?)?B|[kKMGT]i|(?:kilo|mega|giga|tera)?bytes?)"
_SPAN = r"(?:ms|s|secs?|seconds?|min|mins|minutes?|h|hrs?|hours?|d|days?)"

# Every blank of Unicode but the space, and what does not print.
_ODD = r"\x00-\x1f\x7f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
BLANKS = Mask(rf"[ {_ODD}]{{2,}}|[{_ODD}]", " ")
_DIGIT = "[0-9]"
MASKS = (
    BLANKS,
    Mask(rf"\b[A-Za-z][\w+.-]*://{_INSIDE}*{_LAST}", "<url>", "://"),
    # A person's name in a certificate; its parts hold blanks.
    Mask(r"(?:/(?:DC|C|O|OU|L|ST|CN)=[^/\s\"'<>,;()]+(?: [\p{Lu}\d][^/\s\"'<>,;()]*)*){2,}", "<dn>", "/[A-Z]+="),
    Mask(rf"(^|[\s\"'(\[{{=:,|])(?:\.\.?|~)?/{_INSIDE}*{_LAST}", r"\1<path>", "/"),
    Mask(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", "<guid>", "-"),
    Mask(r"\b0[xX][0-9a-fA-F]+\b", "<hex>", "0[xX]"),
    Mask(rf"\b(?:{_HEX})\b", "<hex>", "[0-9a-fA-F]{8}"),
    # One checksum in forty has no letter.
    Mask(r"((?i:checksum|adler32)[^<>\d]{0,20})\b\d{8}\b", r"\1<hex>", "(?i:checksum|adler32)"),
    Mask(rf"{_DID}[\w+-]+(?:\.[\w+-]+)*\.{_DATA_FILE}\b/?", "<file>", "[.][rptgzdh]"),
    Mask(r"\blog\.\w+", "<file>", "log[.]"),
    Mask(rf"{_DID}{_SCOPE}(?:_\w+)?\.{_PART}*\w/?", "<file>", "[.]"),
    Mask(rf"{_DID}[A-Za-z]\w*(?:\.\w+)*\._?\d{{6,}}{_PART}*\b", "<file>", "[.]_?[0-9]{6}"),
    Mask(r"\b[A-Z][\w-]*_[A-Z]*(?:DISK|TAPE)\b", "<rse>", "DISK|TAPE"),
    Mask(r"\bANALY_[\w-]+|\b[A-Z][A-Za-z0-9]+(?:-[A-Z][A-Z0-9]+)+(?:[-_][A-Z0-9]+)*\b", "<site>"),
    Mask(rf"(?:[\w.+-]+@)?\b[A-Za-z0-9][\w-]*(?:\.[\w-]+)+\.{_COUNTRY}\b(?::\d{{1,5}}\b)?", "<host>", "[.].+[.]"),
    Mask(r"(?:[\w.+-]+@)?\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d{1,5}\b)?", "<host>", "[0-9][.][0-9]"),
    Mask(r"\[[0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\](?::\d{1,5}\b)?", "<host>", r"\["),
    Mask(
        rf"(?:{_DAY})?\b{_MONTH} {{1,2}}\d{{1,2}},? (?:\d{{4}} )?{_CLOCK}(?: \d{{4}}\b)?"
        rf"|(?:{_DAY})?\b\d{{1,2}} {_MONTH} \d{{4}}(?: {_CLOCK})?"
        rf"|\b{_DATE}(?:[T :]{_CLOCK})?|\b{_CLOCK}",
        "<time>",
        f"[0-9][:/-][0-9A-Z]|[0-9] {_MONTH}",
    ),
    # Up to the closing quote or, where the text was cut, to the end; the apostrophe of "didn't" opens and closes none.
    Mask(r"\"[^\"]*(?:\"|$)|\B'(?:[^']|\b'\b)*(?:'\B|$)", "<text>"),
    Mask(rf"{_NUMBER} ?{_BYTES}\b", "<size>", _DIGIT),
    Mask(rf"{_NUMBER} ?{_SPAN}\b|\b(?:\d+[dhm] ?)+\d+[ms]\b", "<duration>", _DIGIT),
    # Identifiers that mix letters and digits; "k8s" and "G4Exception" are words.
    Mask(r"\b\w*\d[A-Za-z]+\d\w*", "<id>", _DIGIT),
    Mask(_NUMBER, "<n>", _DIGIT),
    Mask(r"\d{2,}|\d\b", "<n>", _DIGIT),
    Mask(r"\d_", "<n>_", _DIGIT),
    Mask(r"\(by user [^()<>]*(?:\)|$)", "(by user <user>)", "by user"),
    Mask(r"^(killed by(?: user)?) [^<>:;()]*?[^<>:;() ]( at <time>)?$", r"\1 <user>\2", "killed by"),
    Mask(
        r"^(reassigned from|(?:release <n> not found|fast rebrokerage [^<>]*) at) [^ <>]+",
        r"\1 <site>",
        "reassigned from| at ",
    ),
)
# A list of things of one kind counts as one, and so does quoted text that holds quotes itself.
JOINS = (
    Mask(r"<text>(?:[^ ]*<text>|<[a-z]+>)+", "<text>", "<text>[^ ]*<"),
    *(
        Mask(rf"<{name}>(?:[ ,;:|&+./_#-]*(?:and )?<{name}>)+", f"<{name}>", f"<{name}>.*<{name}>")
        for name in (
            *("url", "dn", "user", "path", "guid", "hex", "file", "rse", "site", "host", "time"),
            *("text", "size", "duration", "id", "n"),
        )
    ),
)


def masked(texts: pa.Array) -> pa.Array:
    """Texts with masks in the places of what varies; as long as they come."""
    return _replaced(texts, MASKS)


def collapsed(texts: pa.Array) -> pa.Array:
    """Masked texts with one mask in the place of several of a kind in a row."""
    return _replaced(texts, JOINS)


def _replaced(texts: pa.Array, masks: tuple[Mask, ...]) -> pa.Array:
    for pattern, written, needs in masks:
        if not needs or pc.any(pc.match_substring_regex(texts, needs)).as_py():
            texts = pc.replace_substring_regex(texts, pattern, written)
    return texts
