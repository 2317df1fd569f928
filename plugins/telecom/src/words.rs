//! Words that several flows use.

use jackfield_sdk::prelude::*;

use crate::carrier::Account;

/// Queue of the people who take over.
const QUEUE: &str = "default";

/// The last four digits of a number, which is all that is repeated aloud.
pub(crate) fn tail(phone: &str) -> &str {
    phone
        .len()
        .checked_sub(4)
        .and_then(|start| phone.get(start..))
        .unwrap_or(phone)
}

/// The choice to try again.
pub(crate) fn retry() -> Choice {
    Choice::new("retry", t("choice-retry"))
}

/// The choice to talk to a person.
pub(crate) fn person() -> Choice {
    Choice::new("person", t("choice-person"))
}

/// The choice to leave things as they are.
pub(crate) fn leave() -> Choice {
    Choice::new("leave", t("choice-leave"))
}

/// Hands the customer to a person.
pub(crate) fn to_person(reason: &str) -> Answer {
    Reply::say(t("to-person"))
        .hand_off(QUEUE, reason)
        .outcome("handed-off")
        .step("to-person")
}

/// A data volume for people: megabytes below one gigabyte, otherwise gigabytes with two decimals.
pub(crate) fn data(megabytes: i64) -> Quantity {
    if megabytes.abs() < 1_024 {
        Quantity::new(megabytes as f64, "MB")
    } else {
        Quantity::new((megabytes as f64 / 1_024.0 * 100.0).round() / 100.0, "GB")
    }
}

/// Minutes of calls.
pub(crate) fn minutes(minutes: i64) -> Quantity {
    Quantity::new(minutes as f64, "min")
}

/// What is left on the account, or owed.
pub(crate) fn balance(account: &Account) -> Text {
    let owes = account.balance_minor < 0;
    let amount = Money::new(account.balance_minor.abs(), "CNY");
    t(if owes { "balance-owed" } else { "balance-is" }).arg("balance", amount)
}
