//! Times in English: `3pm`, `half past seven`, `quarter to six`, `noon`, `9 in the morning`.

use super::super::numeral::WORDS;
use super::{Clock, Part};
use crate::scan::Scan;

const PARTS: &[(&str, Part)] = &[
    ("morning", Part::MORNING),
    ("afternoon", Part::AFTERNOON),
    ("evening", Part::EVENING),
    ("night", Part::EVENING),
];

pub(super) fn read(scan: &Scan<'_>, start: usize, hint: Option<Part>) -> Option<(Clock, usize)> {
    let c = scan.at(start);
    if c.is_ascii_digit() || c.is_ascii_alphabetic() {
        named(scan, start)
            .or_else(|| past_or_to(scan, start, hint))
            .or_else(|| hour(scan, start, hint))
            .or_else(|| part(scan, start))
    } else {
        None
    }
}

/// `am`, `p.m.`, `in the evening` after a time.
pub(super) fn half(scan: &Scan<'_>, end: usize) -> Option<(Part, usize)> {
    let halves = [
        ("a.m.", Part::MORNING),
        ("a.m", Part::MORNING),
        ("am", Part::MORNING),
        ("p.m.", Part::AFTERNOON),
        ("p.m", Part::AFTERNOON),
        ("pm", Part::AFTERNOON),
    ];
    let at = scan.skip_spaces(end);
    if let Some((part, after)) = scan.one_of(at, &halves) {
        // Twelve at night is 12 am.
        return Some((
            if part == Part::MORNING {
                Part::NIGHT
            } else {
                part
            },
            after,
        ));
    }
    let at = scan.word(at, "in the ").or_else(|| scan.word(at, "at "))?;
    scan.one_of(at, PARTS)
}

/// `noon`, `midday`, `midnight`.
fn named(scan: &Scan<'_>, start: usize) -> Option<(Clock, usize)> {
    let names = [
        ("12 noon", 12),
        ("noon", 12),
        ("midday", 12),
        ("midnight", 0),
    ];
    let (hour, end) = scan.one_of(start, &names)?;
    let minutes = hour * 60;
    Some((
        Clock::At {
            minutes,
            sure: true,
        },
        end,
    ))
}

/// A number up to 59, in digits or words.
pub(super) fn number(scan: &Scan<'_>, at: usize) -> Option<(u32, usize)> {
    if let Some((number, end)) = scan.digits(at) {
        return (end - at <= 2 && number < 60).then_some((number, end));
    }
    if !scan.at(at).is_ascii_alphabetic() || !scan.starts_word(at) {
        return None;
    }
    let word = |at: usize| {
        let (word, end) = scan.letters(at);
        let (_, value) = WORDS.iter().find(|(known, _)| *known == word)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the words for numbers are whole and small"
        )]
        Some((*value as u32, end))
    };
    let (number, end) = word(at)?;
    let ones = matches!(scan.at(end), ' ' | '-')
        .then(|| word(end + 1))
        .flatten()
        .filter(|(ones, _)| number >= 20 && (1..10).contains(ones));
    let (number, end) = ones.map_or((number, end), |(ones, end)| (number + ones, end));
    (number < 60).then_some((number, end))
}

/// `half past seven`, `a quarter to six`, `ten past five`, `twenty minutes to nine`.
fn past_or_to(scan: &Scan<'_>, start: usize, hint: Option<Part>) -> Option<(Clock, usize)> {
    let at = scan.word(start, "a ").unwrap_or(start);
    let (minute, at, word) = match scan.one_of(at, &[("half", 30), ("quarter", 15)]) {
        Some((minute, at)) => (minute, at, true),
        None => {
            let (minute, at) = number(scan, at)?;
            match scan.word(at, " minutes") {
                Some(at) => (minute, at, true),
                None => (minute, at, false),
            }
        }
    };
    let (after, at) = scan.one_of(
        at,
        &[
            (" past ", true),
            (" after ", true),
            (" to ", false),
            (" till ", false),
            (" of ", false),
        ],
    )?;
    let (said, mut end) = number(scan, at).filter(|(hour, _)| (1..=12).contains(hour))?;
    end = scan.word(end, " o'clock").unwrap_or(end);
    let part = half(scan, end);
    // `five to six` may be a range: minutes are fives in words, and only `past` needs no more.
    let clear =
        word || after || part.is_some() && minute % 5 == 0 && !scan.at(start).is_ascii_digit();
    if !clear || after && scan.slice(at - 6, at).contains("after") && !word {
        return None;
    }
    let (part, end) = part.map_or((hint, end), |(part, end)| (Some(part), end));
    let hour = if after { said } else { said - 1 };
    let whole = if hour == 0 { 12 } else { hour };
    Some((
        Clock::at(whole, if after { minute } else { 60 - minute }, part)?,
        end,
    ))
}

/// Before an hour and minute in words: `at twelve thirty`.
const ANNOUNCING: &[&str] = &[
    "at ", "by ", "until ", "till ", "before ", "after ", "around ",
];

/// `3pm`, `3 o'clock`, `nine in the morning`, `three thirty pm`.
fn hour(scan: &Scan<'_>, start: usize, hint: Option<Part>) -> Option<(Clock, usize)> {
    let (hour, at) = number(scan, start).filter(|(hour, _)| (1..=12).contains(hour))?;
    let clock = scan
        .word(at, "ish")
        .filter(|_| scan.slice(0, start).ends_with(' '))
        .or_else(|| scan.word(at, " o'clock"))
        .or_else(|| scan.word(at, " oclock"))
        .or_else(|| scan.word(at, "o'clock"));
    if let Some(end) = clock {
        let (part, end) = half(scan, end).map_or((hint, end), |(part, end)| (Some(part), end));
        return Some((Clock::at(hour, 0, part)?, end));
    }
    let announced = ANNOUNCING
        .iter()
        .any(|word| scan.slice(0, start).ends_with(word))
        && !scan.at(start).is_ascii_digit();
    let spoken = (scan.at(at) == ' ')
        .then(|| number(scan, at + 1))
        .flatten()
        .filter(|(minute, _)| *minute >= 10);
    let (minute, end) = spoken
        .filter(|(_, end)| half(scan, *end).is_some() || announced)
        .unwrap_or((0, at));
    let (part, end) = match half(scan, end) {
        Some((part, end)) => (Some(part), end),
        None if announced
            && minute > 0
            && !scan.at(scan.skip_spaces(end)).is_ascii_alphanumeric() =>
        {
            (hint, end)
        }
        None => return None,
    };
    (!scan.at(end).is_ascii_alphanumeric()).then_some((Clock::at(hour, minute, part)?, end))
}

/// `in the morning`; after a day, `morning`.
fn part(scan: &Scan<'_>, start: usize) -> Option<(Clock, usize)> {
    let at = scan.word(start, "in the ")?;
    let (part, end) = scan.one_of(at, PARTS)?;
    Some((Clock::Part(part), end))
}

/// The part of the day that follows a day: ` morning`, ` in the afternoon`, ` night`.
pub(in super::super) fn after_day(scan: &Scan<'_>, at: usize) -> Option<(Clock, usize)> {
    let at = scan.word(at, "in the ").unwrap_or(at);
    let (part, end) = scan.one_of(at, PARTS)?;
    Some((Clock::Part(part), end))
}
