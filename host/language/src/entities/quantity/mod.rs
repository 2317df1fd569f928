//! Numerals with what stands around them: money, data volumes, lengths of time, percentages, bare numbers and ordinals.

mod data;
mod money;
mod number;
mod percentage;
mod time;
mod units;

use jackfield_core::{Quantity, Value};

use self::units::{UNITS, Unit};
use super::Found;
use super::numeral::{self, Numeral, Style};
use crate::scan::Scan;

pub(crate) use self::money::money;
pub(super) use self::number::idiom;

/// What starts at `at`: an amount with its unit, or a bare number.
pub(super) fn read(scan: &Scan<'_>, at: usize) -> Option<Found> {
    let c = scan.at(at);
    if c == ' ' || c == ',' {
        return None;
    }
    percentage::named(scan, at)
        .or_else(|| money::prefixed(scan, at))
        .or_else(|| number::ordinal(scan, at))
        .or_else(|| {
            if let Some(half) = time::half(scan, at) {
                return with_unit(scan, at, half);
            }
            if let Some(one) = article(scan, at) {
                return with_unit(scan, at, one).filter(|found| found.kind != "number");
            }
            let numeral = numeral::read(scan, at)?;
            with_unit(scan, at, numeral).or_else(|| number::bare(scan, at, numeral))
        })
}

/// `a dollar`, `an hour`: one of what follows. Which units may stand after it, [`with_unit`] says.
fn article(scan: &Scan<'_>, start: usize) -> Option<Numeral> {
    if scan.at(start) != 'a' || !scan.starts_word(start) {
        return None;
    }
    let at = scan.word(start, "a ").or_else(|| scan.word(start, "an "))?;
    ["dollar", "buck", "grand", "hour", "quid", "gig", "terabyte"]
        .iter()
        .any(|word| scan.word(at, word).is_some())
        .then_some(Numeral {
            value: 1.0,
            end: at - 1,
            style: Style::English(1),
        })
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
    // `一个半小时`, `两个半g`
    let (value, at) = match scan.word(spaced, "个半") {
        Some(at) => (numeral.value + 0.5, at),
        None => (numeral.value, counted.unwrap_or(spaced)),
    };
    let half = at > spaced && counted.is_none();
    let (unit, end) = if half && scan.at(at) == '月' {
        (Unit::Time(units::Span::Months), at + 1)
    } else {
        scan.one_of(at, UNITS)?
    };
    // A single letter belongs to the number only when it touches it, or says `g`.
    if at > numeral.end && counted.is_none() && end == at + 1 && matches!(scan.at(at), 'm' | 't') {
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
