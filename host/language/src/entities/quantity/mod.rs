//! Numerals with what stands around them: money, data volumes, lengths of time, percentages, bare numbers and ordinals.

mod data;
mod money;
mod number;
mod percentage;
mod range;
mod time;
mod units;

use jackfield_core::{Quantity, Value};

use self::units::{UNITS, Unit};
use super::Found;
use super::numeral::{self, Numeral, Style};
use crate::scan::Scan;

pub(crate) use self::money::money;
pub(super) use self::number::idiom;

/// What starts at `at`, put into `out`: an amount with its unit, a bare number, or both ends of a range. Gives its end.
pub(super) fn read(scan: &Scan<'_>, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let c = scan.at(at);
    if c == ' ' || c == ',' {
        return None;
    }
    let (found, more) = if let Some(range) = range::guess(scan, at) {
        (range.0, Some(range.1))
    } else if let Some(first) = marked(scan, at) {
        let prefixed = !c.is_alphanumeric() || c.is_ascii_alphabetic();
        range::after(scan, &first, prefixed).map_or((first, None), |ends| (ends.0, Some(ends.1)))
    } else {
        let numeral = numeral::read(scan, at)?;
        let first = with_unit(scan, at, numeral);
        let ends = match &first {
            Some(first) => range::after(scan, first, false),
            None => range::open(scan, at, numeral),
        };
        match (ends, first) {
            (Some(ends), _) => (ends.0, Some(ends.1)),
            (None, Some(first)) => (first, None),
            (None, None) => (number::bare(scan, at, numeral)?, None),
        }
    };
    let end = more.as_ref().map_or(found.end, |more| more.end);
    out.push(found);
    out.extend(more);
    Some(end)
}

/// An amount with its unit, or an ordinal.
fn whole(scan: &Scan<'_>, at: usize) -> Option<Found> {
    marked(scan, at).or_else(|| with_unit(scan, at, numeral::read(scan, at)?))
}

/// What something else than a numeral begins: a sign, a currency, an article, `half`.
fn marked(scan: &Scan<'_>, at: usize) -> Option<Found> {
    percentage::named(scan, at)
        .or_else(|| percentage::half(scan, at))
        .or_else(|| money::negative(scan, at))
        .or_else(|| money::prefixed(scan, at))
        .or_else(|| number::ordinal(scan, at))
        .or_else(|| with_unit(scan, at, time::half(scan, at)?))
        .or_else(|| with_unit(scan, at, article(scan, at)?).filter(|found| found.kind != "number"))
}

/// `a dollar`, `an hour`: one of what follows. Which units may stand after it, [`with_unit`] says.
fn article(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    if scan.at(start) != 'a' || !scan.starts_word(start) {
        return None;
    }
    if let Some(at) = scan
        .word(start, "a couple of ")
        .or_else(|| scan.word(start, "a couple "))
    {
        return scan.one_of(at, UNITS).map(|_| Numeral {
            value: 2.0,
            end: at - 1,
            style: Style::English(1),
        });
    }
    let at = scan.word(start, "a ").or_else(|| scan.word(start, "an "))?;
    // `a year and a half` says how long, `a year` how often or when.
    let length = ["year", "month", "week", "day", "minute"]
        .iter()
        .any(|word| scan.word(at, word).is_some_and(|end| and_more(scan, end)));
    // `once a fortnight` says how often.
    let often = ["once ", "twice ", "times "]
        .iter()
        .any(|word| scan.slice(0, start).ends_with(word));
    let length = length || !often && scan.word(at, "fortnight").is_some();
    // `within a week`
    let within = scan.slice(start.saturating_sub(7), start) == "within "
        && ["week", "month", "year", "day", "fortnight", "minute"]
            .iter()
            .any(|word| scan.word(at, word).is_some());
    if length || within {
        return Some(Numeral {
            value: 1.0,
            end: at - 1,
            style: Style::English(2),
        });
    }
    ["dollar", "buck", "grand", "hour", "quid", "gig", "terabyte"]
        .iter()
        .any(|word| scan.word(at, word).is_some())
        .then_some(Numeral {
            value: 1.0,
            end: at - 1,
            style: Style::English(1),
        })
}

/// `and a half`, `and 3 months`: what goes on after `a year`.
fn and_more(scan: &Scan<'_>, end: usize) -> bool {
    let Some(at) = scan.word(end, " and ") else {
        return false;
    };
    scan.word(at, "a half").is_some()
        || numeral::read(scan, at)
            .and_then(|more| scan.one_of(scan.skip_spaces(more.end), UNITS))
            .is_some_and(|(unit, _)| matches!(unit, Unit::Time(_)))
}

fn with_unit(scan: &Scan<'_>, start: usize, numeral: Numeral) -> Option<Found> {
    let mut spaced = scan.skip_spaces(numeral.end);
    // `100多块`, `十来块` and `六十几块` are about as much.
    if matches!(scan.at(spaced), '多' | '来' | '几') && numeral.value >= 10.0 {
        spaced += 1;
    }
    // `30-day`
    if scan.at(spaced) == '-' && spaced == numeral.end {
        spaced += 1;
    }
    // `20个g`
    let counted = scan
        .word(spaced, "个")
        .filter(|at| scan.at(*at).is_ascii_alphabetic());
    // `两个多小时`, `一个来月`
    let about = scan
        .word(spaced, "个多")
        .or_else(|| scan.word(spaced, "个来"));
    let counted = counted.or(about);
    // `一个半小时`, `两个半g`
    let (value, at) = match scan.word(spaced, "个半") {
        Some(at) => (numeral.value + 0.5, at),
        None => (numeral.value, counted.unwrap_or(spaced)),
    };
    let half = at > spaced && counted.is_none();
    // `仨月`
    let pair = matches!(scan.before(numeral.end), '俩' | '仨');
    let (unit, end) = if (half || pair || about.is_some()) && scan.at(at) == '月' {
        (Unit::Time(units::Span::Months), at + 1)
    } else {
        scan.one_of(at, UNITS)?
    };
    // A single letter belongs to the number only when it touches it, or says `g`.
    if at > numeral.end
        && counted.is_none()
        && end == at + 1
        && matches!(scan.at(at), 'm' | 't' | 'h')
    {
        return None;
    }
    let said = Numeral { value, ..numeral };
    match unit {
        Unit::Data(megabytes) => data::read(scan, start, end, value, megabytes, at > numeral.end),
        Unit::Time(span) => time::read(scan, start, end, said, span),
        Unit::Percent => Some(percentage::of(value, start, end)),
        Unit::Discount => percentage::discount(scan, start, end, said),
        Unit::Tenths => percentage::tenths(scan, start, end, said),
        _ => money::with_unit(scan, start, end, said, unit),
    }
}

fn quantity(amount: f64, unit: &str) -> Value {
    // What was multiplied is rounded to what people say.
    let amount = (amount * 1e6).round() / 1e6;
    Value::Quantity(Quantity {
        amount,
        unit: unit.to_owned(),
    })
}

/// The length of hours and minutes that starts at `at`, and its end: `两小时`, `half an hour`, `20 minutes`.
pub(super) fn minutes(scan: &Scan<'_>, at: usize) -> Option<(i64, usize)> {
    let c = scan.at(at);
    let numeral = match time::half(scan, at).or_else(|| article(scan, at)) {
        Some(numeral) => numeral,
        None if c.is_alphanumeric() => numeral::read(scan, at)?,
        None => return None,
    };
    let found = with_unit(scan, at, numeral).filter(|found| found.kind == "minutes")?;
    let Value::Quantity(Quantity { amount, .. }) = found.value else {
        return None;
    };
    #[expect(clippy::cast_possible_truncation, reason = "checked")]
    (amount.fract() == 0.0 && amount < 1e7).then_some((amount as i64, found.end))
}
