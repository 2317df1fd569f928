//! Books visits: asks for a day, reads it back, and notes it.

use jackfield_sdk::prelude::*;

/// Flow `appointment`. What a flow has to remember between two steps are its fields; the day is a slot, which the host keeps.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Appointment {
    /// How often a day was turned down.
    declined: u32,
}

impl Flow for Appointment {
    const NAME: &'static str = "appointment";

    fn started(&mut self, cx: &mut Context, args: Args) -> Answer {
        // "I'd like to come on Friday" says the day at once.
        if let Some(day) = args.get("date") {
            cx.set_slot("day", day.clone());
        }
        self.ask(cx)
    }

    fn ask(&mut self, cx: &mut Context) -> Answer {
        match cx.slot("day") {
            None => Reply::say(t("which-day").arg("declined", self.declined))
                .ask_slot("day")
                .step("ask-day"),
            Some(day) => Reply::say(t("is-that-right").arg("day", day.clone()))
                .ask_yes_no()
                .step("confirm"),
        }
    }

    fn said(&mut self, cx: &mut Context, utterance: &Utterance) -> Answer {
        if let Some(day) = utterance.entity("date") {
            cx.set_slot("day", day.clone());
        }
        self.ask(cx)
    }

    fn confirmed(&mut self, cx: &mut Context, yes: bool) -> Answer {
        let Some(day) = cx.slot("day").filter(|_| yes) else {
            self.declined += 1;
            cx.clear_slot("day");
            return self.ask(cx);
        };
        Reply::say(t("booked").arg("day", day.clone()))
            .done()
            .outcome("resolved")
            .step("booked")
    }
}

jackfield_sdk::export!(Appointment);

#[cfg(test)]
mod tests {
    use jackfield_sdk::testing::Conversation;

    use super::*;

    #[test]
    fn a_visit_is_booked_on_the_day_that_was_confirmed() {
        let mut talk = Conversation::new(handle, "appointment");
        talk.start([]).at("ask-day").says("which-day");
        talk.filled("day", Value::date("2030-05-01")).at("confirm");
        talk.confirmed(false).at("ask-day");
        talk.filled("day", Value::date("2030-05-02"))
            .at("confirm")
            .arg("is-that-right", "day", Value::date("2030-05-02"));
        talk.confirmed(true).at("booked").is_done();
    }

    #[test]
    fn who_says_the_day_at_once_is_not_asked_for_it() {
        let mut talk = Conversation::new(handle, "appointment");
        talk.start([("date", Value::date("2030-05-01"))])
            .at("confirm");
    }
}
