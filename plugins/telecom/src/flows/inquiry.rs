//! What plan am I on, what does it cost, what does it contain, what is my balance.

use jackfield_sdk::prelude::*;

use crate::{
    customer::{Customer, not_verified},
    date, words,
};

/// Flow `plan-inquiry`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanInquiry {
    customer: Customer,
}

impl PlanInquiry {
    fn tell(&self, cx: &Context) -> Answer {
        let (subscriber, account) = (self.customer.subscriber()?, self.customer.account()?);
        let mut draft = Reply::say(
            t("plan-is")
                .arg("plan", subscriber.plan_name(cx))
                .arg("price", subscriber.price())
                .arg("data", words::data(subscriber.data_total_mb))
                .arg("voice", words::minutes(account.voice_total_min)),
        )
        .say(words::balance(account));
        if let Some(until) = subscriber.bound_until(&date::today(cx.now())) {
            draft = draft.say(t("contract-until").arg("until", Value::date(until)));
        }
        draft.done().outcome("resolved").step("told")
    }
}

impl Flow for PlanInquiry {
    const NAME: &'static str = "plan-inquiry";

    fn started(&mut self, cx: &mut Context, args: Args) -> Answer {
        if let Some(phone) = args.get("phone") {
            self.customer.gives(cx, phone);
        }
        self.ask(cx)
    }

    fn ask(&mut self, cx: &mut Context) -> Answer {
        match self.customer.identify(cx, Verification::Identified)? {
            Some(first) => Ok(first),
            None => self.tell(cx),
        }
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
            "person" => words::to_person("the plan could not be told"),
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
