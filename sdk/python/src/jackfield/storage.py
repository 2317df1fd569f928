"""Capability `storage`: what the pack remembers of a contact from one conversation to the next."""

from componentize_py_types import Err
from wit_world.imports import storage as _wire

from .faults import Bug


def get(key: str) -> str | None:
    """The value of a key of this contact."""
    return _wire.get(key)


def put(key: str, value: str) -> None:
    """Sets a key of this contact. :class:`Bug` when the key cannot be one, or the storage is full."""
    try:
        _wire.set(key, value)
    except Err as error:
        raise Bug(f"`{key}` cannot be stored: {error.value}") from None


def delete(key: str) -> None:
    """Removes a key of this contact."""
    _wire.delete(key)


def keys(prefix: str = "") -> list[str]:
    """Keys of this contact with this prefix, sorted, at most 1,000."""
    return _wire.keys(prefix)


def add(counter: str, amount: int = 1) -> None:
    """Adds to a counter that all contacts of the pack share."""
    try:
        _wire.add(counter, amount)
    except Err as error:
        raise Bug(f"`{counter}` cannot be counted: {error.value}") from None
