//! Which plan fits: where, how much data, how much money; three plans to choose from.

use jackfield_sdk::prelude::*;

use super::{gigabytes, minor, take_need};
use crate::{
    customer::{Customer, not_verified},
    plans::{self, Buyer, Need, Offer},
    wish::{Seen, Wish},
    words,
};

/// Data volumes offered to who has no idea, GB.
const TYPICAL: [(&str, i64); 3] = [("data-light", 10), ("data-medium", 30), ("data-heavy", 80)];

/// Flow `plan-recommend`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanRecommend {
    customer: Customer,
    province: Option<String>,
    need: Need,
    /// Where they want to go …
    #[serde(skip_serializing_if = "Option::is_none")]
    wish: Option<Wish>,
    /// … from here; without it, from the plan they have.
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Seen>,
}

impl PlanRecommend {
    fn take(
        &mut self,
        cx: &mut Context,
        args: impl Fn(&str) -> Option<Value>,
    ) -> Result<(), Fault> {
        if let Some(province) =
            args("province").and_then(|value| value.as_text().map(str::to_owned))
        {
            cx.set_slot("province", province.as_str());
            self.province = Some(province);
        }
        let mut named = Need::default();
        let names = take_need(&mut named, &args);
        let wish = Wish::said(&args, named);
        if names || wish.is_some() {
            self.seen = wish.map_or(Ok(None), |_| self.seen(cx))?;
            self.wish = wish;
            take_need(&mut self.need, &args);
            self.show_need(cx);
        }
        if let Some(phone) = args("phone") {
            self.customer.gives(cx, &phone);
        }
        Ok(())
    }

    /// What is on offer, for who named a need or a wish.
    fn seen(&self, cx: &Context) -> Result<Option<Seen>, Fault> {
        let known = self.customer.known().is_some();
        if !self.wants_something() || (!known && self.province.is_none()) {
            return Ok(None);
        }
        Ok(Seen::among(&self.offer(cx)?.plans))
    }

    /// Lets the host see the need, so that "no, 50 GB" corrects it.
    fn show_need(&self, cx: &mut Context) {
        if let Some(gb) = self.need.data_gb {
            cx.set_slot("data", Quantity::new(gb as f64, "GB"));
        }
        if let Some(minor) = self.need.budget_minor {
            cx.set_slot("budget", Money::new(minor, "CNY"));
        }
    }

    /// Forgets the need.
    fn needs_anything(&mut self, cx: &mut Context) {
        self.need = Need::default();
        self.wish = None;
        self.seen = None;
        cx.clear_slot("data");
        cx.clear_slot("budget");
    }

    /// Whether a list can be made: a stranger who wants to pay less is shown what costs least.
    fn wants_something(&self) -> bool {
        let less = matches!(self.wish, Some(Wish::Cheaper | Wish::Cheapest));
        less || self.seen.is_some() || !self.need.is_unknown()
    }

    fn offer(&self, cx: &Context) -> Result<Offer, Fault> {
        let known = self.customer.known();
        let except = known.map_or("", |subscriber| subscriber.plan_id.as_str());
        let audience = known.map_or("all", |subscriber| subscriber.audience.as_str());
        let seen = self.seen.or(known.map(Seen::of));
        let need = match (self.wish, seen) {
            (Some(wish), Some(seen)) => wish.beyond(seen, self.need),
            _ => self.need,
        };
        let buyer = match (known, &self.province) {
            (Some(subscriber), None) => Buyer::of(cx, subscriber),
            (_, Some(province)) => Buyer::new(cx, province, audience),
            (None, None) => return Err(Fault::bug(["no province in ", cx.session()].concat())),
        };
        if let (Some(wish), Some(seen)) = (self.wish, seen)
            && let Some(floor) = wish.floor(seen)
        {
            return plans::above(buyer, floor, wish, except);
        }
        match (known, &self.province) {
            (Some(subscriber), None) if !self.wants_something() && need.is_unknown() => {
                plans::around(cx, subscriber)
            }
            _ => plans::for_need(buyer, need, except),
        }
    }

    /// Whether a stranger, whose number is not known, looks at a list.
    fn lists_for_a_stranger(&self) -> bool {
        self.customer.phone().is_none() && self.wants_something() && self.province.is_some()
    }

    fn show(&self, cx: &Context) -> Answer {
        self.show_with(cx, None)
    }

    /// Shows what fits, with these words when anything does.
    fn show_with(&self, cx: &Context, words: Option<Text>) -> Answer {
        let Offer { plans, exact } = self.offer(cx)?;
        if plans.is_empty() {
            return Reply::say(t("recommend-nothing"))
                .choices([
                    Choice::new("other", t("choice-other-need")),
                    words::person(),
                ])
                .step("nothing-found");
        }
        let compared = self.need.is_unknown() && self.customer.known().is_some();
        let text = match (exact, self.wish) {
            (true, Some(wish)) => wish.met(),
            (true, None) if compared => t("recommend-like-yours"),
            (true, None) => t("recommend-offer"),
            (false, _) => t("recommend-nearest"),
        };
        let none = Choice::new("other", t("choice-none-fits"));
        let choices = plans.iter().map(|plan| plan.choice()).chain([none]);
        Reply::say(words.unwrap_or(text))
            .choices(choices)
            .reprompt(t("recommend-again"))
            .step("offer")
    }

    fn ask_need() -> Answer {
        let choices = TYPICAL.map(|(id, gb)| {
            Choice::new(
                id,
                t(&["choice-", id].concat()).arg("data", Quantity::new(gb as f64, "GB")),
            )
        });
        Reply::say(t("ask-data"))
            .choices(choices)
            .ask_slot("data")
            .reprompt(t("ask-data-again"))
            .step("ask-data")
    }
}

impl Flow for PlanRecommend {
    const NAME: &'static str = "plan-recommend";

    fn started(&mut self, cx: &mut Context, args: Args) -> Answer {
        self.take(cx, |name| args.get(name).cloned())?;
        self.ask(cx)
    }

    fn ask(&mut self, cx: &mut Context) -> Answer {
        if let Some(first) = self.customer.not_ours() {
            return first;
        }
        self.customer.recognise(cx)?;
        let stranger = self.customer.known().is_none();
        let lacking = !self.wants_something() || self.province.is_none();
        // A number says where the customer is and what they have: worth a code when that is not known.
        if stranger && lacking && self.customer.phone().is_some() {
            if let Some(first) = self.customer.identify(cx, Verification::Identified)? {
                return Ok(first);
            }
            return self.show(cx);
        }
        if stranger && self.province.is_none() {
            return Reply::say(t("ask-province"))
                .ask_slot("province")
                .reprompt(t("ask-province-again"))
                .step("ask-province");
        }
        if stranger && !self.wants_something() {
            return Self::ask_need();
        }
        self.show(cx)
    }

    fn said(&mut self, cx: &mut Context, utterance: &Utterance) -> Answer {
        let listed = self.lists_for_a_stranger();
        let turned_down = utterance.entity("yes-no").and_then(Value::as_boolean) == Some(false);
        if turned_down && self.wants_something() {
            self.needs_anything(cx);
            return Self::ask_need();
        }
        self.take(cx, |kind| utterance.entity(kind).cloned())?;
        if listed && self.customer.phone().is_some() {
            // It changes nothing about the list, which must not look as if nothing was heard.
            return self.show_with(cx, Some(t("recommend-number-kept")));
        }
        self.ask(cx)
    }

    fn filled(&mut self, cx: &mut Context, slot: &str, value: &Value) -> Answer {
        match slot {
            "province" => self.province = value.as_text().map(str::to_owned),
            "data" | "budget" => {
                self.need.data_gb = gigabytes(value).or(self.need.data_gb);
                self.need.budget_minor = minor(value).or(self.need.budget_minor);
                (self.wish, self.seen) = (None, None);
            }
            "phone" => self.customer.gives(cx, value),
            _ => {}
        }
        self.ask(cx)
    }

    fn chose(&mut self, cx: &mut Context, id: &str) -> Answer {
        if let Some((_, gb)) = TYPICAL.iter().find(|(typical, _)| *typical == id) {
            self.need.data_gb = Some(*gb);
            self.show_need(cx);
            return self.ask(cx);
        }
        match id {
            "other" => {
                self.needs_anything(cx);
                Self::ask_need()
            }
            "person" => words::to_person("no plan fits"),
            "own-number" => {
                self.customer.goes_back(cx);
                self.ask(cx)
            }
            "retry" => self.ask(cx),
            plan => match plans::by_id(cx, plan)? {
                Some(plan) => {
                    let mut args = vec![NamedValue::new("plan", plan.id)];
                    let draft = match self.customer.phone() {
                        Some(phone) => {
                            args.push(NamedValue::new("phone", phone));
                            Reply::quiet()
                        }
                        // The number is asked for first: say what it is for.
                        None => Reply::say(t("plan-chosen").arg("plan", plan.name)),
                    };
                    draft.call("change-plan", args).step("chosen")
                }
                None => self.ask(cx),
            },
        }
    }

    fn verified(&mut self, cx: &mut Context, level: Verification) -> Answer {
        if level == Verification::Verified {
            self.ask(cx)
        } else {
            not_verified()
        }
    }

    fn returned(&mut self, _cx: &mut Context, _flow: &str, _results: Args) -> Answer {
        // The called flow said how it ended and recorded the outcome.
        Reply::done().step("returned")
    }

    fn cancelled(&mut self, _cx: &mut Context, _reason: &str) -> Answer {
        Reply::done().outcome("cancelled").step("cancelled")
    }
}
