//! Which entities say who somebody is, and how texts are shown without them.

use jackfield_core::Entity;

/// Digits at the end of a number that people know it by and that may be shown.
const SHOWN: usize = 4;

/// Whether entities of this kind are personal: `phone`, `id-card`, `bank-card`, `long-number`, `email`, and `code`, which is a secret.
/// Logs and exports show them through [`redact`] only.
pub fn is_personal(kind: &str) -> bool {
    matches!(
        kind,
        "phone" | "id-card" | "bank-card" | "long-number" | "email" | "code"
    )
}

/// Whether entities of this kind are names of things, which can be asked about: the packs' own kinds, and places. Others are values.
pub fn is_name(kind: &str) -> bool {
    const VALUES: &[&str] = &[
        "amount",
        "data-volume",
        "minutes",
        "duration",
        "percentage",
        "number",
        "ordinal",
        "date",
        "time",
        "date-time",
        "date-range",
        "time-range",
        "date-time-range",
        "yes-no",
        "bound",
    ];
    !is_personal(kind) && !VALUES.contains(&kind)
}

/// `text`, in which the spans of `entities` count, with a mask in place of everything personal. The mask names the kind; of
/// telephone and bank card numbers it keeps the last four digits, as receipts do, of everything else nothing:
/// `[phone …5678]`, `[id-card]`. Parts of the text that overlap are masked once, as the first of them.
pub fn redact(text: &str, entities: &[Entity]) -> String {
    let mut personal: Vec<&Entity> = entities
        .iter()
        .filter(|entity| is_personal(&entity.kind))
        .collect();
    personal.sort_by_key(|entity| (entity.start, std::cmp::Reverse(entity.end)));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for entity in personal {
        let (start, end) = (entity.start as usize, entity.end as usize);
        if end <= at {
            continue;
        }
        // A span that is none of this text hides all that is left of it.
        let Some(between) = text.get(at..start.max(at)) else {
            out.push_str("[…]");
            return out;
        };
        out.push_str(between);
        out.push_str(&mask(entity));
        at = end;
    }
    match text.get(at..) {
        Some(rest) => out.push_str(rest),
        None => out.push_str("[…]"),
    }
    out
}

fn mask(entity: &Entity) -> String {
    let kind = &entity.kind;
    let value = entity.value.to_string();
    let tail = value
        .len()
        .checked_sub(SHOWN)
        .and_then(|at| value.get(at..));
    match tail
        .filter(|_| matches!(kind.as_str(), "phone" | "bank-card") && value.len() > 2 * SHOWN - 1)
    {
        Some(tail) => format!("[{kind} …{tail}]"),
        None => format!("[{kind}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entities::tests::entities;

    #[test]
    fn masks_keep_nothing_but_the_last_digits() {
        for (text, expected) in [
            ("call 138 1234 5678 today", "call [phone …5678] today"),
            ("身份证11010519491231002X,谢谢", "身份证[id-card],谢谢"),
            ("卡号4111 1111 1111 1111", "卡号[bank-card …1111]"),
            ("写到 a.b@example.com 吧", "写到 [email] 吧"),
            ("验证码是123456", "验证码是[code]"),
            ("123456", "[code]"),
            ("my PIN is 4321", "my pin is [code]"),
            ("the shipping 4321 is late", "the shipping 4321 is late"),
            (
                "身份证一一零一零五一九四九一二三一零零二叉",
                "身份证[id-card]",
            ),
            (
                "卡号是六二二八四八零四零二五六四八九零零一九",
                "卡号是[long-number]",
            ),
            (
                "it is one two three four five six seven eight nine zero one two",
                "it is [long-number]",
            ),
            ("128元的套餐", "128元的套餐"),
            ("", ""),
        ] {
            let normal = crate::normalise(text);
            assert_eq!(redact(&normal, &entities(text)), expected, "{text}");
        }
    }

    #[test]
    fn spans_of_another_text_hide_it() {
        let found = entities("my number is 13812345678");
        assert_eq!(redact("short", &found), "[…]");
        assert!(!redact("号号号号号号号号号13812345678", &found).contains("12345"));
    }
}
