//! Numbers that the words around them make money: `预算一百`, `my budget is fifty`. A budget is also a bound.

use jackfield_core::Value;

use super::{Found, money};
use crate::scan::Scan;

/// What names a sum that is not to be passed.
const BUDGETS: &[&str] = &["预算", "budget"];
/// Words that may stand between it and the number.
const BETWEEN: &[&str] = &[
    "不超过",
    "不能超过",
    "不要超过",
    "别超过",
    "超过",
    "不到",
    "最多",
    "最高",
    "至多",
    "顶多",
    "大概",
    "大约",
    "控制在",
    "每月",
    "每个月",
    "一个月",
    "也就",
    "只有",
    "就",
    "是",
    "在",
    "有",
    "为",
    "of",
    "is",
    "about",
    "around",
    "under",
    "below",
    "at most",
    "up to",
    "no more than",
    "not more than",
    "only",
    "max",
    "maximum",
    "monthly",
    "per month",
    "a month",
    "would be",
    "a",
    "'s",
];

/// Makes amounts of such numbers, and bounds of budgets that name none.
pub(super) fn find(scan: &Scan<'_>, found: &mut Vec<Found>) {
    let bounded: Vec<usize> = found
        .iter()
        .filter(|entity| entity.kind == "bound")
        .map(|entity| entity.end)
        .collect();
    let mut bounds = Vec::new();
    for entity in found.iter_mut() {
        if !matches!(entity.kind.as_str(), "number" | "amount") || !follows(scan, entity.start) {
            continue;
        }
        let yuan = match entity.value {
            Value::Integer(yuan) => money(yuan as f64, "CNY"),
            Value::Number(yuan) => money(yuan, "CNY"),
            _ => None,
        };
        if let Some(value) = yuan {
            entity.value = value;
            "amount".clone_into(&mut entity.kind);
        }
        if bounded.contains(&entity.start) {
            continue;
        }
        let mut bound = Found::new(
            "bound",
            Value::Text("max".to_owned()),
            entity.start,
            entity.end,
        );
        bound.role = Some("amount");
        bounds.push(bound);
    }
    let amounts: Vec<usize> = found
        .iter()
        .filter(|entity| entity.kind == "amount")
        .map(|entity| entity.start)
        .collect();
    for bound in found.iter_mut() {
        if bound.kind == "bound" && bound.role == Some("number") && amounts.contains(&bound.end) {
            bound.role = Some("amount");
        }
    }
    found.extend(bounds);
}

/// Whether a budget is named before `start`, with nothing of weight between.
fn follows(scan: &Scan<'_>, start: usize) -> bool {
    let mut before = scan.slice(start.saturating_sub(30), start);
    for _ in 0..5 {
        before = before.trim_end_matches(|c: char| c.is_whitespace() || ",:，：".contains(c));
        if BUDGETS.iter().any(|word| before.ends_with(word)) {
            return true;
        }
        match BETWEEN.iter().find_map(|word| before.strip_suffix(word)) {
            Some(rest) => before = rest,
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use crate::entities::tests::found;

    #[test]
    fn a_budget_is_money_and_a_bound() {
        for (text, expected) in [
            ("my budget is fifty", "amount:50.00 CNY | amount=bound:max"),
            ("预算一百", "amount:100.00 CNY | amount=bound:max"),
            ("预算不超过一百", "amount=bound:max | amount:100.00 CNY"),
            ("预算大概80元", "amount:80.00 CNY | amount=bound:max"),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
