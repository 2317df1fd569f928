"""Write conversation flows for Jackfield in Python.

A flow is a dataclass that extends :class:`Flow`. What a pack may ask of the host during a step is a module each, to be imported only
when pack.toml asks for the capability, and at the top of a file, for a step has no files to import from: ``jackfield.log``, ``config``, ``knowledge``, ``tables``, ``storage``, ``http``.
"""

from wit_world.exports.flow import Verification

from .faults import Bug, Fault, Rejected, Unavailable
from .flow import Context, Flow, Utterance
from .reply import Reply, Text, literal, t
from .values import Date, Instant, Json, Money, Quantity, Value

__all__ = [
    "Bug", "Context", "Date", "Fault", "Flow", "Instant", "Json", "Money", "Quantity", "Rejected", "Reply", "Text", "Unavailable",
    "Utterance", "Value", "Verification", "literal", "t",
]
