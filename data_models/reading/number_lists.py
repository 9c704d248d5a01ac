"""Lists of whole numbers as Arrow has them, made from what Cassandra sends without an object for each number or list.

Of lists by the thousand Python's garbage collector would look at all that a process has, for 100 ms at a time.
"""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
from cassandra.cqltypes import BytesType
from cassandra.policies import ColumnEncryptionPolicy
from cassandra.protocol import NumpyProtocolHandler, ResultMessage

# A list in Cassandra's protocol (native_protocol_v5.spec, 6.12), in words of four bytes: how many elements there are,
# then each with its length before it.
WORD = np.dtype(">u4")
NUMBER = np.dtype([("length", WORD), ("number", ">i8")])
NUMBER_WORDS = NUMBER.itemsize // WORD.itemsize


class NumberLists(NumpyProtocolHandler.message_types_by_opcode[ResultMessage.opcode]):
    """A result as columns, of which those that are lists of `bigint`, or lists of such lists, are Arrow's."""

    rows_are_read = False

    def recv_results_rows(
        self,
        sent: io.BytesIO,
        protocol_version: int,
        user_types: dict,
        columns: list[tuple] | None,
        encryption: ColumnEncryptionPolicy | None,
    ) -> None:
        """Read the rows that were sent; `columns`: keyspace, table, name and type of each, unless they are sent too."""
        self.rows_are_read, self.prepared_for = True, columns
        super().recv_results_rows(sent, protocol_version, user_types, columns, encryption)
        for name, made in self.of_lists.items():
            self.parsed_rows[name] = made(self.parsed_rows[name])
        self.column_metadata = self.sent_columns

    def recv_results_metadata(self, sent: io.BytesIO, user_types: dict) -> None:
        """Read what is said of the columns; where rows follow, let the lists be read as bytes. A statement that is
        prepared anew keeps what is said."""
        super().recv_results_metadata(sent, user_types)
        if not self.rows_are_read:
            return
        self.sent_columns = self.column_metadata
        columns = self.sent_columns or self.prepared_for
        types = {name: kind.cql_parameterized_type() for *_, name, kind in columns}
        self.of_lists = {name: MADE_FROM[kind] for name, kind in types.items() if kind in MADE_FROM}
        self.column_metadata = [
            (*of, name, BytesType if name in self.of_lists else kind) for *of, name, kind in columns
        ]


def number_lists(sent: np.ndarray) -> pa.ListArray:
    """Lists of `bigint`, which have no NULL in them, from their bytes; None is NULL."""
    elements = [b"" if value is None else value[WORD.itemsize :] for value in sent]
    lengths = np.array([len(value) for value in elements], np.int64) // NUMBER.itemsize
    numbers = np.frombuffer(b"".join(elements), NUMBER)["number"].astype(np.int64)
    return lists_of(lengths, pa.array(numbers), sent)


def lists_of_number_lists(sent: np.ndarray) -> pa.ListArray:
    """Lists of lists of `bigint`, none of them with a NULL in it, from their bytes; None is NULL."""
    together = np.frombuffer(b"".join(value or b"" for value in sent), WORD).astype(np.uint32)
    words, begins, lengths, end = together.data, [], [], 0
    for value in sent:
        place, end, known = end + 1, end + len(value or b"") // WORD.itemsize, len(begins)
        while place < end:
            begins.append(place)
            place += 2 + NUMBER_WORDS * words[place + 1]
        lengths.append(len(begins) - known)
    starts = np.array(begins, np.int64) + 2
    counts = together[starts - 1].astype(np.int64)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    high = np.repeat(starts, counts) + NUMBER_WORDS * within + 1
    numbers = (together[high].astype(np.uint64) << np.uint64(32) | together[high + 1]).astype(np.int64)
    return lists_of(np.array(lengths, np.int64), lists_of(counts, pa.array(numbers)), sent)


def lists_of(lengths: np.ndarray, values: pa.Array, sent: np.ndarray | None = None) -> pa.ListArray:
    """Lists of these lengths, of values one below the other; `sent`: None where a list is NULL."""
    missing = None if sent is None else pa.array([value is None for value in sent], pa.bool_())
    ends = np.concatenate([[0], np.cumsum(lengths)])
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), values, mask=missing)


# The protocol does not say what is frozen.
MADE_FROM = {"list<bigint>": number_lists, "list<list<bigint>>": lists_of_number_lists}
