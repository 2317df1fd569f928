"""What a flow answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from wit_world.exports import flow as wire

from .values import Value, named, to_wire


@dataclass(frozen=True)
class Text:
    """Words: a message of the pack's catalogues, or words as they are."""

    body: wire.Body

    def __str__(self) -> str:
        return getattr(self.body.value, "key", str(self.body.value))


def t(key: str, **arguments: Value) -> Text:
    """A message of the catalogues, with what it is told."""
    return Text(wire.Body_Template(wire.Template(key.replace("_", "-"), named(arguments))))


def literal(text: str) -> Text:
    """Words as they are, in whatever language."""
    return Text(wire.Body_Text(text))


def _anything() -> wire.Expectation:
    return wire.Expectation(wire.Expected_Anything(), [], None, None, False)


@dataclass
class Reply:
    """An answer while it is put together. It begins with :meth:`say` or :meth:`quiet` and ends with :meth:`step`."""

    label: str = ""
    messages: list[wire.Message] = field(default_factory=list)
    expects: wire.Expectation = field(default_factory=_anything)
    then: wire.Next = field(default_factory=wire.Next_Wait)
    effects: list[wire.Effect] = field(default_factory=list)

    @staticmethod
    def say(*texts: Text) -> "Reply":
        """Begins with messages, one after the other."""
        return Reply().also(*texts)

    @staticmethod
    def quiet() -> "Reply":
        """Begins without a word."""
        return Reply()

    def also(self, *texts: Text) -> "Reply":
        """Says more."""
        for text in texts:
            self.messages.append(wire.Message(text.body, [], None, [], [], True))
        return self

    def choices(self, choices: dict[str, Text]) -> "Reply":
        """Offers choices, by the flow's own ids, with the last message."""
        offered = [wire.Choice(name, label.body) for name, label in choices.items()]
        self.messages[-1].choices = offered
        self.expects.what = wire.Expected_Choice()
        return self

    def ask_slot(self, name: str) -> "Reply":
        """Waits for the value of a slot."""
        self.expects.what = wire.Expected_Slot(name)
        return self

    def ask_yes_no(self) -> "Reply":
        """Waits for yes or no."""
        self.expects.what = wire.Expected_YesNo()
        return self

    def sensitive(self) -> "Reply":
        """Masks the answer in transcript and recording."""
        self.expects.sensitive = True
        return self

    def reprompt(self, text: Text) -> "Reply":
        """What is said when the answer is not understood."""
        self.expects.reprompt = text.body
        return self

    def hint(self, word: str) -> "Reply":
        """A word that may be in the answer, for the recogniser."""
        self.expects.hints.append(word)
        return self

    def done(self, **results: Value) -> "Reply":
        """Ends the flow."""
        self.then = wire.Next_Done(named(results))
        return self

    def call(self, flow: str, **arguments: Value) -> "Reply":
        """Goes on when another flow has ended."""
        self.then = wire.Next_Call(wire.FlowCall(flow, named(arguments)))
        return self

    def verify(self, level: wire.Verification) -> "Reply":
        """Has the host make sure who it is."""
        self.then = wire.Next_Verify(level)
        return self

    def hand_off(self, queue: str, reason: str) -> "Reply":
        """Hands over to a person."""
        self.then = wire.Next_HandOff(wire.HandOff(queue, reason))
        return self

    def outcome(self, code: str) -> "Reply":
        """Records what came of it."""
        self.effects.append(wire.Effect_RecordOutcome(code))
        return self

    def timer(self, name: str, after_ms: int) -> "Reply":
        """Sets a timer of this flow."""
        self.effects.append(wire.Effect_SetTimer(wire.Timer(name, after_ms)))
        return self

    def cancel_timer(self, name: str) -> "Reply":
        """Takes a timer back."""
        self.effects.append(wire.Effect_CancelTimer(name))
        return self

    def request(self, name: str, request: "wire.web.Request") -> "Reply":
        """Sends a request after the commit; the answer comes as :meth:`Flow.answered`."""
        self.effects.append(wire.Effect_Request(wire.NamedRequest(name, request)))
        return self

    def attribute(self, name: str, value: Value, purpose: str) -> "Reply":
        """Sets an attribute of the contact."""
        self.effects.append(wire.Effect_SetAttribute(wire.Attribute(name, to_wire(value), purpose)))
        return self

    def open_case(self, category: str, title: str, **fields: Value) -> "Reply":
        """Opens a case for a department."""
        self.effects.append(wire.Effect_OpenCase(wire.NewCase(category, title, named(fields))))
        return self

    def step(self, label: str) -> "Reply":
        """Ends the answer: where the flow is now, one of the `steps` in pack.toml."""
        self.label = label
        return self
