"""Rows of Cassandra as NumPy columns: the driver makes no Python object of a number, which is most of what is read."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
from cassandra import numpy_parser
from cassandra.cluster import Session
from cassandra.protocol import NumpyProtocolHandler, ResultMessage

from data_models.reading.number_lists import NumberLists


class Column(NamedTuple):
    """Whole numbers, and which of them are NULL."""

    values: np.ndarray
    nulls: np.ndarray


# Columns by name. Lists of whole numbers are Arrow's, as is what was made of others; other types come as arrays of
# Python objects.
Page = Mapping[str, Column | np.ndarray | pa.Array]

_made: WeakKeyDictionary[Session, Session] = WeakKeyDictionary()
_making = Lock()


def columnar_session(session: Session) -> Session:
    """A session of the same cluster and keyspace that gives pages; how rows are decoded is a session's, not a query's.

    Made once for each session; both end when their cluster is shut down.
    """
    with _making:
        if session not in _made:
            made = session.cluster.connect(session.keyspace)
            made.client_protocol_handler = _Columns
            _made[session] = made
        return _made[session]


class _Columns(NumpyProtocolHandler):
    """The driver's reading of columns, with lists of whole numbers as Arrow's."""

    message_types_by_opcode = NumpyProtocolHandler.message_types_by_opcode | {ResultMessage.opcode: NumberLists}


class _Numbers(np.ndarray):
    """An array with a mask, as the driver fills it. NumPy's masked arrays do more, and cost 60 µs each."""

    mask: np.ndarray


def _made_for(cql_type: type, size: int) -> np.ndarray:
    """What the driver writes a column's values to."""
    if cql_type not in numpy_parser._cqltype_to_numpy:
        return np.empty(size, object)
    numbers = np.empty(size, numpy_parser._cqltype_to_numpy[cql_type]).view(_Numbers)
    numbers.mask = np.zeros(size, bool)
    return numbers


def _native(filled: np.ndarray) -> Column | np.ndarray:
    """A filled column in this machine's order of bytes; Cassandra sends the highest first."""
    if not isinstance(filled, _Numbers):
        return filled
    return Column(np.asarray(filled).astype(filled.dtype.newbyteorder("=")), filled.mask)


# The driver's own (3.30) call ndarray.newbyteorder, which NumPy 2 no longer has.
numpy_parser.make_array, numpy_parser.make_native_byteorder = _made_for, _native
