//! Change of plan: who, which plan, allowed, confirmed, asked of the carrier once, told how it ended.

mod result;
mod select;
mod start;

use jackfield_sdk::prelude::*;

use super::{gigabytes, minor, take_need};
use crate::{
    carrier::{self, Outcome},
    customer::{Customer, not_verified},
    date,
    plans::{self, Need, Plan},
    wish::{Seen, Wish},
    words,
};

/// Name of the request to the carrier, and of the call with which it says later how that went.
const REQUEST: &str = "plan-change";
/// When the customer is told that nothing came: after half an hour.
const PATIENCE_MS: u64 = 30 * 60 * 1_000;
/// How long the carrier may take all the same: three days.
const LAST_CALL_MS: u64 = 3 * 24 * 60 * 60 * 1_000;
/// Name of the timer that reassures who waits.
const SLOW: &str = "slow";
/// When the customer is told that it takes longer than usual.
const SLOW_MS: u64 = 20_000;

/// How far the conversation is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Stage {
    /// A plan is looked for.
    #[default]
    Choosing,
    /// A plan is shown and must be confirmed.
    Confirming,
    /// The carrier was asked; nothing can be taken back.
    Processing,
    /// The carrier's answer did not come, or was no answer to this.
    Unconfirmed,
    /// The carrier, or the contract, does not allow it.
    Refused,
}

/// Flow `change-plan`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangePlan {
    customer: Customer,
    /// What the customer said about the plan they want; the budget is taken as its price.
    #[serde(skip_serializing_if = "Need::is_unknown")]
    wanted: Need,
    /// Where they want to go …
    #[serde(skip_serializing_if = "Option::is_none")]
    wish: Option<Wish>,
    /// … from here; without it, from the plan they have.
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Seen>,
    /// The plan they chose.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<String>,
    /// The first day they want it; without it, at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    effective: Option<String>,
    /// The day they asked for instead, and were not told yet that it cannot be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked_for: Option<String>,
    stage: Stage,
    /// A first day was said in this step.
    #[serde(skip)]
    start_said: bool,
}

impl ChangePlan {
    fn take(
        &mut self,
        cx: &mut Context,
        args: impl Fn(&str) -> Option<Value>,
    ) -> Result<(), Fault> {
        if let Some(phone) = args("phone") {
            self.customer.gives(cx, &phone);
        }
        if let Some(day) = args("date").or_else(|| args("date-from")) {
            self.starts(cx, &day);
        } else if args("start").is_some() {
            let today = Value::date(date::today(cx.now()));
            self.starts(cx, &today);
        }
        let mut named = Need::default();
        let names = take_need(&mut named, &args);
        let wish = Wish::said(&args, named);
        if wish.is_some() {
            let seen = self.seen(cx)?;
            if !names {
                // The volume still counts; a price was one to hit.
                named.data_gb = self.wanted.data_gb;
            }
            self.looks_for(named);
            self.seen = seen;
            self.wish = wish;
        } else if names {
            self.looks_for(named);
        }
        Ok(())
    }

    /// The customer wants another plan than the one shown, if one was.
    fn looks_for(&mut self, wanted: Need) {
        self.wanted = wanted;
        self.wish = None;
        self.seen = None;
        self.plan = None;
        self.stage = Stage::Choosing;
    }

    /// Says where the conversation is and asks for what is missing. `plan` is the plan they chose, when it was just
    /// looked up.
    fn go_on(&mut self, cx: &mut Context, plan: Option<Plan>) -> Answer {
        match self.stage {
            Stage::Processing => {
                return Reply::say(t("change-still-processing")).step("processing");
            }
            Stage::Unconfirmed => {
                return self.offer_person(Reply::say(t("change-unconfirmed-again")), "unconfirmed");
            }
            Stage::Refused => return self.refused_again(),
            Stage::Choosing | Stage::Confirming => {}
        }
        if let Some(first) = self.customer.identify(cx, Verification::Verified)? {
            return Ok(first);
        }
        self.select(cx, plan)
    }

    /// Whether the customer may still change their mind.
    const fn open(&self) -> bool {
        matches!(self.stage, Stage::Choosing | Stage::Confirming)
    }

    fn send(&mut self, cx: &Context) -> Answer {
        let plan = self
            .plan
            .as_deref()
            .ok_or_else(|| Fault::bug("confirmed without a plan"))?;
        let phone = self
            .customer
            .phone()
            .ok_or_else(|| Fault::bug("confirmed without a number"))?;
        let calls_back = carrier::calls_back();
        let notify = calls_back.then(|| cx.callback(REQUEST));
        let request = carrier::change(phone, plan, self.effective.as_deref(), notify)?;
        self.stage = Stage::Processing;
        let mut draft = Reply::say(t("change-processing"))
            .request(REQUEST, request)
            .timer(SLOW, SLOW_MS);
        if calls_back {
            draft = draft.await_callback(REQUEST, PATIENCE_MS);
        }
        draft.step("processing")
    }
}

impl Flow for ChangePlan {
    const NAME: &'static str = "change-plan";

    fn started(&mut self, cx: &mut Context, args: Args) -> Answer {
        self.take(cx, |name| args.get(name).cloned())?;
        self.plan = args.text("plan").map(str::to_owned);
        self.ask(cx)
    }

    fn ask(&mut self, cx: &mut Context) -> Answer {
        self.go_on(cx, None)
    }

    fn said(&mut self, cx: &mut Context, utterance: &Utterance) -> Answer {
        if self.open() {
            let shown = self.plan.clone();
            let before = (self.stage, self.wanted, self.wish);
            self.take(cx, |kind| {
                if kind == "date" {
                    // Of a start, "from" is no other role.
                    return utterance.entity(kind).cloned();
                }
                if let Some(bounded) = kind.strip_prefix("bound-") {
                    let entities = utterance.entities.iter();
                    return entities
                        .filter(|entity| entity.kind == "bound")
                        .find(|entity| entity.role.as_deref() == Some(bounded))
                        .map(|entity| entity.value.clone());
                }
                let role = kind.strip_suffix("-to");
                let entities = utterance.entities.iter();
                let mut of_kind = entities.filter(|entity| entity.kind == role.unwrap_or(kind));
                match role {
                    Some(_) => of_kind.find(|entity| entity.role.as_deref() == Some("to")),
                    None => of_kind
                        .find(|entity| !matches!(entity.role.as_deref(), Some("from" | "not"))),
                }
                .map(|entity| entity.value.clone())
            })?;
            let turned_down = utterance.entity("yes-no").and_then(Value::as_boolean) == Some(false);
            let other = self.plan != shown || self.start_said;
            if self.stage == Stage::Confirming && turned_down && !other {
                return self.another(cx);
            }
            let chooses = before == (Stage::Choosing, self.wanted, self.wish);
            if chooses && turned_down && self.customer.known().is_some() {
                return self.none_wanted(cx);
            }
        }
        self.ask(cx)
    }

    fn filled(&mut self, cx: &mut Context, slot: &str, value: &Value) -> Answer {
        if self.open() {
            match slot {
                "phone" => self.customer.gives(cx, value),
                "price" => self.looks_for(Need {
                    budget_minor: minor(value),
                    ..Need::default()
                }),
                "data" => self.looks_for(Need {
                    data_gb: gigabytes(value),
                    ..Need::default()
                }),
                "effective" => self.starts(cx, value),
                _ => {}
            }
        }
        self.ask(cx)
    }

    fn confirmed(&mut self, cx: &mut Context, yes: bool) -> Answer {
        match self.stage {
            Stage::Confirming => {}
            // A person was offered.
            Stage::Refused | Stage::Unconfirmed if yes => {
                return words::to_person("change of plan");
            }
            Stage::Refused | Stage::Unconfirmed => return self.left(),
            Stage::Choosing | Stage::Processing => return self.ask(cx),
        }
        // The level may be gone when days lie between the question and the answer.
        if let Some(first) = self.customer.identify(cx, Verification::Verified)? {
            return Ok(first);
        }
        if yes {
            self.send(cx)
        } else {
            Reply::say(t("change-declined"))
                .done()
                .outcome("cancelled")
                .step("declined")
        }
    }

    fn chose(&mut self, cx: &mut Context, id: &str) -> Answer {
        match id {
            "yes" => return self.confirmed(cx, true),
            "no" => return self.confirmed(cx, false),
            "person" => return words::to_person("change of plan"),
            "leave" if !self.open() => return self.left(),
            "own-number" => self.customer.goes_back(cx),
            plan if self.open() => {
                let found = plans::by_id(cx, plan)?;
                if let Some(plan) = &found {
                    self.plan = Some(plan.id.clone());
                    self.stage = Stage::Choosing;
                }
                return self.go_on(cx, found);
            }
            _ => {}
        }
        self.ask(cx)
    }

    fn verified(&mut self, cx: &mut Context, level: Verification) -> Answer {
        if level == Verification::Verified {
            self.ask(cx)
        } else {
            not_verified()
        }
    }

    fn answered(
        &mut self,
        cx: &mut Context,
        name: &str,
        outcome: Result<&Response, &Failure>,
    ) -> Answer {
        if name == REQUEST && self.stage == Stage::Processing {
            self.end(cx, outcome.ok().map(Outcome::at_once))
        } else {
            self.ask(cx)
        }
    }

    fn received(&mut self, cx: &mut Context, callback: &Callback) -> Answer {
        // What was given up may have happened all the same.
        let sent = matches!(self.stage, Stage::Processing | Stage::Unconfirmed);
        if callback.name == REQUEST && sent {
            self.end(cx, Outcome::late(callback))
        } else {
            self.ask(cx)
        }
    }

    fn expired(&mut self, cx: &mut Context, name: &str) -> Answer {
        match self.stage {
            Stage::Processing if name == REQUEST => self.unconfirmed(cx),
            // They know, and a person has the case.
            Stage::Unconfirmed => Reply::quiet().step("unconfirmed"),
            _ => self.ask(cx),
        }
    }

    fn fired(&mut self, cx: &mut Context, timer: &str) -> Answer {
        if timer == SLOW && self.stage == Stage::Processing {
            return Reply::say(t("change-slow")).step("processing");
        }
        self.ask(cx)
    }

    fn cancelled(&mut self, _cx: &mut Context, _reason: &str) -> Answer {
        if self.stage == Stage::Processing {
            // What was sent cannot be taken back and its answer will find nobody: a person must look.
            return self
                .with_case(Reply::done())
                .outcome("unresolved")
                .step("cancelled");
        }
        Reply::done().outcome("cancelled").step("cancelled")
    }
}
