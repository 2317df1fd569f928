//! What a sentence takes back within itself: `换成59的，不不，89的`, `the 59 plan, no sorry, 89`. What stands before such words is not
//! meant when something of the same kind follows.

use std::sync::LazyLock;

use jackfield_core::Entity;
use regex::Regex;

/// Words between what was said and what is meant. Compiled once; a test holds that it is valid.
static TAKES_BACK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:[，,。.!；;…\s]|^)(?:哦|噢|啊|呃|等等|等一下)?[，,\s]*(?:不不+|不对|不是|错了|说错了|我说错了|搞错了|打错了|口误|应该是|还是改成)[，,。.!\s]*|[,.!;…\s-]+(?:(?:no|sorry|wait|oops|actually|scratch that|make that|make it|i mean|i meant|rather)[,.!\s]+){2,}|[,.!;…-]\s*(?:no[,.!]|sorry|wait|oops|actually|scratch that|make that|make it|i mean|i meant|or rather)[,.!\s]+",
    )
    .ok()
});

/// Marks what is taken back with the role `not`.
pub(super) fn mark(text: &str, entities: &mut [Entity]) {
    let (2.., Some(pattern)) = (entities.len(), TAKES_BACK.as_ref()) else {
        return;
    };
    for found in pattern.find_iter(text) {
        let (start, end) = (found.start(), found.end());
        let after: Vec<String> = entities
            .iter()
            .filter(|entity| entity.start as usize >= end && entity.role.as_deref() != Some("not"))
            .map(|entity| entity.kind.clone())
            .collect();
        for entity in entities.iter_mut() {
            if entity.end as usize <= start + 1 && after.contains(&entity.kind) {
                entity.role = Some("not".to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TAKES_BACK;
    use crate::entities::tests::found;

    #[test]
    fn what_is_taken_back() {
        assert!(TAKES_BACK.is_some());
        for (text, meant) in [
            ("换成59的，不不，89的", "not=number:59 | number:89"),
            ("换59的，不对，89的", "not=number:59 | number:89"),
            ("the 59 plan, no sorry, 89", "not=number:59 | number:89"),
            (
                "59 yuan, sorry, 89 yuan",
                "not=amount:59.00 CNY | amount:89.00 CNY",
            ),
            (
                "59 yuan, no contract, 20 minutes a day, 89 yuan is too much",
                "amount:59.00 CNY | minutes:20 min | amount:89.00 CNY",
            ),
            ("59元还是89元", "amount:59.00 CNY | amount:89.00 CNY"),
            (
                "tomorrow, no wait, 89 yuan",
                "date:2026-11-23 | amount:89.00 CNY",
            ),
        ] {
            assert_eq!(found(text), meant, "{text}");
        }
    }
}
