//! Which plan: list, check, show for confirmation.

use jackfield_sdk::prelude::*;

use super::{ChangePlan, Stage};
use crate::{
    date,
    plans::{self, Buyer, Need, Offer, Plan},
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
            None => self.list(cx),
        }
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
        let today = Value::Date(today);
        let text = t(key)
            .arg("plan", name.as_str())
            .arg("price", plan.price())
            .arg("old-plan", subscriber.plan_name(cx))
            .arg("old-price", subscriber.price())
            .arg("difference", Money::new(difference.abs(), "CNY"))
            .arg("date", today);
        let reply = Reply::say(text).card(card(plan));
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

    /// Offers what fits the wish; asks for a wish when there is none.
    fn list(&mut self, cx: &mut Context) -> Answer {
        let subscriber = self.customer.subscriber()?;
        let buyer = Buyer::of(cx, subscriber);
        let (offer, price) = match self.wanted {
            Need {
                budget_minor: Some(minor),
                data_gb: None,
            } => (
                plans::at_price(buyer, minor, &subscriber.plan_id)?,
                Some(Money::new(minor, "CNY")),
            ),
            need if need.is_unknown() && self.wish.is_none() => {
                let text = t("ask-plan")
                    .arg("plan", subscriber.plan_name(cx))
                    .arg("price", subscriber.price());
                return self.ask_which(cx, Reply::say(text));
            }
            need => {
                let wish = self.wish.filter(|_| need.is_unknown());
                let need = wish.map_or(need, |wish| wish.of(subscriber));
                (plans::for_need(buyer, need, &subscriber.plan_id)?, None)
            }
        };
        let Offer { plans, exact } = offer;
        if plans.is_empty() {
            self.wanted = Need::default();
            return self.ask_which(cx, Reply::say(t("no-such-plan")));
        }
        let text = match (price, exact) {
            (Some(price), true) if price.minor == subscriber.price_minor => t("plans-at-own-price")
                .arg("price", price)
                .arg("plan", subscriber.plan_name(cx)),
            (Some(price), true) => t("plans-at-price").arg("price", price),
            (Some(price), false) => t("plans-near-price").arg("price", price),
            (None, true) => t("plans-for-need"),
            (None, false) => t("plans-near-need"),
        };
        Reply::say(text)
            .choices(plans.iter().map(|plan| plan.choice()))
            .reprompt(t("choose-plan-again"))
            .step("choose-plan")
    }

    /// Asks for a price, with some plans that may suit.
    fn ask_which(
        &self,
        cx: &mut Context,
        draft: jackfield_sdk::Draft<jackfield_sdk::Open>,
    ) -> Answer {
        cx.clear_slot("price");
        let suggested = plans::around(cx, self.customer.subscriber()?)?;
        draft
            .choices(suggested.plans.iter().map(|plan| plan.choice()))
            .ask_slot("price")
            .reprompt(t("ask-plan-again"))
            .step("ask-plan")
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
