use std::sync::LazyLock;

use regex::Regex;

use super::clauses::clauses;

/// Sentences that refuse a person. Compiled once; a test holds that each is valid.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // 不用转人工 · 别给我转客服 · 我不要人工
        r"^\W*(?:我|我们|先|那|就|都|说了|暂时|现在|请|好的?|谢谢|算了)*[，,\s]*(?:不用|不要|不必|不需要|不想|别|无需|不|用不着)(?:再|先|给我|帮我|把我|要|急着)*(?:转接?|接|找|叫|换|联系|跟|和)?(?:到|给|个|一个)?(?:人工|真人|活人|客服|坐席)(?:客服|服务|说|聊|谈)?(?:[，,。！!\s]|了|吧|啦|啊|哈|谢谢|谢了)*\W*$",
        // don't connect me to anyone · no need for a person · I don't want to talk to a human
        r"^\W*(?:no|ok|okay|please|just|but|and|thanks|sorry|i|i said)?[,.!\s]*(?:(?:i\s+)?(?:really\s+)?(?:don'?t|do not|never)|no need(?: for you)?|not?|(?:i'?d|i would) rather not|(?:i )?won'?t)\s+(?:(?:want|need|wish|like|you|me|to|for|please|ever|be|dare)\s+)*(?:(?:connect|connected|transfer|transferred|put|pass|hand|get|talk|speak|chat|switch|give|fetch|bring)(?:\s+(?:me|us|this|it|through|over|on|in|off))*\s+)?(?:(?:to|with|for)\s+)?(?:an?\s+|the\s+|any\s+|some\s+|your\s+)?(?:(?:real|actual|live|human|other)\s+)*(?:anyone|anybody|person|human|humans|agent|agents|someone|somebody|people|representative|operator|staff|colleague|customer service)(?:\s+(?:please|now|else|yet|at all|thanks|thank you|here))*\W*$",
    ]
    .into_iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// Longest sentence that is searched, in bytes.
const LONGEST: usize = 160;

/// Whether a sentence refuses to be handed to a person, and says nothing else: `不用转人工`, `don't connect me to anyone`.
pub(super) fn refuses_person(text: &str) -> bool {
    text.len() <= LONGEST && {
        let text = crate::normalise(text);
        PATTERNS.iter().any(|pattern| pattern.is_match(&text))
    }
}

/// What a sentence says besides that no person is wanted: `怎么查话费` of `别转人工，怎么查话费`. None when it does not say so.
pub fn without_person(text: &str) -> Option<String> {
    if refuses_person(text) {
        return Some(String::new());
    }
    let (refusing, others): (Vec<&str>, Vec<&str>) = clauses(text)
        .into_iter()
        .filter_map(|clause| text.get(clause.at))
        .partition(|clause| refuses_person(clause));
    (!refusing.is_empty()).then(|| others.join("，"))
}

#[cfg(test)]
mod tests {
    use super::{PATTERNS, refuses_person, without_person};

    #[test]
    fn what_is_said_besides() {
        for (text, besides) in [
            ("不用转人工", Some("")),
            (
                "别给我转人工 你自己说 怎么查话费",
                Some("你自己说，怎么查话费"),
            ),
            (
                "no humans please, just tell me the price",
                Some("just tell me the price"),
            ),
            ("怎么查话费，转人工", None),
            ("怎么查话费", None),
        ] {
            assert_eq!(without_person(text).as_deref(), besides, "{text}");
        }
    }

    #[test]
    fn who_refuses_a_person() {
        assert_eq!(PATTERNS.len(), 2);
        for text in [
            "不用转人工",
            "别转人工",
            "不用转人工了，谢谢",
            "不要人工",
            "我不想跟人工聊",
            "先不要给我转人工客服",
            "don't connect me to anyone",
            "Don’t transfer me to an agent!",
            "no need for a person",
            "I don't want to talk to a human",
            "I don't need an agent",
            "please do not put me through to anyone",
            "i said no agent",
        ] {
            assert!(refuses_person(text), "{text}");
        }
    }

    #[test]
    fn who_does_not() {
        for text in [
            "",
            "转人工",
            "不转人工我就投诉",
            "怎么不能转人工",
            "I want a person",
            "don't you have a human",
            "I do not want a bot, give me a person",
            "don't give my number to anyone in the shop",
            "别人的号码",
        ] {
            assert!(!refuses_person(text), "{text}");
        }
    }
}
