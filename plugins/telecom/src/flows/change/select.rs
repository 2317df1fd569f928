//! Which plan: list, check, show for confirmation.

use jackfield_sdk::{Draft, Open, prelude::*};

use super::{ChangePlan, Stage};
use crate::{
    carrier::Subscriber,
    date,
    plans::{self, Buyer, Need, Offer, Plan},
    wish::Seen,
    words,
};

impl ChangePlan {
    /// Goes on with who the customer is: contract, plan, confirmation. `plan` is the chosen one, when it is known
    /// already.
    pub(super) fn select(&mut self, cx: &mut Context, plan: Option<Plan>) -> Answer {
        let subscriber = self.customer.subscriber()?;
        let today = date::today(cx.now());
        if let Some(until) = subscriber.bound_until(&today) {
            let text = t("bound-by-contract").arg("until", Value::date(until));
            return self.refused(text);
        }
        let chosen = match (plan, &self.plan) {
            (None, Some(id)) => plans::by_id(cx, id)?,
            (plan, _) => plan,
        };
        match chosen {
            Some(plan) => self.show(cx, &plan, today),
            None => {
                let first = self.other_start(&today);
                let first = first.or_else(|| self.start_heard(&today));
                self.list(cx, first)
            }
        }
    }

    /// The plan that was shown is not what they want.
    pub(super) fn another(&mut self, cx: &mut Context) -> Answer {
        self.plan = None;
        self.stage = Stage::Choosing;
        if let Some(first) = self.customer.identify(cx, Verification::Verified)? {
            return Ok(first);
        }
        self.list(cx, Some(t("not-this-plan")))
    }

    /// Nothing on the list is what they want.
    pub(super) fn none_wanted(&mut self, cx: &mut Context) -> Answer {
        self.looks_for(Need::default());
        if let Some(first) = self.customer.identify(cx, Verification::Verified)? {
            return Ok(first);
        }
        self.ask_which(cx, Reply::say(t("none-wanted")))
    }

    /// Shows the plan for confirmation, or says why it cannot be had.
    fn show(&mut self, cx: &mut Context, plan: &Plan, today: String) -> Answer {
        let subscriber = self.customer.subscriber()?;
        let name = plan.name.clone();
        let obstacle = if plan.id == subscriber.plan_id {
            Some("already-on-plan")
        } else if plan.province != subscriber.province {
            Some("plan-of-other-province")
        } else if plan.audience != "all" && plan.audience != subscriber.audience {
            Some("plan-for-others")
        } else {
            None
        };
        if let Some(key) = obstacle {
            self.looks_for(Need::default());
            return self.ask_which(cx, Reply::say(t(key).arg("plan", name)));
        }
        let difference = plan.price_minor - subscriber.price_minor;
        let key = match difference {
            ..0 => "confirm-cheaper",
            0 => "confirm-same-price",
            1.. => "confirm-dearer",
        };
        let old_plan = subscriber.plan_name(cx).to_owned();
        let old_price = subscriber.price();
        let first = self.other_start(&today);
        let day = Value::Date(self.first_day(today));
        let text = t(key)
            .arg("plan", name.as_str())
            .arg("price", plan.price())
            .arg("old-plan", old_plan)
            .arg("old-price", old_price)
            .arg("difference", Money::new(difference.abs(), "CNY"))
            .arg("date", day.clone());
        let reply = say_first(first, text).card(card(plan).fact(t("fact-start"), shown(day)));
        cx.set_slot("price", plan.price());
        self.stage = Stage::Confirming;
        reply
            .choices([
                Choice::new("yes", t("choice-confirm")),
                Choice::new("no", t("choice-keep")),
            ])
            .ask_yes_no()
            .reprompt(t("confirm-again").arg("plan", name))
            .step("confirm")
    }

    /// Offers what fits; asks for a price when nothing is known of the plan.
    fn list(&mut self, cx: &mut Context, first: Option<Text>) -> Answer {
        let subscriber = self.customer.subscriber()?;
        let Some(Offer { plans, exact }) = self.offer(cx, subscriber)? else {
            let text = t("ask-plan")
                .arg("plan", subscriber.plan_name(cx))
                .arg("price", subscriber.price());
            return self.ask_which(cx, say_first(first, text));
        };
        let price = self.price().map(|minor| Money::new(minor, "CNY"));
        if plans.is_empty() {
            self.looks_for(Need::default());
            return self.ask_which(cx, Reply::say(t("no-such-plan")));
        }
        let text = match (price, exact) {
            (Some(price), true) if price.minor == subscriber.price_minor => t("plans-at-own-price")
                .arg("price", price)
                .arg("plan", subscriber.plan_name(cx)),
            (Some(price), true) => t("plans-at-price").arg("price", price),
            (Some(price), false) => t("plans-near-price").arg("price", price),
            (None, true) => match self.wish {
                Some(wish) => wish.met(),
                None => t("plans-for-need"),
            },
            (None, false) => t("plans-near-need"),
        };
        say_first(first, text)
            .choices(plans.iter().map(|plan| plan.choice()))
            .reprompt(t("choose-plan-again"))
            .step("choose-plan")
    }

    /// The price that the plan should have, fen, when nothing else was said of it.
    const fn price(&self) -> Option<i64> {
        match (self.wish, self.wanted.data_gb) {
            (None, None) if !self.wanted.capped => self.wanted.budget_minor,
            _ => None,
        }
    }

    /// Plans that fit what was said of them; nothing when nothing was.
    fn offer(&self, cx: &Context, subscriber: &Subscriber) -> Result<Option<Offer>, Fault> {
        let (buyer, except) = (Buyer::of(cx, subscriber), &subscriber.plan_id);
        if let Some(price) = self.price() {
            return plans::at_price(buyer, price, except).map(Some);
        }
        let seen = self.seen.unwrap_or(Seen::of(subscriber));
        if let Some(wish) = self.wish
            && let Some(floor) = wish.floor(seen)
        {
            return plans::above(buyer, floor, wish, except).map(Some);
        }
        let need = match self.wish {
            Some(wish) => wish.beyond(seen, self.wanted),
            None if self.wanted.is_unknown() => return Ok(None),
            None => self.wanted,
        };
        plans::for_need(buyer, need, except).map(Some)
    }

    /// What the customer looks at and may compare with: the plan they chose, or those on offer.
    pub(super) fn seen(&self, cx: &Context) -> Result<Option<Seen>, Fault> {
        let Some(subscriber) = self.customer.known() else {
            return Ok(None);
        };
        let plans = match &self.plan {
            Some(id) => plans::by_id(cx, id)?.into_iter().collect(),
            None => self
                .offer(cx, subscriber)?
                .map(|offer| offer.plans)
                .unwrap_or_default(),
        };
        Ok(Seen::among(&plans))
    }

    /// Asks for a price, with some plans that may suit.
    fn ask_which(&self, cx: &mut Context, draft: Draft<Open>) -> Answer {
        cx.clear_slot("price");
        let suggested = plans::around(cx, self.customer.subscriber()?)?;
        draft
            .choices(suggested.plans.iter().map(|plan| plan.choice()))
            .ask_slot("price")
            .reprompt(t("ask-plan-again"))
            .step("ask-plan")
    }
}

/// A question, and what is to be said before it.
fn say_first(first: Option<Text>, text: Text) -> Draft<Open> {
    match first {
        Some(first) => Reply::say(first).say(text),
        None => Reply::say(text),
    }
}

/// What the question does not say of the plan.
fn card(plan: &Plan) -> Card {
    Card::new(literal(plan.name.as_str()))
        .fact(t("fact-price"), shown(plan.price()))
        .fact(t("fact-data"), shown(plan.data()))
        .fact(t("fact-voice"), shown(words::minutes(plan.voice_min)))
        .fact(
            t("fact-contract"),
            if plan.contract_months == 0 {
                t("fact-contract-none")
            } else {
                t("fact-contract-value").arg("months", plan.contract_months)
            },
        )
}
