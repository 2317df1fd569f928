"""The class that a flow is."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from random import Random
from typing import Any, Callable, ClassVar

from wit_world.exports import flow as wire

from .faults import Bug
from .reply import Reply
from .values import Value, by_name, from_wire, named


class Context:
    """What a flow knows of the turn besides its own state."""

    def __init__(self, turn: wire.Turn):
        self._turn = turn
        self._random: Random | None = None
        self.slots: dict[str, Value] = by_name(turn.slots)
        """Values that the host keeps for the flow; change them here."""

    @property
    def random(self) -> Random:
        """Random numbers that come out the same when the turn is run again. Those of the module `random` are the same in every turn."""
        if self._random is None:
            self._random = Random(self._turn.seed)
        return self._random

    @property
    def now(self) -> int:
        """The turn's beginning: milliseconds since 1970."""
        return self._turn.now

    @property
    def time_zone(self) -> str:
        """IANA time zone of the contact."""
        return self._turn.time_zone

    @property
    def locale(self) -> str:
        """BCP 47 locale of the conversation."""
        return self._turn.locale

    @property
    def language(self) -> str:
        """Its language: ``en`` of ``en-US``."""
        return self._turn.locale.split("-")[0]

    @property
    def session(self) -> str:
        return self._turn.session

    @property
    def contact(self) -> str:
        return self._turn.contact.id

    @property
    def verification(self) -> wire.Verification:
        """How sure the host is of who it is."""
        return self._turn.contact.verification

    @property
    def attributes(self) -> dict[str, Value]:
        """Attributes of the contact that this pack may read."""
        return by_name(self._turn.contact.attributes)


class Utterance:
    """What the contact said."""

    def __init__(self, wire_utterance: wire.Utterance):
        self.text = wire_utterance.text
        self.original = wire_utterance.original
        self.intent = wire_utterance.intent
        self.confidence = wire_utterance.confidence
        self.entities = wire_utterance.entities

    def entity(self, kind: str) -> Value | None:
        """The first value of this kind."""
        for entity in self.entities:
            if entity.kind == kind:
                return from_wire(entity.value)
        return None


@dataclass
class Flow:
    """A conversation. Make a dataclass of it: its fields are what it remembers between two steps.

    Only :meth:`started` and :meth:`ask` must be written. Every other event repeats the question unless the flow says otherwise.
    """

    NAME: ClassVar[str] = ""

    def started(self, cx: Context, args: dict[str, Value]) -> Reply:
        """The conversation begins, with what the sentence that started it said."""
        return self.ask(cx)

    def ask(self, cx: Context) -> Reply:
        """Says where the conversation is, and asks for what is missing."""
        raise NotImplementedError(f"{type(self).__name__} has no `ask`")

    def said(self, cx: Context, utterance: Utterance) -> Reply:
        return self.ask(cx)

    def filled(self, cx: Context, slot: str, value: Value) -> Reply:
        return self.ask(cx)

    def corrected(self, cx: Context, slot: str, old: Value | None, new: Value) -> Reply:
        return self.filled(cx, slot, new)

    def confirmed(self, cx: Context, yes: bool) -> Reply:
        return self.ask(cx)

    def chose(self, cx: Context, choice: str) -> Reply:
        return self.ask(cx)

    def pressed(self, cx: Context, keys: str) -> Reply:
        return self.ask(cx)

    def attached(self, cx: Context, files: list[wire.Attachment]) -> Reply:
        return self.ask(cx)

    def located(self, cx: Context, place: wire.Place) -> Reply:
        return self.ask(cx)

    def silent(self, cx: Context, count: int) -> Reply:
        return self.ask(cx)

    def interrupted(self, cx: Context, played: str) -> Reply:
        return self.ask(cx)

    def resumed(self, cx: Context) -> Reply:
        return self.ask(cx)

    def returned(self, cx: Context, flow: str, results: dict[str, Value]) -> Reply:
        return self.ask(cx)

    def answered(self, cx: Context, name: str, outcome: Any) -> Reply:
        """A request was answered: ``outcome`` is ``Ok`` with a response as its ``value``, or ``Err`` with why there is none."""
        return self.ask(cx)

    def received(self, cx: Context, callback: wire.Callback) -> Reply:
        return self.ask(cx)

    def verified(self, cx: Context, level: wire.Verification) -> Reply:
        return self.ask(cx)

    def fired(self, cx: Context, timer: str) -> Reply:
        return self.ask(cx)

    def handed_back(self, cx: Context, summary: str) -> Reply:
        return self.ask(cx)

    def cancelled(self, cx: Context, reason: str) -> Reply:
        """The flow is ended from outside. Its messages are not shown."""
        return Reply.quiet().done().step("cancelled")

    def expired(self, cx: Context, name: str) -> Reply:
        return self.ask(cx)

    @classmethod
    def migrate(cls, version: int, state: dict[str, Any]) -> "Flow":
        """Brings state that an earlier version wrote to the shape of today: fields that are gone are left out."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in state.items() if name in known})


def tell(flow: Flow, cx: Context, event: wire.Event) -> Reply:
    """Gives an event to the flow."""
    match event:
        case wire.Event_Started(values):
            return flow.started(cx, by_name(values))
        case wire.Event_Said(utterance):
            return flow.said(cx, Utterance(utterance))
        case wire.Event_Filled(slot):
            value = from_wire(slot.value)
            cx.slots[slot.name] = value
            return flow.filled(cx, slot.name, value)
        case wire.Event_Corrected(correction):
            new = from_wire(correction.new)
            old = None if correction.old is None else from_wire(correction.old)
            cx.slots[correction.slot] = new
            return flow.corrected(cx, correction.slot, old, new)
        case wire.Event_Confirmed(yes):
            return flow.confirmed(cx, yes)
        case wire.Event_Chose(choice):
            return flow.chose(cx, choice)
        case wire.Event_Pressed(keys):
            return flow.pressed(cx, keys)
        case wire.Event_Attached(files):
            return flow.attached(cx, files)
        case wire.Event_Located(place):
            return flow.located(cx, place)
        case wire.Event_Silent(count):
            return flow.silent(cx, count)
        case wire.Event_Interrupted(played):
            return flow.interrupted(cx, played)
        case wire.Event_Resumed():
            return flow.resumed(cx)
        case wire.Event_Returned(completion):
            return flow.returned(cx, completion.flow, by_name(completion.results))
        case wire.Event_Answered(answer):
            return flow.answered(cx, answer.name, answer.outcome)
        case wire.Event_Received(callback):
            return flow.received(cx, callback)
        case wire.Event_Verified(level):
            return flow.verified(cx, level)
        case wire.Event_Fired(timer):
            return flow.fired(cx, timer)
        case wire.Event_HandedBack(summary):
            return flow.handed_back(cx, summary)
        case wire.Event_Cancelled(reason):
            return flow.cancelled(cx, reason)
        case wire.Event_Expired(name):
            return flow.expired(cx, name)
        case _:
            return flow.ask(cx)


def run(kind: Callable[..., Flow], turn: wire.Turn) -> wire.Reply:
    """One step of a flow."""
    try:
        state = {} if turn.state is None else json.loads(turn.state)
        flow = kind(**state)
    except (ValueError, TypeError) as error:
        raise Bug("the state is not the one this flow wrote") from error
    cx = Context(turn)
    whole: Reply | None = None
    for event in turn.events:
        reply = tell(flow, cx, event)
        whole = reply if whole is None else join(whole, reply)
        if not isinstance(reply.then, wire.Next_Wait):
            break
    if whole is None:
        raise Bug("a step without an event")
    if not whole.label:
        raise Bug("a reply ends with .step(label)")
    return wire.Reply(
        whole.label,
        whole.messages,
        whole.expects,
        whole.then,
        json.dumps(asdict(flow), separators=(",", ":"), ensure_ascii=False),
        named(cx.slots),
        whole.effects,
        [],
    )


def join(earlier: Reply, later: Reply) -> Reply:
    """Two events of one step make one reply: all that was said and done, and of two questions the later one."""
    if not isinstance(earlier.expects.what, wire.Expected_Anything) and earlier.messages:
        earlier.messages.pop()
    later.messages = earlier.messages + later.messages
    later.effects = earlier.effects + later.effects
    return later
