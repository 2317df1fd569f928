//! How much data, how many minutes and how much money are left.

use jackfield_sdk::prelude::*;

use crate::{
    customer::{Customer, not_verified},
    words,
};

/// Flow `usage`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    customer: Customer,
}

impl Flow for Usage {
    const NAME: &'static str = "usage";

    fn started(&mut self, cx: &mut Context, args: Args) -> Answer {
        if let Some(phone) = args.get("phone") {
            self.customer.gives(cx, phone);
        }
        self.ask(cx)
    }

    fn ask(&mut self, cx: &mut Context) -> Answer {
        if let Some(first) = self.customer.identify(cx, Verification::Identified)? {
            return Ok(first);
        }
        let (subscriber, account) = (self.customer.subscriber()?, self.customer.account()?);
        let left = subscriber.data_total_mb - account.data_used_mb;
        let minutes = (account.voice_total_min - account.voice_used_min).max(0);
        let said = if left > 0 {
            t("usage-data")
                .arg("left", words::data(left))
                .arg("total", words::data(subscriber.data_total_mb))
        } else {
            t("usage-data-gone")
                .arg("left", words::data(0))
                .arg("total", words::data(subscriber.data_total_mb))
        };
        Reply::say(said)
            .say(
                t("usage-voice")
                    .arg("left", words::minutes(minutes))
                    .arg("until", Value::date(account.cycle_end.as_str())),
            )
            .say(words::balance(account))
            .done()
            .outcome("resolved")
            .step("told")
    }

    fn said(&mut self, cx: &mut Context, utterance: &Utterance) -> Answer {
        if let Some(phone) = utterance.entity("phone") {
            self.customer.gives(cx, phone);
        }
        self.ask(cx)
    }

    fn filled(&mut self, cx: &mut Context, slot: &str, value: &Value) -> Answer {
        if slot == "phone" {
            self.customer.gives(cx, value);
        }
        self.ask(cx)
    }

    fn chose(&mut self, cx: &mut Context, id: &str) -> Answer {
        match id {
            "person" => words::to_person("usage could not be answered"),
            "own-number" => {
                self.customer.goes_back(cx);
                self.ask(cx)
            }
            _ => self.ask(cx),
        }
    }

    fn verified(&mut self, cx: &mut Context, level: Verification) -> Answer {
        if level == Verification::Verified {
            self.ask(cx)
        } else {
            not_verified()
        }
    }
}
