use std::sync::LazyLock;

use regex::Regex;

/// How a clause opens that says what is wanted after all. Compiled once; a test holds that it is valid.
static OPENING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\W*(?:(?:but|and|no)\s+)?(?:i (?:just|only|simply|merely) (?:want(?:ed)?|need(?:ed)?|would like|wish) to (?:know|ask|find out|see|hear)(?: about)?\s+|(?:我)?(?:只是|就是|只|就|仅仅)(?:想|要|想要)(?:知道|问问|问一下|问下|问|了解一下|了解|打听一下)[，,\s]*|而是|是(?:想|要)?)",
    )
    .ok()
});

/// What is wanted by who says it so: `how to suspend it` of `I just want to know how to suspend it`, `停机保号` of `是停机保号`. None when it is said otherwise.
pub fn just_wanted(clause: &str) -> Option<&str> {
    let opening = OPENING.as_ref()?.find(clause)?;
    let rest = clause.get(opening.end()..)?.trim();
    (rest.chars().count() >= 2).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::{OPENING, just_wanted};

    #[test]
    fn what_is_wanted_after_all() {
        assert!(OPENING.is_some());
        for (clause, wanted) in [
            (
                "I just want to know how to suspend it",
                Some("how to suspend it"),
            ),
            ("I only wanted to ask about roaming", Some("roaming")),
            ("我只是想问问怎么停机", Some("怎么停机")),
            ("是停机保号", Some("停机保号")),
            ("suspend it", None),
            ("I want roaming", None),
        ] {
            assert_eq!(just_wanted(clause), wanted, "{clause}");
        }
    }
}
