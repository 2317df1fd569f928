//! Numbers that are written in groups, as people write those of telephones and cards.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern;

/// Groups of digits with a space or a hyphen between them.
static GROUPS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[0-9]{2,8}(?:[ \u{a0}-][0-9]{1,8}){2,6}[Xx]?"));
/// How telephones, cards and identities are grouped, by digits. Other rows of numbers are prices, years and amounts.
const FORMS: [&[usize]; 7] = [
    &[3, 4, 4],
    &[4, 4, 4, 4],
    &[4, 4, 4, 4, 1],
    &[4, 4, 4, 4, 2],
    &[4, 4, 4, 4, 3],
    &[6, 8, 4],
    &[6, 4, 4, 4],
];
/// The country of the telephones that are looked for.
const COUNTRY: [&str; 2] = ["86", "0086"];

/// A number that stood in groups.
pub(super) struct Number {
    /// Its digits, together.
    pub(super) digits: String,
    /// The byte at which it begins.
    pub(super) at: usize,
}

/// The numbers in a text that are grouped as those of telephones, cards and identities are.
pub(super) fn numbers(text: &str) -> impl Iterator<Item = Number> + '_ {
    GROUPS.find_iter(text).filter_map(|found| {
        // A part of something longer is no number of its own.
        let before = text.get(..found.start())?.chars().next_back();
        let after = text.get(found.end()..)?.chars().next();
        let longer = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if before.is_some_and(longer) || after.is_some_and(longer) {
            return None;
        }
        let mut groups: Vec<&str> = found.as_str().split([' ', '\u{a0}', '-']).collect();
        if groups.first().is_some_and(|first| COUNTRY.contains(first)) {
            groups.remove(0);
        }
        let form: Vec<usize> = groups.iter().map(|group| group.len()).collect();
        FORMS.contains(&form.as_slice()).then(|| Number {
            digits: groups.concat(),
            at: found.start(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_the_groups_that_people_write_are_put_together() {
        for (text, digits) in [
            ("call 138 7650 2931.", "13876502931"),
            ("138-7650-2931", "13876502931"),
            ("+86 138 7650 2931", "13876502931"),
            ("6217-0038-5520-9417", "6217003855209417"),
            ("110105 19491231 002X", "11010519491231002X"),
        ] {
            let found: Vec<String> = numbers(text).map(|number| number.digits).collect();
            assert_eq!(found, [digits], "{text}");
        }
    }

    #[test]
    fn other_rows_of_digits_are_none() {
        for text in [
            "2024-05-17 10:00",
            "10 000 000",
            "550e8400-138-7650-2931",
            "138-7650-2931-1",
            "9.00 19 29 39 49",
        ] {
            assert_eq!(numbers(text).count(), 0, "{text}");
        }
    }
}
