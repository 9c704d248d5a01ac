"""Lists of whole numbers as Arrow has them, made from what Cassandra sends without an object for each number."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
from cassandra.cqltypes import BytesType
from cassandra.policies import ColumnEncryptionPolicy
from cassandra.protocol import NumpyProtocolHandler, ResultMessage

# A list in Cassandra's protocol (native_protocol_v5.spec, 6.10): how many there are, then each with its length.
COUNT = 4
NUMBER = np.dtype([("length", ">i4"), ("number", ">i8")])


class NumberLists(NumpyProtocolHandler.message_types_by_opcode[ResultMessage.opcode]):
    """A result as columns, of which those that are lists of `bigint` are Arrow's."""

    def recv_results_rows(
        self,
        sent: io.BytesIO,
        protocol_version: int,
        user_types: dict,
        columns: list[tuple] | None,
        encryption: ColumnEncryptionPolicy | None,
    ) -> None:
        """Read the rows that were sent; `columns`: keyspace, table, name and type of each, unless they are sent too."""
        self.prepared_for = columns
        super().recv_results_rows(sent, protocol_version, user_types, columns, encryption)
        for name in self.of_lists:
            self.parsed_rows[name] = number_lists(self.parsed_rows[name])
        # What was sent is kept for the statement.
        self.column_metadata = self.sent_columns

    def recv_results_metadata(self, sent: io.BytesIO, user_types: dict) -> None:
        """Read what is said of the columns, and let the lists be read as bytes."""
        super().recv_results_metadata(sent, user_types)
        self.sent_columns = self.column_metadata
        columns = self.sent_columns or self.prepared_for
        self.of_lists = {name for *_, name, kind in columns if kind.cql_parameterized_type() == "frozen<list<bigint>>"}
        self.column_metadata = [
            (*of, name, BytesType if name in self.of_lists else kind) for *of, name, kind in columns
        ]


def number_lists(sent: np.ndarray) -> pa.ListArray:
    """Lists of `bigint`, which have no NULL in them, from their bytes; None is NULL."""
    texts = [b"" if text is None else text[COUNT:] for text in sent]
    ends = np.cumsum([0, *map(len, texts)]) // NUMBER.itemsize
    numbers = np.frombuffer(b"".join(texts), NUMBER)["number"].astype(np.int64)
    missing = pa.array([text is None for text in sent], pa.bool_())
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(numbers), mask=missing)
