use super::*;
use crate::tables::all_right;

#[test]
fn says_yes() {
    all_right(
        [
            "是",
            "是的",
            "是的。",
            "对",
            "对的",
            "对对对",
            "嗯",
            "嗯嗯",
            "嗯，可以",
            "可以",
            "可以的",
            "好",
            "好的",
            "好的好的",
            "好的，谢谢",
            "好啊",
            "行",
            "行吧",
            "没问题",
            "没错",
            "确认",
            "我确认",
            "确定",
            "同意",
            "当然",
            "要",
            "要的",
            "需要",
            "确认办理",
            "是的，我确认办理",
            "好的，那就办吧",
            "对，就这个",
            "那就办吧",
            "可以，麻烦你了",
            "OK",
            "ok的",
            "ＯＫ",
            "嗯 好的",
            "没有问题",
            "yes",
            "Yes!",
            "yes please",
            "yeah sure",
            "Yep",
            "sure",
            "sure, go ahead",
            "ok",
            "okay",
            "correct",
            "that's right",
            "That’s correct",
            "absolutely",
            "of course",
            "go ahead",
            "do it",
            "yes, please do it",
            "sounds good",
            "i agree",
            "yes i do",
            "no problem",
            "yes go ahead please",
            "Yes, that is correct",
            "confirm",
            "y",
            "yes right now please",
            "yes, I want to",
            "alright",
            "sounds good, thanks",
        ]
        .map(|text| (text.to_owned(), yes_no(text), Some(true))),
    );
}

#[test]
fn says_no() {
    all_right(
        [
            "不",
            "不是",
            "不用了",
            "不用了，谢谢",
            "不用",
            "不要",
            "不要了",
            "算了",
            "算了吧",
            "不对",
            "不可以",
            "不行",
            "不需要",
            "暂时不用",
            "先不办了",
            "没有",
            "没",
            "我不要",
            "我不同意",
            "不换了",
            "好的，不用了",
            "嗯，不用了",
            "不是的",
            "别办",
            "当然不",
            "否",
            "错了",
            "no",
            "No.",
            "no thanks",
            "No, thank you",
            "nope",
            "nah",
            "not really",
            "i don't want to",
            "not now",
            "ok, no thanks",
            "wrong",
            "that's not right",
            "don't do it",
            "no no no",
            "no way",
            "I'd rather not",
            "not interested, thanks",
            "n",
            "no need",
            "Not yet",
        ]
        .map(|text| (text.to_owned(), yes_no(text), Some(false))),
    );
}

#[test]
fn says_neither() {
    all_right(
        [
            "",
            "  ",
            "?",
            "可以查流量吗",
            "可以吗",
            "是吗",
            "对吗？",
            "好吗",
            "是多少",
            "是128元",
            "是什么套餐",
            "行不行",
            "是不是",
            "好不好",
            "可不可以",
            "要多少钱",
            "要退订",
            "想查话费",
            "好贵",
            "好多钱",
            "不知道",
            "不确定",
            "不清楚",
            "不能用了",
            "没信号",
            "没收到验证码",
            "不是59，是128",
            "有什么套餐",
            "有流量包吗",
            "取消",
            "转人工",
            "换成128",
            "行程",
            "对公业务",
            "确认一下我的套餐是什么",
            "你好",
            "谢谢",
            "我要换套餐",
            "办理宽带",
            "不错的套餐有哪些",
            "中国移动",
            "嗯？",
            "是的吗？",
            "可以的话帮我查一下",
            "yes?",
            "is that right",
            "is it ok",
            "do you",
            "what",
            "no signal",
            "no data left",
            "not sure",
            "i don't know",
            "i don't have data",
            "ok google",
            "right plan for me",
            "fine print",
            "sure about that?",
            "yesterday",
            "note",
            "nothing",
            "now",
            "thanks",
            "good morning",
            "yes but what does it cost",
            "no, i meant 128",
            "the right plan",
            "yes or no",
            "128",
            "你",
        ]
        .map(|text| (text.to_owned(), yes_no(text), None)),
    );
    assert_eq!(yes_no(&"好".repeat(5_000)), None);
}

#[test]
fn commands_in_both_languages() {
    use Command::*;
    for (expected, texts) in [
        (
            Person,
            &[
                "I want to speak to a human being",
                "let me speak with a human being please",
                "接线员",
                "转人工",
                "人工",
                "人工客服",
                "我要人工",
                "请转人工客服",
                "真人",
                "我要找真人客服",
                "有人工吗",
                "能不能转人工",
                "帮我转人工吧",
                "客服",
                "你好，转人工",
                "算了，转人工",
                "转接人工服务",
                "我想和真人说话",
                "给我转人工",
                "人工！人工！",
                "talk to a human",
                "Can I talk to a human?",
                "agent please",
                "I want to speak to a real person",
                "human",
                "connect me to an agent",
                "transfer me to a representative",
                "customer service",
                "live agent",
                "could I speak with someone please",
                "get me a human",
                "I need to talk to someone",
                "operator",
                "没收到验证码，转人工",
                "流量怎么这么贵，我要人工！",
                "this makes no sense, give me a human",
                "no, a real person",
            ][..],
        ),
        (
            Cancel,
            &[
                "取消",
                "取消吧",
                "取消操作",
                "取消办理",
                "取消这个",
                "算了不办了",
                "算了",
                "我不办了",
                "不想办了",
                "退出",
                "never mind",
                "Nevermind",
                "cancel",
                "Cancel please",
                "cancel this",
                "stop this",
                "stop",
                "forget it",
                "I changed my mind",
                "please cancel it",
                "exit",
                "算了，以后再说吧",
                "no forget it",
                "No, cancel that",
                "no. stop!",
                "cancel my change",
                "stop, I don't want it any more",
                "no, wait, don't do it",
                "undo that",
                "等等，我不换了",
                "我后悔了",
                "撤销",
            ][..],
        ),
        (
            Repeat,
            &[
                "再说一遍",
                "请再说一遍",
                "没听清",
                "重复一下",
                "麻烦再说一次",
                "repeat",
                "can you repeat that",
                "say that again please",
                "sorry, what did you say?",
                "pardon",
            ][..],
        ),
        (
            Back,
            &[
                "返回",
                "上一步",
                "返回上一步",
                "go back",
                "back",
                "previous step",
            ][..],
        ),
        (
            Help,
            &[
                "帮助",
                "你能做什么",
                "你会什么？",
                "help",
                "what can you do",
                "What can you help me with?",
                "怎么用",
                "I need help",
                "菜单",
            ][..],
        ),
        (
            Thanks,
            &[
                "谢谢",
                "谢谢你",
                "好的谢谢",
                "thanks",
                "Thank you so much!",
                "ok thanks",
                "多谢了",
                "辛苦了",
            ][..],
        ),
        (
            Greeting,
            &[
                "你好",
                "您好",
                "在吗",
                "早上好",
                "hi",
                "Hello!",
                "hey there",
                "good morning",
                "你好呀",
                "喂",
            ][..],
        ),
        (
            Goodbye,
            &[
                "再见",
                "拜拜",
                "谢谢，再见",
                "bye",
                "goodbye",
                "that's all, thanks",
                "没事了，谢谢",
                "see you",
            ][..],
        ),
        (
            StartOver,
            &[
                "重新开始",
                "从头开始",
                "我想重新来",
                "start over",
                "restart",
                "let's start over",
                "main menu",
                "回到主菜单",
            ][..],
        ),
    ] {
        all_right(
            texts
                .iter()
                .map(|text| ((*text).to_owned(), command(text), Some(expected))),
        );
    }
}

#[test]
fn what_is_meant_for_a_flow_is_left_alone() {
    all_right(
        [
            "",
            "取消套餐",
            "我想取消流量包",
            "取消订单",
            "帮我取消这个套餐",
            "取消自动续费",
            "cancel my plan",
            "cancel my subscription",
            "I want to cancel my order",
            "cancel the data pack",
            "stop my auto renewal",
            "人工客服电话是多少",
            "人工服务收费吗",
            "人工智能",
            "客服几点上班",
            "退出国际漫游",
            "返回的话费",
            "你好，我想查流量",
            "谢谢你帮我查一下话费",
            "back up my contacts",
            "help me change my plan",
            "帮我换套餐",
            "重复扣费了",
            "重复收费",
            "停止服务",
            "结束合约",
            "help with my bill",
            "what can you do about my bill",
            "agent commission",
            "128",
            "我要",
            "i want",
            "please",
            "好的",
            "可以",
            "ok",
            "operator network down",
            "换个套餐",
            "再见面",
            "hi-fi",
            "早餐",
            "在吗？我想查话费",
            "who is the person who called me",
        ]
        .map(|text| (text.to_owned(), command(text), None)),
    );
}

#[test]
fn every_pattern_is_valid() {
    assert!(correction::all_compile());
}

#[test]
fn corrections_give_the_new_value() {
    all_right(
        [
            ("no, I meant 128", "128"),
            ("No I mean the 128 plan", "the 128 plan"),
            ("sorry, it should be 138 1234 5678", "138 1234 5678"),
            ("actually make it 59", "59"),
            ("change it to 20 GB", "20 GB"),
            ("no, it's Guangdong", "Guangdong"),
            ("not 59 but 128", "128"),
            ("not 59, 128", "128"),
            ("actually, 128", "128"),
            ("no, 128", "128"),
            ("wait, I said Beijing", "Beijing"),
            ("oops, wrong, it should be 5", "5"),
            ("不对，是128", "128"),
            ("不，是128元", "128元"),
            ("改成128", "128"),
            ("改成128吧", "128"),
            ("换成畅享套餐", "畅享套餐"),
            ("不是59，是128", "128"),
            ("不是59是128", "128"),
            ("说错了，应该是广东", "广东"),
            ("我说错了，是13812345678", "13812345678"),
            ("错了，128", "128"),
            ("应该是明天", "明天"),
            ("我说的是广州", "广州"),
            ("不对不对，我要的是128那个", "128那个"),
            ("等等，不对，是北京", "北京"),
            ("还是改成59吧", "59"),
            ("不,128", "128"),
            ("那就换成128的", "128的"),
        ]
        .map(|(text, rest)| (text.to_owned(), correction(text), Some(rest))),
    );
}

#[test]
fn what_corrects_nothing() {
    all_right(
        [
            "",
            "128",
            "不对",
            "不是",
            "不用了",
            "no",
            "no thanks",
            "No, that's fine",
            "no it's ok",
            "是128",
            "我想查流量",
            "为什么不是128？",
            "不对吗",
            "I want to change my plan",
            "what is it?",
            "actually",
            "not really",
            "sorry",
            "不知道",
            "不是我办的",
            "没有改成功",
            "改签",
            "no signal at home",
            "取消",
            "错了",
            "我要换套餐",
            "转人工",
        ]
        .map(|text| (text.to_owned(), correction(text), None)),
    );
    assert_eq!(correction(&"改成1".repeat(3_000)), None);
}

const PLANS: &[&str] = &["畅享套餐 59元", "畅享套餐 128元", "全家福套餐 199元"];
const PLANS_EN: &[&str] = &["Basic 59", "Family Plus 128", "Unlimited 199"];

#[test]
fn choices_are_picked_by_position_label_or_nearness() {
    let rows: &[(&str, &[&str], usize)] = &[
        ("第二个", PLANS, 1),
        ("2", PLANS, 1),
        ("选第三个", PLANS, 2),
        ("我要第一个", PLANS, 0),
        ("最后一个", PLANS, 2),
        ("128", PLANS, 1),
        ("128的", PLANS, 1),
        ("128元那个", PLANS, 1),
        ("一百二十八的", PLANS, 1),
        ("全家福", PLANS, 2),
        ("全家福套餐", PLANS, 2),
        ("我要全家福套餐", PLANS, 2),
        ("畅享套餐 59元", PLANS, 0),
        ("第1个吧", PLANS, 0),
        ("二", PLANS, 1),
        ("那就第二个吧", PLANS, 1),
        ("the second one", PLANS_EN, 1),
        ("second", PLANS_EN, 1),
        ("option 3", PLANS_EN, 2),
        ("number two please", PLANS_EN, 1),
        ("I'll take the first one", PLANS_EN, 0),
        ("the last one", PLANS_EN, 2),
        ("Family Plus", PLANS_EN, 1),
        ("unlimited", PLANS_EN, 2),
        ("familly plus", PLANS_EN, 1),
        ("unlimitd", PLANS_EN, 2),
        ("the 128 one", PLANS_EN, 1),
        ("basic please", PLANS_EN, 0),
        ("1", PLANS_EN, 0),
        ("是", &["是", "否"], 0),
        ("3个月", &["1个月", "3个月", "12个月"], 1),
        ("北京", &["北京", "上海"], 0),
        ("２", PLANS, 1),
        ("12", &["1个月", "3个月", "12个月"], 2),
    ];
    all_right(rows.iter().map(|(text, labels, expected)| {
        (
            format!("{text} of {labels:?}"),
            choice_by_words(text, labels),
            Some(*expected),
        )
    }));
}

#[test]
fn no_choice_when_unclear() {
    let rows: &[(&str, &[&str])] = &[
        ("", PLANS),
        ("畅享套餐", PLANS),
        ("第五个", PLANS),
        ("4", PLANS),
        ("3", &["1个月", "3个月", "12个月"]),
        ("第一个和第二个有什么区别", PLANS),
        ("不要第一个", PLANS),
        ("我想查流量", PLANS),
        ("都可以", PLANS),
        ("套餐", PLANS),
        ("what is the difference", PLANS_EN),
        ("cancel", PLANS_EN),
        ("not the first one", PLANS_EN),
        ("first or second", PLANS_EN),
        ("转人工", PLANS),
        ("全家福套餐多少钱", PLANS),
        ("how much is unlimited", PLANS_EN),
        ("x", &[]),
    ];
    all_right(rows.iter().map(|(text, labels)| {
        (
            format!("{text} of {labels:?}"),
            choice_by_words(text, labels),
            None,
        )
    }));
}

#[test]
fn positions_alone_pick_and_values_do_not() {
    let labels = [
        "京华畅享5G 59档（¥59.00/月）",
        "京华尽兴5G 79档（¥79.00/月）",
    ];
    for (text, picked) in [
        ("第二个", Some(1)),
        ("the second one", Some(1)),
        ("2", Some(1)),
        ("京华尽兴5G 79档（¥79.00/月）", Some(1)),
        ("我要第一个", Some(0)),
        ("3", None),
        ("59", None),
        ("59元的", None),
        ("20G", None),
        ("第二个多少钱", None),
    ] {
        assert_eq!(choice_by_position(text, &labels), picked, "{text}");
    }
}

#[test]
fn who_has_no_code_wants_another() {
    for text in [
        "没收到验证码",
        "再发一次",
        "I didn't get the code",
        "please resend the code",
    ] {
        assert!(asks_for_code_again(text), "{text}");
    }
    for text in ["483920", "取消", "why do you need this", "我要换套餐"] {
        assert!(!asks_for_code_again(text), "{text}");
    }
}
