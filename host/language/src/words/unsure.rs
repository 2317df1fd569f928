use std::sync::LazyLock;

use super::phrases::Phrases;

/// Phrases with whether they say that one does not know, separated by `|`.
static TABLES: LazyLock<Phrases<bool>> = LazyLock::new(|| {
    Phrases::new(&[
        (
            true,
            "不知道|不清楚|不太清楚|不晓得|不确定|不太确定|不懂|不太懂|不了解|不太了解|没想好|还没想好|没想过|没概念|说不准|说不好|\
            不记得|不记得了|记不清|记不清了|忘了|忘记了|没注意|没注意过|想不起来|don't know|do not know|dont know|idk|dunno|no idea|\
            have no idea|haven't a clue|no clue|not sure|unsure|not certain|can't say|cannot say|couldn't say|hard to say|\
            don't remember|do not remember|can't remember|forgot|i've forgotten|haven't decided|undecided|can't decide|\
            never thought about it|haven't thought about it",
        ),
        (
            false,
            "我|我也|我都|我真|我真的|我还|也|真|真的|这个|这|那个|具体|暂时|目前|现在|有点|啊|呀|呢|了|哦|吧|诶|哎|嗯|额|呃|抱歉|\
            不好意思|对不起|是多少|多少|是什么|怎么选|选哪个|哪个|哪个好|怎么说|自己|i|i'm|i am|im|i really|i just|really|just|honestly|\
            sorry|well|um|uh|hmm|oh|about that|about it|that|it|to be honest|yet|right now|at the moment|which one|what to choose|\
            which to choose|how much|what to say|actually|have|the|myself|either|exactly|quite|so|to|what|know|don't|\
            what i want|what i need",
        ),
    ])
});

/// Whether `text` says that one does not know, and nothing else: `我也不知道`, `I'm not sure`. `我都不知道自己用的什么套餐` is a
/// question.
pub fn does_not_know(text: &str) -> bool {
    !text.contains(['?', '？']) && TABLES.read(text).is_some_and(|words| words.contains(&true))
}

#[cfg(test)]
mod tests {
    use super::does_not_know;

    #[test]
    fn who_does_not_know() {
        for text in [
            "不知道",
            "我不知道",
            "我也不知道啊",
            "不太清楚",
            "我还没想好",
            "忘了",
            "不确定选哪个",
            "I don't know",
            "i don’t know, sorry",
            "idk",
            "No idea",
            "I'm not sure",
            "I really don't know",
            "honestly I have no idea",
            "I can't remember",
        ] {
            assert!(does_not_know(text), "{text}");
        }
    }

    #[test]
    fn who_asks_or_answers() {
        for text in [
            "",
            "我都不知道自己用的什么套餐",
            "不知道我还剩多少流量",
            "不知道，20G吧",
            "你知道吗",
            "不知道？",
            "我不懂怎么开漫游",
            "忘了密码",
            "忘记PIN码了",
            "I don't know what plan I have",
            "I don't know my number",
            "not sure how much data I have",
            "no",
            "I forgot my PIN",
            "what do you know",
            "that",
            "知道",
        ] {
            assert!(!does_not_know(text), "{text}");
        }
    }
}
