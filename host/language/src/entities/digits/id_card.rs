//! Resident identity cards of China (GB 11643): region, date of birth, sequence and check character.

use jiff::civil::Date;

use super::super::date::{Today, ymd};
use super::{Found, Run};
use crate::scan::Scan;

/// The first two digits of region codes: provinces, Taiwan, Hong Kong, Macau, and residents from there.
const REGIONS: &[&str] = &[
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41",
    "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71",
    "81", "82", "83", "91",
];
/// ISO 7064 MOD 11-2.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

/// How the check character `X` is written and said.
const TENS: &[(&str, ())] = &[
    ("x", ()),
    (" x", ()),
    ("叉", ()),
    (" 叉", ()),
    ("艾克斯", ()),
    ("艾克司", ()),
];

/// The identity card that a run of digits is, a final `X` included.
pub(super) fn read(scan: &Scan<'_>, run: &Run, today: &Today<'_>) -> Option<Found> {
    if run.plus {
        return None;
    }
    if run.digits.len() == 17
        && let Some((_, end)) = scan.one_of(run.end, TENS)
    {
        let number = format!("{}X", run.digits);
        let mut found = run.found("id-card", &number);
        found.end = end;
        let goes_on = scan.at(found.end).is_ascii_alphanumeric();
        return (!goes_on && is_valid(&number, today)).then_some(found);
    }
    (!run.goes_on(scan) && is_valid(&run.digits, today)).then(|| run.found("id-card", &run.digits))
}

/// Whether this is the number of a card: 18 characters, or the 15 digits of cards issued until 1999.
fn is_valid(number: &str, today: &Today<'_>) -> bool {
    let born = match number.len() {
        18 if check(number) == number.bytes().last() => birth(number.get(6..14), ""),
        15 => birth(number.get(6..12), "19"),
        _ => None,
    };
    let region = number.get(..2).is_some_and(|code| REGIONS.contains(&code));
    region && born.is_some_and(|born| born.year() >= 1900 && born <= today.get())
}

fn birth(digits: Option<&str>, century: &str) -> Option<Date> {
    let digits = format!("{century}{}", digits?);
    let part = |from: usize, to: usize| digits.get(from..to)?.parse().ok();
    ymd(part(0, 4)?, part(4, 6)?, part(6, 8)?)
}

/// The check character of the first 17 digits.
fn check(number: &str) -> Option<u8> {
    let sum: u32 = number
        .chars()
        .zip(WEIGHTS)
        .filter_map(|(digit, weight)| Some(digit.to_digit(10)? * weight))
        .sum();
    CHECKS.get((sum % 11) as usize).copied()
}
