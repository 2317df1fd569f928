"""Capability `log`: lines for the operator. What customers said does not belong there."""

from wit_world.imports import log as _wire


def debug(message: str) -> None:
    """What helps to find a fault."""
    _wire.write(_wire.Level.DEBUG, message)


def info(message: str) -> None:
    """What happened."""
    _wire.write(_wire.Level.INFO, message)


def warn(message: str) -> None:
    """What should not happen, and was dealt with."""
    _wire.write(_wire.Level.WARN, message)


def error(message: str) -> None:
    """What went wrong."""
    _wire.write(_wire.Level.ERROR, message)
