use std::sync::LazyLock;

use regex::Regex;

/// Sentences that ask for a person and say what for. Compiled once; a test holds that each is valid.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // can I speak to a human about my refund · put me through to someone, this is about my bill
        r"^\W*(?:[a-z']+[,!\s]+){0,4}?(?:can|could|may|must|please|i|i'd|i'll|let|get|put|connect|transfer|pass|hand|just|want|need|speak|talk|chat)\b(?:[\s,]+(?:i|me|we|us|you|please|just|to|like|want|need|would|wanna|have|let|get|put|connect|transfer|pass|hand|speak|talk|chat|through|over|on|with|now|rather|directly))*?\s+(?:speak|talk|chat|connect|connected|transfer|transferred|put|through|me|pass|hand|over)(?:\s+(?:me|us|through|over|on|directly))*\s+(?:to|with)\s+(?:an?\s+|the\s+|your\s+|some\s+|any\s+)?(?:(?:real|actual|live|human|proper)\s+)*(?:human(?: being)?|person|agent|representative|rep|operator|advisor|colleague|someone|somebody|staff|people|manager|supervisor|customer service|customer support)\b",
        // 转人工处理退款 · 我要找人工客服问一下账单
        r"^\W*(?:(?:你好|您好|请|麻烦|帮我|给我|我|要|想|想要|需要|能|能不能|可以|可不可以|直接|马上|立刻|现在|就|还是|先|算了|快|赶紧)[，,。！!\s]*)*(?:转|接|转接|找|叫|联系|换|要)(?:一下|个|一个|一位|到|给)?(?:你们的?)?(?:人工|真人|活人)",
        // 叫你们经理来 · 我要找领导
        r"^\W*(?:请|麻烦|给我|我|要|想|把|快|赶紧|让|去)*(?:叫|找|让|把|喊)(?:一下|个|一个)?(?:你们|你|您)?(?:的)?(?:经理|领导|主管|负责人|上级|老板|主任)(?:来|出来|过来|叫来|跟我|和我|说话|说|接|听|处理|电话|谈|吧|啊)*\W*$",
        // get me your manager
        r"^\W*(?:[a-z']+[,!\s]+){0,2}?(?:get|give|bring|fetch|call|find)(?:\s+me)?\s+(?:your|the|a)\s+(?:manager|supervisor|boss|team lead)\b(?:\s+(?:now|please|here|right now|over here))*\W*$",
    ]
    .into_iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// What makes it a question about such people, or a refusal.
const OTHERWISE: &[&str] = &[
    "不要",
    "不想",
    "不用",
    "别",
    "几点",
    "收费",
    "多少",
    "要钱",
    "吗",
    "怎么",
    "为什么",
    "电话是",
    "什么时候",
    "上班",
    "n't want",
    "not want",
    "dont want",
    "don't need",
    "do not need",
    "how much",
    "what time",
    "how long",
    "when can",
    "no need",
    "instead of",
    "rather than",
    "without",
];

/// Longest sentence that is searched, in bytes.
const LONGEST: usize = 300;

/// Whether a sentence asks for a person, whatever it is about: `can I speak to a human about my refund`, `转人工处理退款`. The bare
/// wish is a [`command`](crate::command).
pub(super) fn wants_person(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let text = crate::normalise(text);
    !OTHERWISE.iter().any(|word| text.contains(word))
        && PATTERNS.iter().any(|pattern| pattern.is_match(&text))
}

/// What a speech recogniser may write with other characters of the same sounds.
const CALLS: &[&str] = &[
    "转人工",
    "转接人工",
    "转人工客服",
    "人工客服",
    "人工服务",
    "转人工服务",
    "找人工",
    "接人工",
    "我要人工",
    "我要转人工",
    "帮我转人工",
    "请转人工",
    "转真人",
    "真人客服",
    "找人工客服",
    "我要人工客服",
    "我要转人工客服",
];

/// Whether a text sounds like a call for a person: `转任工`.
pub(super) fn sounds_like_person(text: &str) -> bool {
    static SOUNDS: LazyLock<Vec<Vec<u16>>> =
        LazyLock::new(|| CALLS.iter().filter_map(|call| heard(call)).collect());
    heard(text).is_some_and(|said| SOUNDS.contains(&said))
}

/// The sounds of a short text of Chinese characters and marks; `None` when it holds anything else.
fn heard(text: &str) -> Option<Vec<u16>> {
    if text.len() > 60 {
        return None;
    }
    let spoken = text.chars().filter(|c| c.is_alphanumeric());
    let spoken = spoken.filter(|c| !matches!(c, '吧' | '啊' | '呀' | '哦'));
    spoken.map(crate::pinyin::sound).collect()
}

#[cfg(test)]
mod tests {
    use super::{PATTERNS, sounds_like_person, wants_person};

    #[test]
    fn who_sounds_like_it() {
        for text in ["转任工", "专人公", "转人功吧", "人工克服", "我要转仁工！"]
        {
            assert!(sounds_like_person(text), "{text}");
        }
        for text in ["", "换套餐", "转账", "人工湖", "转人工abc"] {
            assert!(!sounds_like_person(text), "{text}");
        }
    }

    #[test]
    fn who_wants_a_person() {
        assert_eq!(PATTERNS.len(), 4);
        for text in [
            "can I speak to a human about my refund",
            "I want to talk to someone about my bill",
            "please put me through to an agent, this is about my contract",
            "I need to speak with a real person regarding a charge",
            "let me talk to your manager about this",
            "could you connect me to a representative for my refund?",
            "transfer me to a human because this is wrong",
            "叫你们经理来",
            "我要找你们领导",
            "get me your manager",
            "转人工处理退款",
            "我要找人工客服问一下账单",
            "帮我转人工，我要退费",
            "请转接人工客服处理投诉",
        ] {
            assert!(wants_person(text), "{text}");
        }
    }

    #[test]
    fn who_does_not() {
        for text in [
            "I don't want to talk to a human about this",
            "what time can I speak to an agent",
            "my plan has a person to person rate",
            "can I transfer my number to someone else",
            "transfer my number to a family member",
            "give my number to a person in my family",
            "can I switch to a cheaper plan",
            "人工客服几点上班",
            "转人工收费吗",
            "不要转人工",
            "怎么转人工",
            "找一个便宜的套餐",
        ] {
            assert!(!wants_person(text), "{text}");
        }
    }
}
