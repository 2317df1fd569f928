use std::sync::LazyLock;

use super::phrases::Phrases;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Yes,
    /// Says yes by itself, and nothing much before a no: `ok, no`.
    Weak,
    No,
    /// Changes nothing.
    Filler,
    /// Is made of the words above and says something else.
    Neither,
    /// Changes nothing, but opens a question when it comes first.
    Asking,
}

/// Phrases with their meanings, separated by `|`.
static TABLES: LazyLock<Phrases<Word>> = LazyLock::new(|| {
    Phrases::new(&[
        (
            Word::Yes,
            "是|是的|是啊|是呀|是滴|是这样|是这样的|对|对的|对啊|对呀|对对|对头|没错|正确|可以|可以的|可以啊|行|行的|行啊|成|要|\
            要的|需要|想|确认|确定|同意|没问题|没有问题|当然|当然可以|当然是|必须的|办吧|办|换吧|改吧|办理|确认办理|确认变更|\
            确认修改|确认提交|提交|继续|不错|就这样|就这样吧|就这么办|就这个|有|有的|愿意|接受|妥|中|yes|yeah|yep|yup|yea|ya|y|\
            yes sir|sure|sure thing|correct|that's correct|that is correct|right|that's right|that is right|absolutely|\
            definitely|certainly|of course|affirmative|confirm|confirmed|i confirm|agreed|i agree|go ahead|do it|please do|\
            sounds good|looks good|sounds great|looks right|exactly|true|by all means|go for it|works for me|no problem|\
            not a problem|perfect|i do|why not|proceed|continue",
        ),
        (
            Word::Weak,
            "嗯|恩|嗯嗯|嗯哼|好|好的|好滴|好哒|好嘞|好呀|好啊|好好|ok|ok的|okay|okey|okie|k|fine|alright|all right|great|good|\
            uh huh|mhm|哦了",
        ),
        (
            Word::No,
            "不|不是|不是的|不是这样|不对|不对的|不可以|不行|不成|不好|不要|不要了|不用|不用了|不必|不必了|不需要|不需要了|不想|\
            不想要|不了|不同意|不办|不办了|不办理|不换|不换了|不改|不改了|不确认|不继续|不提交|不愿意|不接受|先不|先不用|先不要|\
            先不办|先不换|暂时不|暂时不用|暂时不要|暂时不需要|没有|没|没有了|否|错|错了|错的|别|别了|别办|算了|算了吧|免了|拒绝|\
            当然不|当然不是|绝不|no|nope|nah|n|no thanks|no thank you|not really|i don't|i dont|i do not|don't|dont|do not|\
            don't do it|do not do it|never|negative|not now|not yet|not today|not at all|wrong|incorrect|that's wrong|\
            that is wrong|that's not right|that is not right|that's not correct|that is not correct|that's incorrect|\
            not correct|not right|false|no way|i'd rather not|rather not|no need|not ok|not okay|not interested|\
            i'm not interested|i am not|i'm not|it isn't|it is not|it's not",
        ),
        (
            Word::Filler,
            "谢谢|谢了|多谢|感谢|谢谢你|谢谢您|我|就|那|那就|这个|这|的|吧|啊|呀|哦|噢|哈|啦|了|嘛|呗|请|帮我|给我|麻烦|麻烦你|\
            您|你|一下|先|现在|马上|立即|都|很|非常|也|直接|哎|诶|please|thanks|thank you|thank you very much|thx|it|that|\
            that's|the|with|i|want|want to|i'd|like|i'd like to|this|one|then|just|so|um|uh|oh|well|very much|now|right now|\
            right away|and|let's|to|me|for me|for now|sir|madam|go|change it|that one|this one|you|need|need it|that would be|\
            it is|it's|i think|i am|i'm",
        ),
        (
            Word::Neither,
            "你好|您好|是不是|好不好|行不行|对不对|要不要|可不可以|能不能|有没有|需不需要|成不成|想不想|你是|您是|我是|我有|你有|\
            您有|我的|有我的|中的",
        ),
        (
            Word::Asking,
            "is|is it|is that|is this|do|do you|would|would you|can|can you|can i|are|are you|could",
        ),
    ])
});

/// Whether `text` says yes or no; `None` when it says anything else, or something more. `可以查流量吗` is a question, `是多少`
/// too; `嗯，可以` and `yes please, go ahead` are a yes; `ok, no thanks` is a no; `行不行` is neither.
pub fn yes_no(text: &str) -> Option<bool> {
    if text.contains(['?', '？']) {
        return None;
    }
    let words = TABLES.read(text)?;
    if words.first() == Some(&Word::Asking) || words.contains(&Word::Neither) {
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
