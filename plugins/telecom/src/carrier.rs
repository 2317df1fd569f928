//! The carrier's back end.

use jackfield_sdk::{http::Call, prelude::*};

/// Longest wait for an answer inside a turn: shorter than the turn itself, so that the customer hears
/// something in any case.
const WAIT_MS: u32 = 3_000;

/// What the carrier knows of a number that a flow needs later in the conversation, and so keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Subscriber {
    pub(crate) province: String,
    pub(crate) plan_id: String,
    pub(crate) plan_name_zh: String,
    pub(crate) plan_name_en: String,
    pub(crate) price_minor: i64,
    pub(crate) data_total_mb: i64,
    /// `all`, or a group with plans of its own.
    pub(crate) audience: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) contract_until: Option<String>,
}

/// What of it changes by the hour: told at once, and never kept.
#[derive(Debug, Deserialize)]
pub(crate) struct Account {
    pub(crate) balance_minor: i64,
    pub(crate) data_used_mb: i64,
    pub(crate) voice_total_min: i64,
    pub(crate) voice_used_min: i64,
    /// Last day of the billing cycle.
    pub(crate) cycle_end: String,
}

impl Subscriber {
    /// Name of the plan in the language of the turn.
    pub(crate) fn plan_name(&self, cx: &Context) -> &str {
        if cx.language() == "zh" {
            &self.plan_name_zh
        } else {
            &self.plan_name_en
        }
    }

    /// What the plan costs a month.
    pub(crate) fn price(&self) -> Money {
        Money::new(self.price_minor, "CNY")
    }

    /// The last day of a contract that is still running.
    pub(crate) fn bound_until(&self, today: &str) -> Option<&str> {
        // ISO dates compare as text.
        self.contract_until
            .as_deref()
            .filter(|until| *until >= today)
    }
}

/// How asking the carrier ended.
pub(crate) enum Found {
    /// The subscriber.
    Subscriber(Box<(Subscriber, Account)>),
    /// No subscriber has this number.
    Nobody,
    /// The carrier does not answer now.
    Down,
}

/// Asks who has a number.
pub(crate) fn subscriber(phone: &str) -> Result<Found, Fault> {
    let url = [
        "{config:carrier-base}/subscribers/",
        http::segment(phone).as_str(),
    ]
    .concat();
    match signed(http::get(url)).timeout_ms(WAIT_MS).read() {
        Ok(response) if response.is_success() => Ok(Found::Subscriber(Box::new((
            response.json()?,
            response.json()?,
        )))),
        Ok(response) if response.status == 404 => Ok(Found::Nobody),
        Ok(_) | Err(Failure::TimedOut | Failure::Unreachable(_)) => {
            log::warn("the carrier does not answer a question about a subscriber");
            Ok(Found::Down)
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Whether the carrier may answer 202 to a change, and call back with what became of it.
pub(crate) fn calls_back() -> bool {
    config::get("carrier-calls-back").and_then(|value| value.as_boolean()) == Some(true)
}

/// The request that changes a plan. The host adds the idempotency key. `effective` is the first day of the new plan, without
/// which it counts at once; `notify` is where the carrier calls back.
pub(crate) fn change(
    phone: &str,
    plan_id: &str,
    effective: Option<&str>,
    notify: Option<String>,
) -> Result<Request, Fault> {
    #[derive(Serialize)]
    struct Change<'a> {
        phone: &'a str,
        plan_id: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        effective: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        notify: Option<String>,
    }
    Ok(signed(http::post("{config:carrier-base}/plan-changes"))
        .json(&Change {
            phone,
            plan_id,
            effective,
            notify,
        })?
        .into())
}

/// What became of a change of plan.
#[derive(Debug, Deserialize)]
pub(crate) struct Outcome {
    /// As of HTTP: 200 made, 202 not known yet, 409 already so, 422 refused.
    pub(crate) status: u16,
    /// The change is made or not, whatever else is readable.
    #[serde(default)]
    pub(crate) answer: Details,
}

/// Details of an outcome.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Details {
    /// First day of the new plan.
    pub(crate) effective: Option<String>,
    /// Why it is refused.
    pub(crate) reason: Option<String>,
}

impl Outcome {
    /// As the carrier answers at once.
    pub(crate) fn at_once(response: &Response) -> Self {
        Self {
            status: response.status,
            answer: response.json().unwrap_or_default(),
        }
    }

    /// As the carrier says when it calls back; none when it cannot be read.
    pub(crate) fn late(callback: &Callback) -> Option<Self> {
        callback.json().ok()
    }
}

fn signed(call: Call) -> Call {
    if config::get("carrier-auth").and_then(|value| value.as_boolean()) == Some(true) {
        call.header("authorization", "Bearer {secret:carrier-token}")
    } else {
        call
    }
}
