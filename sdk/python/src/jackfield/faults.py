"""Why there is no reply."""

from wit_world.exports import flow as _wire


class Fault(Exception):
    """Raise :class:`Unavailable`, :class:`Rejected` or :class:`Bug`."""

    def to_wire(self) -> _wire.Fault:
        return _wire.Fault_Bug(str(self))


class Unavailable(Fault):
    """A system that the flow depends on does not answer."""

    def __init__(self, retry_after_ms: int = 0):
        super().__init__("unavailable")
        self.retry_after_ms = retry_after_ms

    def to_wire(self) -> _wire.Fault:
        return _wire.Fault_Unavailable(self.retry_after_ms)


class Rejected(Fault):
    """What is asked for makes no sense."""

    def to_wire(self) -> _wire.Fault:
        return _wire.Fault_Rejected(str(self))


class Bug(Fault):
    """The pack itself is wrong."""


def described(error: BaseException) -> str:
    """An exception with the places that it came through. The library's own way reads source files, of which there are none here."""
    lines = [f"{type(error).__name__}: {error}"]
    at = error.__traceback__
    while at is not None:
        code = at.tb_frame.f_code
        lines.append(f"  {code.co_filename.rsplit('/', 1)[-1]}:{at.tb_lineno} in {code.co_name}")
        at = at.tb_next
    return "\n".join(lines)
