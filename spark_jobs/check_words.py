"""What an expectation demands and what Great Expectations found, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EXAMPLES = 3


def expected_words(kind: str, kwargs: Mapping[str, Any]) -> str:
    """The demand of an expectation of a type, by its arguments with run values filled in."""
    match kind:
        case "expect_compound_columns_to_be_unique":
            return f"no two rows alike in {', '.join(kwargs['column_list'])}"
        case "expect_column_values_to_not_be_null":
            return "a value in every row"
        case "expect_column_values_to_be_in_set":
            return f"one of {value_words(kwargs['value_set'])}"
        case "expect_column_distinct_values_to_equal_set":
            return value_words(kwargs["value_set"])
        case "expect_table_row_count_to_equal":
            return value_words(kwargs["value"])
    return range_words(kwargs)


def range_words(kwargs: Mapping[str, Any]) -> str:
    """The limits of a value."""
    share = is_share(kwargs)
    least, most = kwargs.get("min_value"), kwargs.get("max_value")
    if least == most or (least is None and most == 0):
        return value_words(most, share)
    edges = []
    if least is not None:
        edges.append(f"at least {value_words(least, share)}")
    if most is not None:
        edges.append(f"{'below' if kwargs.get('strict_max') else 'at most'} {value_words(most, share)}")
    return " and ".join(edges)


def observed_words(kwargs: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """What was found: the observed value, else how many rows are not as expected, with examples."""
    if "missing_count" in result and "element_count" not in result:
        return set_words(result)
    if "observed_value" in result:
        return value_words(result["observed_value"], is_share(kwargs))
    if "unexpected_count" not in result:
        return "nothing"
    rows = f"{value_words(result['element_count'])} rows"
    if result["unexpected_count"] == 0:
        return f"so in all {rows}"
    count = f"otherwise in {value_words(result['unexpected_count'])} of {rows}"
    examples = [example_words(value) for value in result.get("partial_unexpected_list", []) if value is not None]
    distinct = list(dict.fromkeys(examples))[:EXAMPLES]
    return f"{count}: {', '.join(distinct)}" if distinct else count


def example_words(value: object) -> str:
    """One value that is not as expected; of several columns their values."""
    return " / ".join(map(str, value.values())) if isinstance(value, dict) else str(value)


def set_words(result: Mapping[str, Any]) -> str:
    """How the distinct values of a column differ from a set."""
    lists = {"missing": result["partial_missing_list"], "unexpected": result["partial_unexpected_list"]}
    return "; ".join(f"{word}: {value_words(sorted(values))}" for word, values in lists.items() if values) or "these"


def is_share(kwargs: Mapping[str, Any]) -> bool:
    """Whether the column holds a share, to be written in percent."""
    return str(kwargs.get("column", "")).endswith("_share")


def value_words(value: object, share: bool = False) -> str:
    """A value as people read it: shares in percent, counts with separators, sets joined."""
    if share and isinstance(value, int | float):
        return f"{100 * value:.3g} %"
    match value:
        case bool() | None:
            return str(value)
        case int() | float():
            return f"{value:,.0f}" if value == int(value) else f"{value:,}"
        case list() | tuple() | set():
            return ", ".join(value_words(part) for part in value) or "none"
    return str(value)
