use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::{command, yes_no};

/// Longest new value, in characters: a longer rest is a sentence of its own.
const LONGEST_REST: usize = 40;

/// Openings that correct; the group `rest` is what follows. A test holds that each is valid.
const PATTERNS: [&str; 11] = [
    // 不是59，是128 · not 59 but 128
    r"(?i)^\W*(?:不是|不要)[^，,。是]{1,20}[，,\s]*(?:而是|是|要)(?P<rest>.+)$",
    r"(?i)^\W*(?:no[,\s]+)?not\s[^,]{1,30}?(?:,\s*|\s+)(?:but\s+)?(?:rather\s+)?(?:i (?:mean|meant|said)\s+)?(?P<rest>\S*\d.*)$",
    // 不对，是128 · 说错了，应该是128 · 不，改成128
    r"(?i)^\W*(?:哦|噢|啊|等等|等一下|抱歉|对不起|不好意思)*[，,。！!\s]*(?:不对不对|不对|不是的|不是|不|错了|说错了|我说错了|搞错了|弄错了|写错了|输错了|打错了|填错了)(?:了)?[，,。！!\s]*(?:我(?:要|说)?的?(?:意思)?)?(?:应该|想)?(?:是|改成|改为|换成|要)(?P<rest>.+)$",
    // 不对，128
    r"(?i)^\W*(?:不对|错了|说错了|我说错了|搞错了|弄错了|输错了|打错了|填错了)[，,。！!\s]+(?P<rest>.+)$",
    // 改成128 · 应该是128 · 我说的是128 · 更正为128
    r"(?i)^\W*(?:请|麻烦|帮我|给我|那就|那|还是|我想|我要)*(?:把(?:它|这个|那个))?(?:改成|改为|改到|换成|更正为|更正成|修改为|修改成|应该是|应该为|我说的是|我的意思是|我是说|我指的是|我要的是|我想要的是)(?P<rest>.+)$",
    // no, I meant 128 · actually make it 128 · sorry, it should be 128
    r"(?i)^\W*(?:(?:no|nope|sorry|wait|actually|oops|hmm|oh|hang on|hold on|wrong|my mistake|my bad|that'?s wrong|i was wrong)[,.!\s]+)*(?:i mean|i meant|i actually meant|i meant to say|i said|it should be|should be|should have been|make it|make that|change it to|change that to|change this to|switch it to|correct it to|correction:?|let'?s make it|i mean to say)\s+(?P<rest>.+)$",
    // no, it's 128 · wrong, it is 128 · actually 128 · sorry, 128
    r"(?i)^\W*(?:no|nope|sorry|wait|actually|oops|wrong|that'?s wrong|my mistake)[,.!]?\s+(?:no[,.!]?\s+)?(?:it'?s|it is|the (?:right|correct) (?:one|number) is)\s+(?P<rest>.+)$",
    r"(?i)^\W*(?:(?:no|nope|sorry|wait|oops|wrong|my mistake)[,.!]\s*|actually[,.!]?\s+)(?:no[,.!]?\s+)?(?P<rest>(?:the )?[^\s]*\d.*)$",
    // no, the third one · 不是，第二个 · 不，最后一个
    r"(?i)^\W*(?:(?:no|nope|sorry|wait|actually|oops|wrong|not (?:that|this)(?: one)?|my mistake)[,.!]?\s+)+(?P<rest>(?:i'?d (?:rather|prefer)(?: have| take)?\s+|i (?:want(?:ed)?|prefer)\s+|give me\s+)?(?:the\s+)?(?:first|second|third|fourth|fifth|last|other|1st|2nd|3rd|4th|5th)\b.*)$",
    r"(?i)^\W*(?:不对|不是这个|不是的|不是|不要这个|不|错了|选错了|搞错了|弄错了)(?:了)?[，,。！!\s]*(?P<rest>(?:我?(?:还是|想|就)?(?:要|选|换)?(?:成)?)?(?:第[一二三四五六七八九1-9]|最后|倒数).*)$",
    // 不，128
    r"(?i)^\W*不[，,。\s]+(?P<rest>[^，,]*\d.*)$",
];

/// The patterns, to find which one fits in one reading of the text, and to take it apart.
static COMPILED: LazyLock<Option<(RegexSet, Vec<Regex>)>> = LazyLock::new(|| {
    let each: Result<_, _> = PATTERNS.into_iter().map(Regex::new).collect();
    Some((RegexSet::new(PATTERNS).ok()?, each.ok()?))
});

/// The part of `text` that holds the new value, when `text` corrects something said before (`no, I meant 128`, `不对，是128`,
/// `改成128`). Whether the rest really is a value, only the slot can tell.
pub fn correction(text: &str) -> Option<&str> {
    // Corrections are short; a long text is not searched.
    if text.len() > 400
        || text.contains(['?', '？'])
        || yes_no(text).is_some()
        || command(text).is_some()
    {
        return None;
    }
    let (any, each) = COMPILED.as_ref()?;
    let fitting = any.matches(text).into_iter();
    let rest = fitting
        .filter_map(|at| each.get(at)?.captures(text)?.name("rest"))
        .next()?
        .as_str();
    let rest = rest.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ',' | '，' | '。' | '.' | '!' | '！' | '"' | '“' | '”' | '吧'
            )
    });
    let words = !rest.is_empty() && rest.chars().count() <= LONGEST_REST;
    // `不对，是吗` and `no, it's fine` correct nothing.
    (words
        && yes_no(rest).is_none()
        && command(rest).is_none()
        && !rest.ends_with(['吗', '呢', '么']))
    .then_some(rest)
}

/// Whether all patterns are valid; without it nothing is a correction.
#[cfg(test)]
pub(super) fn all_compile() -> bool {
    COMPILED.is_some()
}
