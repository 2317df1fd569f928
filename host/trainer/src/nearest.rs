//! Which names there are, in a message that refuses one that there is not.

use std::collections::BTreeSet;

use strsim::levenshtein;

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
            (!part, levenshtein(&given, &folded), *name)
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
