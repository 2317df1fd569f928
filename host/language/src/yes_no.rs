use crate::phrases;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Yes,
    /// Says yes by itself, and nothing much before a no: `ok, no`.
    Weak,
    No,
    /// Changes nothing.
    Filler,
    /// Changes nothing, but opens a question when it comes first.
    Asking,
}

const TABLES: &[(Word, &[&str])] = &[
    (
        Word::Yes,
        &[
            "是", "是的", "是啊", "是呀", "是滴", "是这样", "是这样的", "对", "对的", "对啊", "对呀", "对对", "对头", "没错", "正确", "可以", "可以的", "可以啊", "行", "行的",
            "行啊", "成", "要", "要的", "需要", "想", "确认", "确定", "同意", "没问题", "没有问题", "当然", "当然可以", "当然是", "必须的", "办吧", "办", "换吧", "改吧", "办理",
            "确认办理", "确认变更", "确认修改", "确认提交", "提交", "继续", "不错", "就这样", "就这样吧", "就这么办", "就这个", "有", "有的", "愿意", "接受", "妥", "中", "yes", "yeah", "yep",
            "yup", "yea", "ya", "y", "yes sir", "sure", "sure thing", "correct", "that's correct", "that is correct", "right", "that's right", "that is right", "absolutely",
            "definitely", "certainly", "of course", "affirmative", "confirm", "confirmed", "i confirm", "agreed", "i agree", "go ahead", "do it", "please do", "sounds good",
            "looks good", "sounds great", "looks right", "exactly", "true", "by all means", "go for it", "works for me", "no problem", "not a problem", "perfect", "i do", "why not", "proceed", "continue",
        ],
    ),
    (Word::Weak, &["嗯", "恩", "嗯嗯", "嗯哼", "好", "好的", "好滴", "好哒", "好嘞", "好呀", "好啊", "好好", "ok", "ok的", "okay", "okey", "okie", "k", "fine", "alright", "all right", "great", "good", "uh huh", "mhm", "哦了"]),
    (
        Word::No,
        &[
            "不", "不是", "不是的", "不是这样", "不对", "不对的", "不可以", "不行", "不成", "不好", "不要", "不要了", "不用", "不用了", "不必", "不必了", "不需要", "不需要了", "不想", "不想要",
            "不了", "不同意", "不办", "不办了", "不办理", "不换", "不换了", "不改", "不改了", "不确认", "不继续", "不提交", "不愿意", "不接受", "先不", "先不用", "先不要", "先不办", "先不换",
            "暂时不", "暂时不用", "暂时不要", "暂时不需要", "没有", "没", "没有了", "否", "错", "错了", "错的", "别", "别了", "别办", "算了", "算了吧", "免了", "拒绝", "当然不", "当然不是", "绝不",
            "no", "nope", "nah", "n", "no thanks", "no thank you", "not really", "i don't", "i dont", "i do not", "don't", "dont", "do not", "don't do it", "do not do it", "never", "negative",
            "not now", "not yet", "not today", "not at all", "wrong", "incorrect", "that's wrong", "that is wrong", "that's not right", "that is not right", "that's not correct", "that is not correct",
            "that's incorrect", "not correct", "not right", "false", "no way", "i'd rather not", "rather not", "no need", "not ok", "not okay", "not interested", "i'm not interested", "i am not", "i'm not", "it isn't", "it is not", "it's not",
        ],
    ),
    (
        Word::Filler,
        &[
            "谢谢", "谢了", "多谢", "感谢", "谢谢你", "谢谢您", "我", "我的", "就", "那", "那就", "这个", "这", "的", "吧", "啊", "呀", "哦", "噢", "哈", "啦", "了", "嘛", "呗", "请", "帮我", "给我", "麻烦",
            "麻烦你", "您", "你", "一下", "先", "现在", "马上", "立即", "都", "很", "非常", "也", "直接", "哎", "诶", "please", "thanks", "thank you", "thank you very much", "thx", "it", "that", "that's", "the", "with",
            "i", "want", "want to", "i'd", "like", "i'd like to", "this", "one", "then", "just", "so", "um", "uh", "oh", "well", "very much", "now", "right now", "right away", "and", "let's", "to", "me", "for me", "for now",
            "sir", "madam", "go", "change it", "that one", "this one", "you", "need", "need it", "that would be", "it is", "it's", "i think", "i am", "i'm",
        ],
    ),
    (Word::Asking, &["is", "is it", "is that", "is this", "do", "do you", "would", "would you", "can", "can you", "can i", "are", "are you", "could"]),
];

/// Whether `text` says yes or no; `None` when it says anything else, or something more. `可以查流量吗` is a question, `是多少`
/// too; `嗯，可以` and `yes please, go ahead` are a yes; `ok, no thanks` is a no; `行不行` is neither.
pub fn yes_no(text: &str) -> Option<bool> {
    if text.contains(['?', '？']) {
        return None;
    }
    let words = phrases::read(text, TABLES)?;
    if words.first() == Some(&Word::Asking) {
        return None;
    }
    let said = |word| words.contains(&word);
    match (said(Word::Yes), said(Word::No)) {
        (true, true) => None,
        (true, false) => Some(true),
        (false, true) => Some(false),
        (false, false) => said(Word::Weak).then_some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::all_right;

    #[test]
    fn yes() {
        all_right([
            "是", "是的", "是的。", "对", "对的", "对对对", "嗯", "嗯嗯", "嗯，可以", "可以", "可以的", "好", "好的", "好的好的", "好的，谢谢", "好啊", "行", "行吧", "没问题", "没错", "确认", "我确认",
            "确定", "同意", "当然", "要", "要的", "需要", "确认办理", "是的，我确认办理", "好的，那就办吧", "对，就这个", "那就办吧", "可以，麻烦你了", "OK", "ok的", "ＯＫ", "嗯 好的", "没有问题", "yes",
            "Yes!", "yes please", "yeah sure", "Yep", "sure", "sure, go ahead", "ok", "okay", "correct", "that's right", "That’s correct", "absolutely", "of course", "go ahead", "do it",
            "yes, please do it", "sounds good", "i agree", "yes i do", "no problem", "yes go ahead please", "Yes, that is correct", "confirm", "y", "yes right now please", "yes, I want to", "alright", "sounds good, thanks",
        ].map(|text| (text.to_owned(), yes_no(text), Some(true))));
    }

    #[test]
    fn no() {
        all_right([
            "不", "不是", "不用了", "不用了，谢谢", "不用", "不要", "不要了", "算了", "算了吧", "不对", "不可以", "不行", "不需要", "暂时不用", "先不办了", "没有", "没", "我不要", "我不同意", "不换了", "好的，不用了",
            "嗯，不用了", "不是的", "别办", "当然不", "否", "错了", "no", "No.", "no thanks", "No, thank you", "nope", "nah", "not really", "i don't want to", "not now", "ok, no thanks", "wrong", "that's not right",
            "don't do it", "no no no", "no way", "I'd rather not", "not interested, thanks", "n", "no need", "Not yet",
        ].map(|text| (text.to_owned(), yes_no(text), Some(false))));
    }

    #[test]
    fn neither() {
        all_right([
            "", "  ", "?", "可以查流量吗", "可以吗", "是吗", "对吗？", "好吗", "是多少", "是128元", "是什么套餐", "行不行", "是不是", "好不好", "可不可以", "要多少钱", "要退订", "想查话费", "好贵", "好多钱", "不知道",
            "不确定", "不清楚", "不能用了", "没信号", "没收到验证码", "不是59，是128", "有什么套餐", "有流量包吗", "取消", "转人工", "换成128", "行程", "对公业务", "确认一下我的套餐是什么", "你好", "谢谢", "我要换套餐",
            "办理宽带", "不错的套餐有哪些", "中国移动", "嗯？", "是的吗？", "可以的话帮我查一下", "yes?", "is that right", "is it ok", "do you", "what", "no signal", "no data left", "not sure", "i don't know", "i don't have data",
            "ok google", "right plan for me", "fine print", "sure about that?", "yesterday", "note", "nothing", "now", "thanks", "good morning", "yes but what does it cost", "no, i meant 128", "the right plan", "yes or no", "128", "你",
        ].map(|text| (text.to_owned(), yes_no(text), None)));
        assert_eq!(yes_no(&"好".repeat(5_000)), None);
    }
}
