"""What the component exports: the flows of the module `pack`."""

import dataclasses
import json

import pack
from componentize_py_types import Err
from jackfield.faults import Fault, Rejected, described
from jackfield.flow import Flow as Conversation, run
from wit_world.exports import flow as wire

_FLOWS = {
    kind.NAME: kind
    for kind in vars(pack).values()
    if isinstance(kind, type) and issubclass(kind, Conversation) and kind.NAME
}


def _kind(name: str) -> type[Conversation]:
    try:
        return _FLOWS[name]
    except KeyError:
        raise Rejected(f"this pack has no flow {name}") from None


class Flow:
    """The exported interface."""

    def handle(self, turn: wire.Turn) -> wire.Reply:
        try:
            return run(_kind(turn.flow), turn)
        except Fault as fault:
            raise Err(fault.to_wire()) from None
        except Exception as error:
            # Without this an instance would trap, and nobody would see why.
            raise Err(wire.Fault_Bug(described(error))) from None

    def migrate(self, flow: str, from_: int, state: str) -> str:
        try:
            old = json.loads(state)
            if not isinstance(old, dict):
                raise Rejected("the state is none of this flow")
            migrated = _kind(flow).migrate(from_, old)
            return json.dumps(dataclasses.asdict(migrated), separators=(",", ":"), ensure_ascii=False)
        except Fault as fault:
            raise Err(fault.to_wire()) from None
        except ValueError as error:
            raise Err(wire.Fault_Rejected(str(error))) from None
        except Exception as error:
            raise Err(wire.Fault_Bug(described(error))) from None
