"""Messages that say the same: a readable template of each error text, and a stable id of its group.

`fingerprint` is the rule for one message, `templates` and `group_ids` the same for Arrow arrays of any length. Each row
is judged by itself, so a message's group does not depend on what it is computed with. The masks and their
order: `data_models.message_masks`.

Texts that were cut at the source: a template is cut to LENGTH characters, far less than the source leaves, so what the
source took off is mostly beyond it; where it is not, the last word, which may be half a word, is dropped. Two texts
that were cut at different words before that length stay two groups: nothing in them says that they were one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from data_models.error_dictionary import describe
from data_models.message_masks import BLANKS, collapsed, masked

# Part of every id, so groups of two versions of the rules never mix. To be raised with every change of a template.
RULES_VERSION = 1
EMPTY = "(no message)"
# Longest template in characters.
LENGTH = 100
# Where PanDA's server cuts a text, in characters, and the pilot its own before that.
CUTS = {
    "brokerage": 250,
    "dataservice": 500,
    "executor": 500,
    "jobdispatcher": 250,
    "pilot": 500,
    "taskbuffer": 300,
    "supervisor": 250,
}
PILOT_CUT = 256
TRANSFORM = "transform"
# A cut text that ends in one of these ends well: the rest of it would have been masked too.
_ENDS_WELL = r"<(?:url|path|text|file|host|time)>$"
_SEPARATOR = "\x1f"


def messages(component: pa.Array, code: pa.Array, diag: pa.Array) -> pa.Array:
    """The text of each error: its diag; for transform, which has none, the dictionary's words for the code."""
    is_transform = pc.equal(component, TRANSFORM)
    codes = pc.if_else(is_transform, code.cast(pa.int64()), None).dictionary_encode()
    words = [None if value is None else describe(TRANSFORM, value) for value in codes.dictionary.to_pylist()]
    return pc.if_else(is_transform, pa.array(words, pa.string()).take(codes.indices), diag.cast(pa.string()))


def templates(component: pa.Array, diag: pa.Array) -> pa.Array:
    """What is the same in all messages of a kind, such as `lost heartbeat : <time>` (text, 1 to LENGTH characters).

    `diag` are texts (NULL: none) as `messages` gives them; those of transform are the dictionary's and keep their
    numbers. A template is its own template.
    """
    texts = pc.fill_null(diag.cast(pa.string()), "")
    is_transform = pc.equal(component, TRANSFORM)
    plain = pc.if_else(is_transform, texts, "")
    varying = masked(pc.if_else(is_transform, "", texts))
    half = pc.and_(_cut(component, texts), pc.invert(pc.match_substring_regex(varying, _ENDS_WELL)))
    varying = pc.if_else(half, pc.replace_substring_regex(varying, r" [^ ]*$", ""), varying)
    return pc.if_else(is_transform, _distinct(plain, _shortened), _distinct(varying, _settled))


def group_ids(component: pa.Array, code: pa.Array, template: pa.Array) -> pa.Array:
    """The id of each message's group: 16 hex digits over rules version, component, code and template (text).

    Transform has one group a code whatever the words for it are, so that a new dictionary changes no id. With 10
    million groups the chance that any two share an id is 3 in a million (n^2 / 2^65).
    """
    words = pc.if_else(pc.equal(component, TRANSFORM), "", template)
    version = pa.scalar(str(RULES_VERSION))
    keys = pc.binary_join_element_wise(version, component, code.cast(pa.string()), words, _SEPARATOR)
    encoded = keys.dictionary_encode()
    digests = [hashlib.blake2b(key.encode(), digest_size=8).hexdigest() for key in encoded.dictionary.to_pylist()]
    return pa.array(digests, pa.string()).take(encoded.indices)


def fingerprint(component: str, code: int, diag: str | None) -> tuple[str, str]:
    """The id of one message's group, and its template."""
    components, codes = pa.array([component], pa.string()), pa.array([code], pa.int64())
    template = templates(components, messages(components, codes, pa.array([diag], pa.string())))
    return group_ids(components, codes, template)[0].as_py(), template[0].as_py()


def _cut(component: pa.Array, texts: pa.Array) -> pa.Array:
    """Whether the source may have cut the text: it is as long as the source lets it be."""
    characters = pc.utf8_length(texts)
    names, longest = pa.array(list(CUTS)), pa.array(CUTS.values(), pa.int32())
    by_server = pc.greater_equal(characters, longest.take(pc.index_in(component, names)))
    by_pilot = pc.and_(pc.equal(component, "pilot"), pc.equal(characters, PILOT_CUT))
    return pc.fill_null(pc.or_(by_server, by_pilot), False)


def _settled(texts: pa.Array) -> pa.Array:
    """Templates of masked texts: masks are applied until nothing changes, for cutting and joining can expose more.

    It ends because every round that changes a text leaves it fewer characters outside masks, or fewer masks.
    """
    while not (again := _shortened(collapsed(masked(texts)))).equals(texts):
        texts = again
    return texts


def _shortened(texts: pa.Array) -> pa.Array:
    """Texts without blanks and separators at their ends, cut to LENGTH between words where they have any."""
    texts = pc.utf8_trim_whitespace(pc.replace_substring_regex(texts, BLANKS.pattern, BLANKS.written))
    head = pc.replace_substring_regex(pc.utf8_slice_codeunits(texts, 0, LENGTH + 1), r" [^ ]*$", "")
    texts = pc.if_else(pc.greater(pc.utf8_length(texts), LENGTH), pc.utf8_slice_codeunits(head, 0, LENGTH), texts)
    texts = pc.replace_substring_regex(texts, r"[ ,;:.]+$", "")
    return pc.if_else(pc.equal(texts, ""), EMPTY, texts)


def _distinct(texts: pa.Array, rule: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """A rule applied once to each distinct text."""
    encoded = texts.dictionary_encode()
    return rule(encoded.dictionary).take(encoded.indices)
