//! Numbers that are spelled in English, digit by digit: `one three eight, double oh one …`.

use super::Run;
use super::said::{said_in_english, times};
use crate::scan::Scan;

/// Fewer digits are more likely numbers of their own.
const LEAST: usize = 7;
const MOST: usize = 30;

/// The run of digit words that starts at `start`.
pub(super) fn run(scan: &Scan<'_>, start: usize) -> Option<Run> {
    if !"zotfsend".contains(scan.at(start)) || !scan.starts_word(start) {
        return None;
    }
    let mut run = Run {
        digits: String::new(),
        start,
        end: start,
        plus: false,
        marked: false,
        groups: vec![0],
    };
    let mut at = start;
    while run.digits.len() <= MOST {
        let (word, mut end) = scan.letters(at);
        let times = times(word).unwrap_or(1);
        let mut said = word;
        if times > 1 {
            (said, end) = scan.letters(scan.word(end, " ")?);
        }
        let Some(digit) = said_in_english(said) else {
            break;
        };
        for _ in 0..times {
            run.digits.push(digit);
        }
        if let Some(group) = run.groups.last_mut() {
            *group += times;
        }
        run.end = end;
        at = match (scan.at(end), scan.at(end + 1)) {
            (',', ' ') => {
                run.groups.push(0);
                end + 2
            }
            (' ' | '-', _) => end + 1,
            _ => break,
        };
    }
    run.groups.retain(|group| *group > 0);
    // In one breath or in any groups: ten digits are a number of North America.
    if run.digits.len() == 10 {
        run.groups = vec![3, 3, 4];
    }
    (run.digits.len() >= LEAST).then_some(run)
}
