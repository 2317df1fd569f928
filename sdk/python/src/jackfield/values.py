"""Values of slots, arguments and messages, as Python has them.

A text is a ``str``, a number an ``int`` or a ``float``, a truth a ``bool``. What Python has no word for is a class here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from wit_world.imports import values as wire


@dataclass(frozen=True)
class Money:
    """An amount in the smallest unit of its currency. Never a float."""

    minor: int
    currency: str


@dataclass(frozen=True)
class Quantity:
    """A measured amount, for example a data volume."""

    amount: float
    unit: str


@dataclass(frozen=True)
class Date:
    """A day: ``2026-01-06``."""

    text: str


@dataclass(frozen=True)
class Instant:
    """A moment: milliseconds since 1970-01-01T00:00:00Z."""

    ms: int


@dataclass(frozen=True)
class Json:
    """Anything else, as JSON text."""

    text: str


Value = Union[str, int, float, bool, Money, Quantity, Date, Instant, Json]


def to_wire(value: Value) -> wire.Value:
    """The value as the contract has it."""
    # A truth is an int in Python: it is asked for first.
    if isinstance(value, bool):
        return wire.Value_Boolean(value)
    if isinstance(value, int):
        return wire.Value_Integer(value)
    if isinstance(value, float):
        return wire.Value_Number(value)
    if isinstance(value, str):
        return wire.Value_Text(value)
    if isinstance(value, Money):
        return wire.Value_Money(wire.Money(value.minor, value.currency))
    if isinstance(value, Quantity):
        return wire.Value_Quantity(wire.Quantity(value.amount, value.unit))
    if isinstance(value, Date):
        return wire.Value_Date(value.text)
    if isinstance(value, Instant):
        return wire.Value_Instant(value.ms)
    if isinstance(value, Json):
        return wire.Value_Json(value.text)
    raise TypeError(f"{type(value).__name__} is no value of a conversation: use str, int, float, bool, Money, Quantity, Date, Instant or Json")


def from_wire(value: wire.Value) -> Value:
    """The value as Python has it."""
    inner = value.value
    if isinstance(value, wire.Value_Money):
        return Money(inner.minor, inner.currency)
    if isinstance(value, wire.Value_Quantity):
        return Quantity(inner.amount, inner.unit)
    if isinstance(value, wire.Value_Date):
        return Date(inner)
    if isinstance(value, wire.Value_Instant):
        return Instant(inner)
    if isinstance(value, wire.Value_Json):
        return Json(inner)
    return inner


def named(values: dict[str, Value]) -> list[wire.NamedValue]:
    """Names with their values, as the contract has them."""
    return [wire.NamedValue(name, to_wire(value)) for name, value in values.items()]


def by_name(values: list[wire.NamedValue]) -> dict[str, Value]:
    """The values by name; of several with one name the first."""
    found: dict[str, Value] = {}
    for one in values:
        found.setdefault(one.name, from_wire(one.value))
    return found
