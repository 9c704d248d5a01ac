"""Oracle's errors: number, text as Oracle words it, and the place in the statement."""

from __future__ import annotations

TEXTS = {
    28: "your session has been killed",
    600: "internal error code, arguments: [test listener], [{}]",
    900: "invalid SQL statement",
    902: "invalid datatype",
    903: "invalid table name",
    904: "{}: invalid identifier",
    905: "missing keyword",
    906: "missing left parenthesis",
    907: "missing right parenthesis",
    911: "invalid character",
    913: "too many values",
    918: "column ambiguously defined",
    923: "FROM keyword not found where expected",
    932: "inconsistent datatypes: {}",
    933: "SQL command not properly ended",
    936: "missing expression",
    937: "not a single-group group function",
    938: "not enough arguments for function",
    939: "too many arguments for function",
    942: "table or view does not exist",
    979: "not a GROUP BY expression",
    1000: "maximum open cursors exceeded",
    1001: "invalid cursor",
    1008: "not all variables bound",
    1012: "not logged on",
    1013: "user requested cancel of current operation",
    1017: "invalid username/password; logon denied",
    1031: "insufficient privileges",
    1033: "ORACLE initialization or shutdown in progress",
    1034: "ORACLE not available",
    1089: "immediate shutdown or close in progress - no operations are permitted",
    1114: "IO error writing block to file {} (block # 1)",
    1403: "no data found",
    1426: "numeric overflow",
    1427: "single-row subquery returns more than one row",
    1438: "value larger than specified precision allowed for this column: {}",
    1456: "may not perform insert/delete/update operation inside a READ ONLY transaction",
    1466: "unable to read data - table definition has changed",
    1476: "divisor is equal to zero",
    1555: 'snapshot too old: rollback segment number 7 with name "_SYSSMU7_1" too small',
    1652: "unable to extend temp segment by 128 in tablespace {}",
    1653: "unable to extend table {} by 128 in tablespace USERS",
    1722: "invalid number",
    1785: "ORDER BY item must be the number of a SELECT-list expression",
    1789: "query block has incorrect number of result columns",
    1790: "expression must have same datatype as corresponding expression",
    1791: "not a SELECTed expression",
    1821: "date format not recognized",
    1843: "not a valid month",
    1861: "literal does not match format string",
    1899: "bad precision specifier",
    2003: "invalid USERENV parameter {}",
    2019: "connection description for remote database not found",
    2149: "Specified partition does not exist",
    2248: "invalid option for ALTER SESSION",
    3001: "unimplemented feature: {}",
    3113: "end-of-file on communication channel",
    3114: "not connected to ORACLE",
    3135: "connection lost contact",
    3172: "STANDBY_MAX_DATA_DELAY of {} seconds exceeded",
    4068: "existing state of packages has been discarded",
    6550: "line 1, column 7: PLS-00201: identifier must be declared: {}",
    8180: "no snapshot found based on specified time",
    8181: "specified number is not a valid system change number",
    12170: "TNS:Connect timeout occurred",
    12505: "TNS:listener does not currently know of SID given in connect descriptor",
    12514: "TNS:listener does not currently know of service requested in connect descriptor",
    12518: "TNS:listener could not hand off client connection",
    12520: "TNS:listener could not find available handler for requested type of server",
    12528: "TNS:listener: all appropriate instances are blocking new connections",
    12541: "TNS:no listener",
    12899: "value too large for column: {}",
    16000: "database or pluggable database open for read-only access",
    20001: "{}",
    30076: "invalid extract field for extract source",
    30175: "invalid type given for an argument",
    28000: "The account is locked.",
    28001: "the password has expired",
    28150: "proxy not authorized to connect as client",
}


class OraError(Exception):
    """An error that the client gets as ORA-NNNNN. `position`: offset in the statement, from 0."""

    def __init__(self, code: int, text: str, position: int = 0) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.position = position


def ora(code: int, detail: str = "", position: int = 0) -> OraError:
    """The error with this number, in Oracle's words; `detail` fills their gap."""
    words = TEXTS.get(code, "error raised by the test listener").format(detail)
    return OraError(code, f"ORA-{code:05}: {words}", position)
