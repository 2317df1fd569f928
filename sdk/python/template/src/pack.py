"""Books visits: asks for a day, reads it back, and notes it."""

from dataclasses import dataclass

from jackfield import Context, Flow, Reply, Utterance, Value, t


@dataclass
class Appointment(Flow):
    """Flow `appointment`. Its fields are what it remembers between two steps; the day is a slot, which the host keeps."""

    NAME = "appointment"

    declined: int = 0

    def started(self, cx: Context, args: dict[str, Value]) -> Reply:
        # "I'd like to come on Friday" says the day at once.
        if "date" in args:
            cx.slots["day"] = args["date"]
        return self.ask(cx)

    def ask(self, cx: Context) -> Reply:
        day = cx.slots.get("day")
        if day is None:
            return Reply.say(t("which-day", declined=self.declined)).ask_slot("day").step("ask-day")
        return Reply.say(t("is-that-right", day=day)).ask_yes_no().step("confirm")

    def said(self, cx: Context, utterance: Utterance) -> Reply:
        day = utterance.entity("date")
        if day is not None:
            cx.slots["day"] = day
        return self.ask(cx)

    def confirmed(self, cx: Context, yes: bool) -> Reply:
        day = cx.slots.get("day")
        if not yes or day is None:
            self.declined += 1
            cx.slots.pop("day", None)
            return self.ask(cx)
        return Reply.say(t("booked", day=day)).done().outcome("resolved").step("booked")
