//! Reads a text as nothing but known phrases. What is not in the tables makes the whole text something else, which keeps the
//! host's own words precise.

use crate::ngrams::is_han;
use crate::normalise;
use crate::scan::Scan;

/// Longest text that can be nothing but phrases, in characters.
const LONGEST: usize = 60;

/// The meanings of the phrases that `text` consists of, in order, or `None` when it holds anything else. At each place the
/// longest phrase counts. Punctuation is passed over.
pub(crate) fn read<T: Copy>(text: &str, tables: &[(T, &[&str])]) -> Option<Vec<T>> {
    // Four bytes a character at most: what is longer is no phrase, and is not worth normalising.
    if text.len() > LONGEST * 8 {
        return None;
    }
    let text = normalise(text);
    let scan = Scan::new(&text);
    if scan.len() > LONGEST {
        return None;
    }
    let mut out = Vec::new();
    let mut at = 0;
    while at < scan.len() {
        let c = scan.at(at);
        if !c.is_alphanumeric() {
            at += 1;
            continue;
        }
        let longest = tables
            .iter()
            .flat_map(|(meaning, phrases)| phrases.iter().map(move |phrase| (meaning, phrase)))
            .filter(|(_, phrase)| phrase.starts_with(c))
            .filter_map(|(meaning, phrase)| Some((scan.word(at, phrase)?, meaning)))
            .filter(|(end, _)| is_han(c) || !scan.at(*end).is_ascii_alphanumeric())
            .max_by_key(|(end, _)| *end);
        let (end, meaning) = longest?;
        out.push(*meaning);
        at = end;
    }
    Some(out)
}
