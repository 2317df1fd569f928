use std::sync::LazyLock;

use super::phrases::Phrases;

/// Phrases with whether they end the matter, separated by `|`.
static TABLES: LazyLock<Phrases<bool>> = LazyLock::new(|| {
    Phrases::new(&[
        (
            true,
            "不用了|不必了|不需要了|不麻烦了|不用麻烦了|不打扰了|no thanks|no thank you|no thx|no need|i'm fine|i am fine|i'm good",
        ),
        (
            false,
            "谢谢|谢谢你|谢谢您|谢了|多谢|感谢|那|那就|就|都|我|先|吧|啊|哈|的|没事|没事了|再见|拜拜|no|oh|ok|okay|thanks|thank you|\
            thx|bye|goodbye|it's ok|it's fine|any more|anymore|now|then",
        ),
    ])
});

/// Whether a text politely ends what is being done, and says nothing else: `不用了谢谢`, `no thanks, I'm fine`.
pub fn declines(text: &str) -> bool {
    TABLES.read(text).is_some_and(|words| words.contains(&true))
}

#[cfg(test)]
mod tests {
    use super::declines;

    #[test]
    fn who_ends_it() {
        for text in [
            "不用了谢谢",
            "不用了",
            "那不用了，谢谢您",
            "no thanks, I'm fine",
        ] {
            assert!(declines(text), "{text}");
        }
        for text in [
            "",
            "谢谢",
            "no",
            "不用",
            "不用了，换89的",
            "I'm fine with that",
        ] {
            assert!(!declines(text), "{text}");
        }
    }
}
