//! Bank cards: 13 to 19 digits with the check digit of ISO 7812 (Luhn).

use super::{Found, Run};
use crate::scan::Scan;

/// What a number is called that is no card, right before it.
const OTHER_NUMBERS: &[&str] = &[
    "身份证",
    "证件",
    "订单",
    "单号",
    "工单",
    "流水",
    "编号",
    "合同",
    "运单",
    "序列号",
    "账单号",
    "order",
    "tracking",
    "invoice",
    "reference",
    "id number",
    "id card",
    "id is",
    "ticket",
    "contract",
    "serial",
    "imei",
    "iccid",
];
/// How far before the number that is looked for, in characters.
const NEAR: usize = 16;

/// The bank card that a run of digits is.
pub(super) fn read(scan: &Scan<'_>, run: &Run) -> Option<Found> {
    let digits = run.digits.as_str();
    // Banks issue cards that begin with 3 to 6, and Mastercard 16 digits from 2221 on.
    let issued = match digits.bytes().next() {
        Some(b'3'..=b'6') => true,
        Some(b'2') => digits.len() == 16 && ("2221".."2721").contains(&digits.get(..4)?),
        _ => false,
    };
    let before = scan.slice(run.start.saturating_sub(NEAR), run.start);
    let other = OTHER_NUMBERS.iter().any(|word| before.contains(word));
    let card = (13..=19).contains(&digits.len())
        && issued
        && !run.plus
        && !other
        && !run.goes_on(scan)
        && luhn(digits);
    card.then(|| run.found("bank-card", digits))
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|digit| digit.to_digit(10))
        .enumerate()
        .map(|(at, digit)| match (at % 2 == 1, digit) {
            (false, digit) => digit,
            (true, digit) if digit > 4 => digit * 2 - 9,
            (true, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}
