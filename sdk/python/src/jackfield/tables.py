"""Capability `tables`: rows of the pack's own tables."""

from __future__ import annotations

from componentize_py_types import Err
from wit_world.imports import tables as _wire

from .faults import Bug
from .values import Value, from_wire, to_wire


class Query:
    """A question to a table in the making; :meth:`rows` asks it."""

    def __init__(self, table: str, columns: list[str]):
        self._table, self._columns = table, columns
        self._conditions: list[_wire.Condition] = []
        self._order: list[_wire.Order] = []

    def _where(self, column: str, comparison: _wire.Comparison, value: Value) -> "Query":
        self._conditions.append(_wire.Condition(column, comparison, to_wire(value)))
        return self

    def equal(self, column: str, value: Value) -> "Query":
        return self._where(column, _wire.Comparison.EQUAL, value)

    def not_equal(self, column: str, value: Value) -> "Query":
        return self._where(column, _wire.Comparison.NOT_EQUAL, value)

    def at_most(self, column: str, value: Value) -> "Query":
        return self._where(column, _wire.Comparison.AT_MOST, value)

    def at_least(self, column: str, value: Value) -> "Query":
        return self._where(column, _wire.Comparison.AT_LEAST, value)

    def less(self, column: str, value: Value) -> "Query":
        return self._where(column, _wire.Comparison.LESS, value)

    def greater(self, column: str, value: Value) -> "Query":
        return self._where(column, _wire.Comparison.GREATER, value)

    def order_by(self, column: str, descending: bool = False) -> "Query":
        direction = _wire.Direction.DESCENDING if descending else _wire.Direction.ASCENDING
        self._order.append(_wire.Order(column, direction))
        return self

    def rows(self, limit: int = 100) -> list[dict[str, Value]]:
        """The rows that meet all conditions, by column; at most ``limit``, and never more than 100."""
        try:
            found = _wire.query(self._table, self._columns, self._conditions, self._order, limit)
        except Err as error:
            raise Bug(f"the table `{self._table}` cannot be asked: {error.value}") from None
        cells = ([from_wire(cell) for cell in row.cells] for row in found.rows)
        return [dict(zip(self._columns, row)) for row in cells]


def query(table: str, columns: list[str]) -> Query:
    """Asks a table for these columns."""
    return Query(table, columns)
