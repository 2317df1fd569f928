//! The smallest pack that holds a conversation.

use jackfield_sdk::prelude::*;

/// Asks for a name and greets.
#[derive(Default, Serialize, Deserialize)]
pub struct Greeting {
    asked: u32,
}

impl Flow for Greeting {
    const NAME: &'static str = "greeting";

    fn started(&mut self, cx: &mut Context, _args: Args) -> Answer {
        self.ask(cx)
    }

    fn ask(&mut self, _cx: &mut Context) -> Answer {
        self.asked += 1;
        Reply::say(t("what-is-your-name"))
            .ask_slot("name")
            .step("ask-name")
    }

    fn filled(&mut self, _cx: &mut Context, _slot: &str, name: &Value) -> Answer {
        Reply::say(
            t("welcome")
                .arg("name", name.clone())
                .arg("asked", self.asked),
        )
        .done()
        .step("welcomed")
    }
}

jackfield_sdk::export!(Greeting);
