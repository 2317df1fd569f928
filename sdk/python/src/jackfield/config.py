"""Capability `config`: settings that the manifest declares and the operator gives."""

from wit_world.imports import config as _wire

from .values import Value, from_wire


def get(key: str) -> Value | None:
    """The value of a declared key; ``None`` when it has none."""
    value = _wire.get(key)
    return None if value is None else from_wire(value)
