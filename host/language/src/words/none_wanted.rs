use std::sync::LazyLock;

use regex::Regex;

use super::yes_no;

/// Sentences that turn down all that is on a list. Compiled once; a test holds that each is valid.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"^\W*(?:这|那|以上|上面|我|你们|前面)?(?:些|几个|几款|几种|三个|三款|两个|里面)?(?:套餐)?(?:我)?(?:一个|一款|哪个|哪款|全|全部)?(?:都|也)?(?:不想要|不要|不想选|不选|不行|不喜欢|不满意|不合适|不适合|不考虑|看不上|没看上|没有(?:一个)?(?:合适|喜欢|想要)的?|没(?:一个)?合适的?)(?:这些|这几个|这几款|那些)?(?:套餐)?(?:了|啊|吧|呢)*\W*$",
        r"^\W*(?:no|nope|sorry|well|hmm|um)?[,.!\s]*(?:(?:i\s+)?(?:really\s+)?(?:don'?t|do not)\s+(?:want|like|need)\s+(?:any|any of (?:these|those|them)|these|those|them|any of it)|none(?:\s+of\s+(?:these|those|them|the above))?|neither(?:\s+of\s+(?:these|those|them))?|not\s+(?:these|those|any of (?:these|those|them))|none (?:fits?|suits?|works?)(?: me)?|none of (?:these|them|those) (?:fit|suit|work|fits|suits|works)(?: for me| me)?)(?:\s+(?:plans?|please|thanks|thank you|at all|really))*\W*$",
    ]
    .into_iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// Longest sentence that is searched, in bytes.
const LONGEST: usize = 120;

/// Whether a sentence turns down everything on a list: `no`, `这些都不要`, `don't want any of these`.
pub fn wants_none(text: &str) -> bool {
    text.len() <= LONGEST
        && (yes_no(text) == Some(false) || {
            let text = crate::normalise(text);
            PATTERNS.iter().any(|pattern| pattern.is_match(&text))
        })
}

#[cfg(test)]
mod tests {
    use super::{PATTERNS, wants_none};

    #[test]
    fn who_wants_none() {
        assert_eq!(PATTERNS.len(), 2);
        for text in [
            "no",
            "不",
            "都不要",
            "这些都不想要",
            "这几个都不行",
            "一个都不喜欢",
            "没有合适的",
            "don't want any of these",
            "I don't like any of them",
            "none of these",
            "neither",
        ] {
            assert!(wants_none(text), "{text}");
        }
    }

    #[test]
    fn who_wants_something() {
        for text in [
            "",
            "yes",
            "不要第一个",
            "不要合约的套餐",
            "no, the second",
            "I don't want these, give me 89",
            "不行就换59的",
        ] {
            assert!(!wants_none(text), "{text}");
        }
    }
}
