use std::sync::LazyLock;

use regex::Regex;

/// Longest sentence that is searched, in bytes.
const LONGEST: usize = 400;

/// Sentences that say what is not wanted; the groups `rest`, or `verb` and `thing`, are that. Compiled once; a test holds
/// that each is valid.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // 我不想换套餐 · 先不要帮我换套餐 · 不是要换套餐
        r"^\W*(?:(?:我们?|咱们?|俺|你们?|您|请|麻烦|那|就|先|暂时|现在|目前|真的?|其实|可|并|也|又|还|都|说了|说过|嗯|哦|没有|算了|等等|好的|千万)[，,\s]*|(?:不|不是|不是的|不对)[，,。\s]+)*(?:不是想要?|不是要|不想要?|不要|不用|不必|不需要|不打算|不准备|不考虑|没想要?|没打算|没要|没说要?|用不着|别|勿)(?:再|先|给我|帮我|替我|为我|马上|现在|这么快|去|来)*(?P<rest>.+)$",
        // 不换套餐
        r"^\W*(?:(?:我们?|那|就|先|暂时|现在|还是|也)[，,\s]*)*不(?:再|是)?(?P<rest>(?:换|改|查|办|开|问|升级|变更|订|推荐|续|买|退|销|注销|取消|投诉|报修|充).+)$",
        // 套餐我不想换了 · 流量不用查了
        r"^\W*(?P<thing>[^，,。不别没]{1,12}?)(?:我)?(?:先|就|暂时)?(?:不想|不用|不要|不需要|不必|不打算|别|不)(?:再|给我|帮我)*(?P<verb>换|改|查|办理?|开通?|订|变更|升级|推荐)(?:了|吧|啦)*\W*$",
        // don't change my plan · please do not change it
        r"^\W*(?:(?:no|ok|okay|please|just|so|but|and|well|hey|wait|stop|actually|sorry|i said|i told you)[,.!\s]+)*(?:don'?t|do not|never)\s+(?:ever\s+|please\s+|you dare\s+)?(?P<rest>\w.+)$",
        // I don't want to change my plan · I'm not going to … · no need to …
        r"^\W*(?:(?:no|ok|okay|please|just|so|but|and|well|hey|wait|actually|sorry|i|we|i said|it'?s that)[,.!\s]+)*(?:(?:(?:really|actually|just|certainly|definitely|still)\s+)?(?:don'?t|do not|didn'?t|did not|never)\s+(?:really\s+|actually\s+|once\s+|ever\s+)?(?:want(?:ed)?|need(?:ed)?|wish(?:ed)?|intend(?:ed)?|plan|ask(?:ed)?|meant?)(?:\s+(?:you|us|anyone))?\s+to|(?:i'?m|i am|we'?re|we are)?\s*(?:really\s+|definitely\s+)?not\s+(?:going|trying|looking|here|asking|planning|interested|wanting)\s*(?:to|in)?|no longer (?:want|need|wish) to|no need(?:\s+for you)? to|there'?s no need to|(?:you )?(?:don'?t|do not) (?:have|need) to|(?:i'?d|i would) rather not|(?:i )?(?:won'?t|will not)(?: be)?)\s+(?P<rest>\w.+)$",
        // … , not change my plan
        r"^\W*(?:and |but )?not\s+(?:to\s+)?(?P<rest>\w.+)$",
    ]
    .into_iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// One of these stands in every sentence that refuses, and in few others.
const NEGATING: &[&str] = &[
    "不", "别", "没", "勿", "no", "n't", "dont", "didnt", "never", "wont",
];

/// What asks, so that nothing is refused.
const ASKING: &[&str] = &[
    "?",
    "吗",
    "呢",
    "怎么",
    "为什么",
    "为啥",
    "多少",
    "什么",
    "哪",
    "如何",
    "能不能",
    "可不可以",
    "能否",
    "要不要",
    "行不行",
    "可以",
    "的话",
    "就能",
    "how ",
    "what ",
    "why ",
    "which ",
    "when ",
    "where ",
];
/// How what is not refused begins: `不要紧`, `别人`, `don't have`, `I don't want to pay more than …`, which says how much.
const NOT_REFUSED: &[&str] = &[
    "紧",
    "的",
    "人",
    "家",
    "名",
    "墅",
    "墨",
    "超过",
    "超出",
    "花",
    "付",
    "多花",
    "太",
    "急",
    "忘",
    "担心",
    "客气",
    "谢",
    "是",
    "了",
    "have ",
    "know",
    "understand",
    "see ",
    "think",
    "like ",
    "get ",
    "remember",
    "work",
    "recogni",
    "receive",
    "believe",
    "care",
    "mind",
    "worry",
    "forget",
    "hesitate",
    "let ",
    "you ",
    "i ",
    "we ",
    "they ",
    "it ",
    "want",
    "need",
    "seem",
    "pay ",
    "spend",
    "exceed",
    "go over",
    "use more",
    "lose",
    "run out",
    "miss",
    "feel",
    "be ",
    "sure",
];

/// Before 不 and another verb, what cannot be done.
const CANNOT: &[char] = &['打', '查', '换', '改', '办', '买', '点', '登'];

/// What `clause` says is not wanted: `换套餐` of `我不想换套餐`, `change my plan` of `please don't change my plan`. Only in a clause
/// that refuses and asks nothing; whether the rest is anything that could be done, only the intents can tell.
pub fn refused(clause: &str) -> Option<String> {
    if clause.len() > LONGEST {
        return None;
    }
    let text = crate::normalise(clause);
    let negates = NEGATING.iter().any(|word| text.contains(word));
    if !negates || ASKING.iter().any(|word| text.contains(word)) {
        return None;
    }
    PATTERNS.iter().find_map(|pattern| {
        let found = pattern.captures(&text)?;
        let part = |name| found.name(name).map(|part| part.as_str());
        let rest = match (part("rest"), part("verb"), part("thing")) {
            (Some(rest), ..) => rest.to_owned(),
            // `网页打不开` refuses nothing.
            (None, Some(verb), Some(thing)) if !thing.ends_with(CANNOT) => {
                format!("{verb}{thing}")
            }
            _ => return None,
        };
        let rest = rest
            .trim_end_matches(|c: char| !c.is_alphanumeric() || matches!(c, '了' | '啦' | '吧'));
        let refuses = !NOT_REFUSED.iter().any(|word| rest.starts_with(word)) && !describes(rest);
        (refuses && rest.chars().count() >= 2).then(|| rest.to_owned())
    })
}

/// Whether the rest describes a thing (`签合约的套餐`) rather than say what to do (`换我的套餐`).
fn describes(rest: &str) -> bool {
    const OWNERS: &[char] = &['我', '你', '您', '们', '在', '前', '号', '月', '天'];
    rest.match_indices('的').any(|(at, of)| {
        let owner = rest
            .get(..at)
            .is_some_and(|before| before.ends_with(OWNERS));
        let more = rest
            .get(at + of.len()..)
            .is_some_and(|after| !after.is_empty());
        more && !owner
    })
}

#[cfg(test)]
mod tests {
    use super::{PATTERNS, refused};

    #[test]
    fn what_is_refused() {
        assert_eq!(PATTERNS.len(), 6);
        for (clause, rest) in [
            ("我不想换套餐", "换套餐"),
            ("我不想换套餐了", "换套餐"),
            ("不要给我换套餐", "换套餐"),
            ("别换套餐", "换套餐"),
            ("先不要帮我换套餐", "换套餐"),
            ("不用查流量了", "查流量"),
            ("我不需要办理国际漫游", "办理国际漫游"),
            ("我不是要换套餐", "换套餐"),
            ("我暂时不打算换套餐。", "换套餐"),
            ("不，我不想换套餐", "换套餐"),
            ("我没说要换套餐", "换套餐"),
            ("我不换套餐了", "换套餐"),
            ("不是换套餐", "换套餐"),
            ("套餐我不想换了", "换套餐"),
            ("流量不用查了", "查流量"),
            ("套餐先不换", "换套餐"),
            ("不想换我的套餐", "换我的套餐"),
            ("don't change my plan", "change my plan"),
            ("Please don’t change my plan!", "change my plan"),
            ("I don't want to check my balance", "check my balance"),
            ("I do not want you to change my plan", "change my plan"),
            (
                "no, I really don't want to change my plan",
                "change my plan",
            ),
            ("no need to check my balance", "check my balance"),
            ("I'm not going to change my plan", "change my plan"),
            ("I am not looking to upgrade my plan", "upgrade my plan"),
            ("I'd rather not change my plan", "change my plan"),
            ("you don't need to check my data", "check my data"),
            ("I didn't ask to change my plan", "change my plan"),
            ("not change my plan", "change my plan"),
            ("I never asked to change my plan!", "change my plan"),
            ("I never wanted to change my plan", "change my plan"),
        ] {
            assert_eq!(refused(clause).as_deref(), Some(rest), "{clause}");
        }
    }

    #[test]
    fn what_is_not() {
        for clause in [
            "",
            "不",
            "不要",
            "为什么不能上网",
            "我的卡不能用了",
            "这个套餐不想要了",
            "换一个",
            "能不能换套餐",
            "要不要换套餐",
            "我要不要换套餐",
            "可不可以不换套餐",
            "不换套餐可以升级5G吗",
            "不换套餐怎么升级",
            "有没有不用签合约的套餐",
            "不用签合约的套餐",
            "不要合约的套餐",
            "别的套餐",
            "别人的号码",
            "我不想花太多钱",
            "不超过100元",
            "不要超过100块",
            "不知道",
            "不要紧",
            "不用了",
            "不用谢",
            "不想用了",
            "别忘了换套餐",
            "流量不够用",
            "没有信号",
            "网页打不开",
            "不是不想换套餐",
            "我不是本人",
            "don't have signal",
            "I don't have any data left",
            "can't I change my plan?",
            "can't I change my plan",
            "why don't you change my plan",
            "why can't I change my plan",
            "don't you have anything cheaper",
            "don't forget to change my plan",
            "I don't want to pay more than 100 yuan",
            "I don't want to run out of data",
            "I don't understand my bill",
            "I don't know what plan I have",
            "my plan doesn't work",
            "no contract please",
            "not working",
            "not sure",
            "my data is not working",
            "I do not see my balance",
        ] {
            assert_eq!(refused(clause), None, "{clause}");
        }
    }
}
