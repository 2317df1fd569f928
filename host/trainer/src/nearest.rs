//! Which names there are, in a message that refuses one that there is not.

use std::collections::BTreeSet;

/// So many names are all told; of more, the nearest ones.
const ALL: usize = 20;
/// So many are told then.
const NEAREST: usize = 6;
/// A name is compared up to here: the distance costs the product of both lengths.
const LONGEST: usize = 64;

/// The names in words: all of them when they are few, otherwise those nearest to what was asked for.
pub(crate) fn listed<'n>(given: &str, names: impl Iterator<Item = &'n str>) -> String {
    let names: BTreeSet<&str> = names.collect();
    if names.is_empty() {
        return "there are none".to_owned();
    }
    if names.len() <= ALL {
        let names: Vec<&str> = names.into_iter().collect();
        return format!("there are {}", names.join(", "));
    }
    let given = folded(given);
    let mut ranked: Vec<(bool, usize, &str)> = names
        .iter()
        .map(|name| {
            let folded = folded(name);
            let part = !given.is_empty() && (folded.contains(&given) || given.contains(&folded));
            (!part, distance(&given, &folded), *name)
        })
        .collect();
    ranked.sort_unstable();
    let nearest: Vec<&str> = ranked
        .iter()
        .take(NEAREST)
        .map(|(_, _, name)| *name)
        .collect();
    format!(
        "the nearest of {} are {}; `jackfield trainer meanings` lists all",
        names.len(),
        nearest.join(", ")
    )
}

/// Without what people vary: capitals, and the signs between words.
fn folded(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.take(LONGEST).flat_map(char::to_lowercase).collect()
}

/// How many characters must be inserted, removed or replaced to make `b` of `a`.
fn distance(a: &str, b: &str) -> usize {
    let mut above: Vec<usize> = (0..=b.chars().count()).collect();
    for (row, left) in a.chars().enumerate() {
        let mut last = row + 1;
        let mut current = vec![last];
        for ((diagonal, up), right) in above.iter().zip(above.iter().skip(1)).zip(b.chars()) {
            last = (diagonal + usize::from(left != right))
                .min(up + 1)
                .min(last + 1);
            current.push(last);
        }
        above = current;
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_names_are_all_told_and_of_many_the_nearest() {
        let few = ["usage", "change-plan", "usage"];
        assert_eq!(listed("x", few.into_iter()), "there are change-plan, usage");
        assert_eq!(listed("x", [].into_iter()), "there are none");
        let mut many: Vec<String> = (0..30).map(|n| format!("article-about-{n}")).collect();
        many.extend(["roaming-activate", "lost-card", "change-plan"].map(str::to_owned));
        let told = |given| listed(given, many.iter().map(String::as_str));
        assert!(told("lost_crad").starts_with("the nearest of 33 are lost-card, "));
        assert!(told("Roaming").starts_with("the nearest of 33 are roaming-activate, "));
        assert!(told("").contains("jackfield trainer meanings"));
    }
}
