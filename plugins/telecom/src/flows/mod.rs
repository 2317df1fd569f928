//! The conversations.

mod change;
mod inquiry;
mod recommend;
mod usage;

pub use change::ChangePlan;
pub use inquiry::PlanInquiry;
pub use recommend::PlanRecommend;
pub use usage::Usage;

use jackfield_sdk::prelude::*;

use crate::plans::Need;

/// The price that a customer spoke of, in fen: the target of "from 59 to 128", any amount, or a bare
/// number that can be a monthly price.
fn price_in(args: impl Fn(&str) -> Option<Value>) -> Option<i64> {
    let number = || {
        args("number-to")
            .or_else(|| args("number"))
            .and_then(|value| value.as_integer())
            .filter(|yuan| (10..=999).contains(yuan))
    };
    let amount = args("amount-to").or_else(|| args("amount"));
    amount
        .and_then(|value| minor(&value))
        .or_else(|| number().map(|yuan| yuan * 100))
}

/// Yuan in fen.
fn minor(value: &Value) -> Option<i64> {
    value
        .as_money()
        .filter(|money| money.currency == "CNY")
        .map(|money| money.minor)
}

/// A data volume in whole GB, rounded up.
fn gigabytes(value: &Value) -> Option<i64> {
    let quantity = value.as_quantity()?;
    let gigabytes = match quantity.unit.as_str() {
        "MB" => quantity.amount / 1_024.0,
        "GB" => quantity.amount,
        "TB" => quantity.amount * 1_024.0,
        _ => return None,
    };
    (0.0..=100_000.0)
        .contains(&gigabytes)
        .then(|| gigabytes.ceil() as i64)
}

/// Takes what a sentence says about the need. True when it said something.
fn take_need(need: &mut Need, args: impl Fn(&str) -> Option<Value>) -> bool {
    let data = args("data-volume-to")
        .or_else(|| args("data-volume"))
        .and_then(|value| gigabytes(&value));
    let budget = price_in(&args);
    need.data_gb = data.or(need.data_gb);
    need.budget_minor = budget.or(need.budget_minor);
    if budget.is_some() {
        // 50以内的 says no unit, and is a price when nothing else is.
        let has_unit = args("amount-to").or_else(|| args("amount")).is_some();
        let bound = if has_unit {
            "bound-amount"
        } else {
            "bound-number"
        };
        need.capped =
            args(bound).and_then(|value| value.as_text().map(|bound| bound == "max")) == Some(true);
    }
    data.is_some() || budget.is_some()
}
