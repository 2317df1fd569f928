"""Uses everything a pack may ask of its host, and says what came of it."""

from dataclasses import dataclass

from jackfield import Bug, Context, Flow, Money, Reply, Value, config, http, knowledge, literal, log, storage, tables


@dataclass
class Appointment(Flow):
    NAME = "appointment"

    def started(self, cx: Context, args: dict[str, Value]) -> Reply:
        log.info("begins")
        storage.put("seen", "yes")
        storage.add("visits")
        rows = tables.query("rooms", ["name", "price"]).at_least("seats", 8).at_most("price", Money(2500, "CNY")).order_by("price", descending=True).rows(5)
        found = knowledge.search("when are you open", 1)
        try:
            answer = http.read("{config:base}/rooms/" + http.segment("a/b"), headers={"x-y": "z"})
            said = f"{answer.status} {http.json_of(answer)}"
        except http.Failed as failed:
            said = f"failed {failed}"
        words = f"{storage.get('seen')} {storage.keys()} {rows} {found[0].id} {config.get('base')} {said} {cx.random.randint(1, 6) in range(1, 7)}"
        storage.delete("seen")
        try:
            storage.put("", "x")
        except Bug:
            words += " refused"
        try:
            tables.query("none", ["a"]).rows()
        except Bug:
            words += " no-table"
        reply = Reply.say(literal(words)).request("book", http.request("POST", "{config:base}/book", json={"a": 1}))
        return reply.step("ask-day")

    def answered(self, cx, name, outcome) -> Reply:
        response = outcome.value
        return Reply.say(literal(f"{name} {response.status} {http.json_of(response)}")).done().step("booked")

    def ask(self, cx: Context) -> Reply:
        return Reply.say(literal("again")).ask_slot("day").step("ask-day")
