//! English ordinals in words.

use crate::scan::Scan;

/// Up to the days of a month; longer ones before their own beginnings.
pub(in super::super) const ORDINALS: &[(&str, u32)] = &[
    ("twenty-first", 21),
    ("twenty-second", 22),
    ("twenty-third", 23),
    ("twenty-fourth", 24),
    ("twenty-fifth", 25),
    ("twenty-sixth", 26),
    ("twenty-seventh", 27),
    ("twenty-eighth", 28),
    ("twenty-ninth", 29),
    ("thirty-first", 31),
    ("twenty first", 21),
    ("twenty second", 22),
    ("twenty third", 23),
    ("twenty fourth", 24),
    ("twenty fifth", 25),
    ("twenty sixth", 26),
    ("twenty seventh", 27),
    ("twenty eighth", 28),
    ("twenty ninth", 29),
    ("thirty first", 31),
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
    ("eleventh", 11),
    ("twelfth", 12),
    ("thirteenth", 13),
    ("fourteenth", 14),
    ("fifteenth", 15),
    ("sixteenth", 16),
    ("seventeenth", 17),
    ("eighteenth", 18),
    ("nineteenth", 19),
    ("twentieth", 20),
    ("thirtieth", 30),
];

/// The ordinal at `at`, and its end.
pub(in super::super) fn ordinal(scan: &Scan<'_>, at: usize) -> Option<(u32, usize)> {
    // Most words are passed over by their last letters.
    let (word, _) = scan.letters(at);
    let known =
        word.ends_with("th") || matches!(word, "twenty" | "thirty" | "first" | "second" | "third");
    if known {
        scan.one_of(at, ORDINALS)
    } else {
        None
    }
}
