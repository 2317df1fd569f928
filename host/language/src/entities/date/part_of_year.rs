//! Quarters and halves of years, and weeks of months: `第三季度`, `上半年`, `Q3`, `the first week of December`.

use jiff::ToSpan;

use super::english_words::MONTHS_EN;
use super::{Days, Today, whole, ymd};
use crate::entities::numeral;
use crate::scan::Scan;

/// The part of the year at `at`, in Chinese.
pub(super) fn chinese(scan: &Scan<'_>, at: usize, year: u32) -> Option<(Days, usize)> {
    let halves = [("上半年", 1), ("前半年", 1), ("下半年", 7), ("后半年", 7)];
    if let Some((month, end)) = scan.one_of(at, &halves) {
        return Some((months(year, month, 6)?, end));
    }
    let number = scan.word(at, "第").unwrap_or(at);
    let (quarter, end) = whole(scan, number).filter(|(quarter, _)| (1..=4).contains(quarter))?;
    Some((months(year, quarter * 3 - 2, 3)?, scan.word(end, "季度")?))
}

/// `q3`, `q3 2025`.
pub(super) fn quarter(scan: &Scan<'_>, start: usize, today: &Today<'_>) -> Option<(Days, usize)> {
    if scan.at(start) != 'q' {
        return None;
    }
    let (quarter, end) = scan
        .digits(start + 1)
        .filter(|(quarter, _)| (1..=4).contains(quarter))?;
    let year = scan.word(end, " ").and_then(|at| scan.digits(at));
    let year = year.filter(|(year, _)| (1900..2200).contains(year));
    let (year, end) = year.unwrap_or((today.year(0)?, end));
    let free = !scan.at(end).is_alphanumeric();
    Some((months(year, quarter * 3 - 2, 3)?, end)).filter(|_| free)
}

/// `first week of december`, `second week of next month`.
pub(super) fn week_of_month(
    scan: &Scan<'_>,
    at: usize,
    today: &Today<'_>,
) -> Option<(Days, usize)> {
    let (week, end) = match scan.word(at, "last") {
        Some(end) => (5, end),
        None => numeral::ordinal(scan, at).filter(|(week, _)| *week <= 4)?,
    };
    let at = scan.word(end, " week of ")?;
    let (first, end) = match scan.one_of(
        at,
        &[("next month", 1), ("this month", 0), ("the month", 0)],
    ) {
        Some((away, end)) => (today.month(away)?, end),
        None => {
            let (month, end) = scan.one_of(at, MONTHS_EN)?;
            (today.nearest(month, 1)?, end)
        }
    };
    let days = if week == 5 {
        let last = first.last_of_month();
        Days {
            first: last.checked_sub(6.days()).ok()?,
            last,
        }
    } else {
        let first = first.checked_add((i64::from(week - 1) * 7).days()).ok()?;
        Days {
            first,
            last: first.checked_add(6.days()).ok()?,
        }
    };
    Some((days, end))
}

/// So many months from the first day of one on.
fn months(year: u32, month: u32, count: u32) -> Option<Days> {
    Some(Days {
        first: ymd(year, month, 1)?,
        last: ymd(year, month + count - 1, 1)?.last_of_month(),
    })
}
