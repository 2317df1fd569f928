use std::sync::LazyLock;

use regex::Regex;

/// Longest sentence that is searched, in bytes.
const LONGEST: usize = 300;

/// Sentences that reproach somebody with what was done, or say that it was never asked for. Compiled once; a test holds
/// that each is valid.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // why did you change my plan · why have you people cancelled it
        r"^\W*(?:(?:so|but|and|well|hey|ok|okay|excuse me|hello|please)[,!.\s]+)*(?:tell me )?(?:why|how come|how dare|how could|since when)\s+(?:on earth\s+|the hell\s+)?(?:(?:did|have|are|do|would|could|has|was)\s+)?(?:you|u|they|somebody|someone)\b(?:\s+(?:guys|people|all|have|just|did|even|keep|go and))*\s+(?:chang|switch|cancel|mov|put|sign|charg|took|take|upgrad|downgrad|remov|add|activat|subscrib|stop|cut|block|did|do\b|done|enrol|renew)",
        // I never asked to change my plan · nobody told you to …
        r"\b(?:i|we|nobody|no one)(?:'ve| have| had)?\s+(?:never|did ?n'?t|did not|have ?n'?t|have not|definitely did ?n'?t)?\s*(?:once\s+|ever\s+)?(?:(?:ask|agree|consent|sign|subscrib|order|request|authori[sz]|approv)(?:e?d)?|told you|said you could)\b.*\b(?:this|that|it|plan|change|charge|subscription|service|package|number)",
        // you changed my plan without asking
        r"\b(?:you|they|someone|somebody)(?:'ve| have| just)*\s+(?:\w+ed|put|took|cut)\b.*\b(?:without (?:asking|telling|my|permission|consent)|behind my back)",
        // 为什么给我换套餐 · 怎么把我的套餐改了 · 凭什么扣
        r"(?:为什么|为啥|怎么|干嘛|干吗|凭什么|谁)(?:又|就|会|要|擅自|私自|乱|随便|自动|偷偷)*(?:给我|帮我|替我|把我)[^吗]{0,12}?(?:换|改|变更|开通|升|降|取消|停|订|办)",
        // 我没同意换套餐 · 我从来没说要换
        r"(?:我|本人)(?:可|又|根本|压根|从来|从没|并|都|明明|什么时候|啥时候)*(?:没有?|未曾?|从没|没让|没叫|没说过?|没同意|没要求)(?:有|过|说过?|让|叫|同意|要求|申请|授权|答应|办理?过?|订过?|开通过?)+(?:你们?|您|要|过)*[^吗]{0,6}(?:换|改|变更|开通|升级|降级|取消|订|办)",
        // 凭什么扣我钱 · 我没办过这个套餐
        r"凭什么(?:给我|帮我|把我|扣|收|停|换|改)|我(?:从来|根本|又|可|明明)?没(?:有)?(?:办理?|订|开通?|买|申请|改|换)过(?:这|那|什么|任何)",
        // 谁让你们改我套餐的 · 谁同意换的
        r"谁(?:让|叫|同意|允许|要求|准)(?:你们?|您|他们)?[^吗]{0,8}(?:换|改|变更|开通|升级|降级|取消|订|办)",
        // 没经过我同意 · 擅自
        r"(?:没经过?我|未经我|没有经过?我|不经我)(?:的)?(?:同意|允许|授权)|(?:擅自|私自|偷偷|乱)(?:给|帮|替|把)?我?[^吗]{0,8}(?:换|改|变更|开通|升级|降级|取消|扣)",
        // 你们是骗子吧 · 这不是坑人吗
        r"(?:你们?|您|这|公司|运营商)(?:们|家)?(?:这|就|都|简直|不|真|分明|明明|又|根本)*(?:是|在)+(?:一群|一帮|个|不)?(?:骗子|骗人|骗钱|坑人|坑钱|坑我|骗我|诈骗|抢钱|欺诈|忽悠)|^\W*(?:一群|一帮)?(?:骗子|坑人|坑爹)\W*$",
        // you are scammers · are you cheating me · this is a rip-off
        r"\b(?:you(?:'re| are)?|are you|this is|it'?s|that'?s)(?: all| just| people| guys| such| a| an| bunch of| nothing but| company of| trying to| total| complete)*\s+(?:scammers?|scam|liars?|crooks?|thie(?:f|ves)|cheat(?:s|ers|ing)?|scamming|fraudsters|rip-?offs?|ripping (?:me|us|people) off|swindlers?|robbing)\b",
    ]
    .into_iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

/// Whether a sentence reproaches the company with something that was done: `why did you change my plan`, `我没同意换套餐`. It is no
/// wish for what it names.
pub fn complains(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let text = crate::normalise(text);
    PATTERNS.iter().enumerate().any(|(at, pattern)| {
        // The second says that something did not happen, and needs a word for it.
        pattern.is_match(&text) && (at != 1 || NEVER.iter().any(|word| text.contains(word)))
    })
}

const NEVER: &[&str] = &[
    "never", "n't", "not ", "nobody", "no one", "didnt", "havent",
];

#[cfg(test)]
mod tests {
    use super::{PATTERNS, complains};

    #[test]
    fn who_complains() {
        assert_eq!(PATTERNS.len(), 10);
        for text in [
            "你们是骗子吧",
            "你们这是在坑人",
            "骗子",
            "you are scammers",
            "are you cheating me",
            "this is a rip-off",
            "why did you change my plan",
            "Why have you cancelled my plan?",
            "how come you switched me to another plan",
            "I never asked to change my plan!",
            "I didn't ask for this plan",
            "nobody told you to change my plan",
            "I have never agreed to this change",
            "you changed my plan without asking me",
            "为什么给我换套餐",
            "怎么把我的套餐改了",
            "谁让你们给我换套餐的",
            "谁让你们改我套餐的",
            "谁同意换套餐了",
            "你们凭什么扣我钱",
            "我没办过这个套餐",
            "我没同意换套餐",
            "我从来没说过要换套餐",
            "没经过我同意就换了套餐",
            "你们擅自给我改套餐",
        ] {
            assert!(complains(text), "{text}");
        }
    }

    #[test]
    fn who_does_not() {
        for text in [
            "",
            "接到骗子电话怎么办",
            "这个电话是骗子吗",
            "I got a scam call",
            "is this call a scam",
            "change my plan",
            "why is my data gone already",
            "why am i charged 58 every month, what plan is that",
            "why do you need a code",
            "why can't I change my plan",
            "I did not get the code",
            "I never got the code",
            "I want this plan",
            "I don't want to check my balance, I want to know which plans there are",
            "I asked to change my plan",
            "I didn't receive my bill",
            "could you change my plan",
            "why don't you change my plan",
            "怎么换套餐",
            "为什么不能换套餐",
            "怎么给我的手机充值",
            "我没换过套餐",
            "我没流量了，换个套餐",
            "怎么流量又没了",
            "帮我换套餐",
            "能不能现在就给我换套餐",
        ] {
            assert!(!complains(text), "{text}");
        }
    }
}
