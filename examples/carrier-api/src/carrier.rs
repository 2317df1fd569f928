//! The operator: answers questions about subscribers and changes their plans, each change once.

use std::io;
use std::path::Path;

use jiff::civil::Date;
use jiff::{Timestamp, tz};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Error;
use crate::ledger::{Entry, Ledger};
use crate::plan::{Audience, Catalogue, Plan};
use crate::subscriber::{self, Subscriber, SubscriberView};

/// The simulated operator.
#[derive(Debug)]
pub(crate) struct Carrier {
    catalogue: Catalogue,
    ledger: Mutex<Ledger>,
    today: Option<Date>,
}

/// The body of `POST /plan-changes`.
#[derive(Debug, Deserialize)]
pub(crate) struct PlanChange {
    phone: String,
    plan_id: String,
    /// First day of the new plan: today, which is taken without it, or the first of next month.
    #[serde(default)]
    effective: Option<String>,
    /// Where to call back when the answer takes its time.
    #[serde(default)]
    pub(crate) notify: Option<String>,
}

/// An answer: status and body.
pub(crate) type Answer = (u16, serde_json::Value);

/// A call-back about a plan change that is owed.
#[derive(Debug)]
pub(crate) struct CallBack {
    /// The change's idempotency key, and the id of the call.
    pub(crate) key: String,
    /// Where to call.
    pub(crate) address: String,
    /// What became of the change.
    pub(crate) answer: Answer,
}

/// The answer to `GET /plan-changes`.
#[derive(Debug, Serialize)]
pub(crate) struct Changes {
    /// How many changes were applied.
    applied: usize,
    /// Applied changes, oldest first.
    changes: Vec<Change>,
    /// Keys whose first request was refused, oldest first.
    refused: Vec<Refusal>,
}

#[derive(Debug, Serialize)]
struct Change {
    key: String,
    phone: String,
    plan_id: String,
    previous_plan_id: Option<String>,
    effective: String,
    received: u64,
}

#[derive(Debug, Serialize)]
struct Refusal {
    key: String,
    phone: String,
    plan_id: String,
    status: u16,
    received: u64,
}

impl Carrier {
    /// An operator that sells these plans. With a state file, what it answered survives a restart. `today`
    /// fixes the date; otherwise it is the date in China.
    pub(crate) fn new(
        catalogue: Catalogue,
        state: Option<&Path>,
        today: Option<Date>,
    ) -> Result<Self, Error> {
        let ledger = match state {
            Some(path) => Ledger::open(path)?,
            None => Ledger::default(),
        };
        Ok(Self {
            catalogue,
            ledger: Mutex::new(ledger),
            today,
        })
    }

    fn today(&self) -> Date {
        let china = tz::TimeZone::fixed(tz::offset(8));
        self.today
            .unwrap_or_else(|| Timestamp::now().to_zoned(china).date())
    }

    /// What is known of a number now.
    pub(crate) fn subscriber(&self, phone: &str) -> Option<SubscriberView> {
        self.current(phone, &self.ledger.lock())
            .map(|subscriber| subscriber.view(self.today()))
    }

    fn current(&self, phone: &str, ledger: &Ledger) -> Option<Subscriber> {
        let mut subscriber = subscriber::find(phone, &self.catalogue)?;
        if let Some(change) = ledger.last_applied(phone, self.today())
            && let Some(plan) = self.catalogue.get(&change.plan_id)
        {
            subscriber.put_on(plan, change.day);
        }
        Some(subscriber)
    }

    /// Changes a plan. A key that was received before gets the answer it got then, and nothing changes.
    /// The answer is on disk before it is returned; an error means that nothing was changed. When it is told `later`, so
    /// is where to call back.
    pub(crate) fn change_plan(
        &self,
        key: &str,
        change: &PlanChange,
        later: bool,
    ) -> io::Result<Answer> {
        let wanted = change.effective.as_deref().map(str::parse::<Date>);
        let Ok(wanted) = wanted.transpose() else {
            let text = "effective is not a date like 2026-12-01";
            return Ok((400, json!({"error": "bad-body", "message": text})));
        };
        let mut ledger = self.ledger.lock();
        if let Some(entry) = ledger.get(key) {
            let other_day = wanted.is_some_and(|day| day != entry.day);
            if entry.phone != change.phone || entry.plan_id != change.plan_id || other_day {
                let text = "this Idempotency-Key was used for another plan change";
                return Ok((400, json!({"error": "key-reused", "message": text})));
            }
            let answer = (entry.status, entry.answer.clone());
            ledger.again(key)?;
            return Ok(answer);
        }
        let today = self.today();
        let day = wanted.unwrap_or(today);
        let subscriber = self.current(&change.phone, &ledger);
        let (status, answer) = decide(
            subscriber.as_ref(),
            self.catalogue.get(&change.plan_id),
            today,
            day,
        );
        let previous_plan_id = (status == 200)
            .then(|| subscriber.map(|before| before.plan.plan_id))
            .flatten();
        ledger.first(Entry {
            key: key.to_owned(),
            phone: change.phone.clone(),
            plan_id: change.plan_id.clone(),
            previous_plan_id,
            day,
            status,
            answer: answer.clone(),
            notify: change.notify.clone().filter(|_| later),
            received: 0,
        })?;
        Ok((status, answer))
    }

    /// Call-backs that nobody has understood yet.
    pub(crate) fn owed(&self) -> Vec<CallBack> {
        let ledger = self.ledger.lock();
        let entries = ledger.entries().iter();
        let owed = entries.filter_map(|entry| {
            Some(CallBack {
                key: entry.key.clone(),
                address: entry.notify.clone()?,
                answer: (entry.status, entry.answer.clone()),
            })
        });
        owed.collect()
    }

    /// A call-back was understood; that is on disk when this returns.
    pub(crate) fn told(&self, key: &str) -> io::Result<()> {
        self.ledger.lock().told(key)
    }

    /// Everything that was asked for.
    pub(crate) fn changes(&self) -> Changes {
        let ledger = self.ledger.lock();
        let (applied, refused): (Vec<_>, Vec<_>) =
            ledger.entries().iter().cloned().partition(Entry::applied);
        Changes {
            applied: applied.len(),
            changes: applied
                .into_iter()
                .map(|entry| Change {
                    key: entry.key,
                    phone: entry.phone,
                    plan_id: entry.plan_id,
                    previous_plan_id: entry.previous_plan_id,
                    effective: entry.day.to_string(),
                    received: entry.received,
                })
                .collect(),
            refused: refused
                .into_iter()
                .map(|entry| Refusal {
                    key: entry.key,
                    phone: entry.phone,
                    plan_id: entry.plan_id,
                    status: entry.status,
                    received: entry.received,
                })
                .collect(),
        }
    }
}

/// What the operator says to a wish, and nothing else.
fn decide(
    subscriber: Option<&Subscriber>,
    plan: Option<&Plan>,
    today: Date,
    effective: Date,
) -> Answer {
    let Some(subscriber) = subscriber else {
        return (404, json!({"error": "unknown-subscriber"}));
    };
    let Some(plan) = plan else {
        return (404, json!({"error": "unknown-plan"}));
    };
    if subscriber.plan.plan_id == plan.plan_id {
        return (
            409,
            json!({"error": "already-on-plan", "plan_id": plan.plan_id}),
        );
    }
    let not_eligible = |reason: &str, detail: serde_json::Value| {
        (
            422,
            json!({"error": "not-eligible", "reason": reason, "detail": detail}),
        )
    };
    if plan.province != subscriber.province.id {
        return not_eligible(
            "province",
            json!({"plan": plan.province, "subscriber": subscriber.province.id}),
        );
    }
    if plan.audience != Audience::All && plan.audience != subscriber.audience {
        return not_eligible(
            "audience",
            json!({"plan": plan.audience, "subscriber": subscriber.audience}),
        );
    }
    if let Some(until) = subscriber.running_contract(today) {
        return not_eligible("contract", json!({"contract_until": until.to_string()}));
    }
    let next_month = today.last_of_month().tomorrow().ok();
    if effective != today && Some(effective) != next_month {
        return not_eligible("date", json!({"effective": effective.to_string()}));
    }
    let answer = json!({
        "status": "applied",
        "phone": subscriber.phone,
        "plan_id": plan.plan_id,
        "plan_name_zh": plan.name_zh,
        "plan_name_en": plan.name_en,
        "price_minor": plan.price.0,
        "previous_plan_id": subscriber.plan.plan_id,
        "effective": effective.to_string(),
    });
    (200, answer)
}
