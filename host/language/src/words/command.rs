use std::sync::LazyLock;

use super::clauses::clauses;
use super::person::{sounds_like_person, wants_person};
use super::person_refused::refuses_person;
use super::phrases::Phrases;

/// What a contact can always say, whatever flow is active. The order is that of precedence when a text says several
/// (`算了，转人工` wants a person).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    /// Talk to a human.
    Person,
    /// Leave what is being done.
    Cancel,
    /// Begin again from the start.
    StartOver,
    /// Go one step back.
    Back,
    /// Say the last message again.
    Repeat,
    /// What can be done here.
    Help,
    /// Good-bye.
    Goodbye,
    /// Thank you.
    Thanks,
    /// Hello.
    Greeting,
}

/// Longest sentence whose clauses are looked at, in bytes.
const LONGEST: usize = 400;

/// Phrases with their meanings, separated by `|`.
static TABLES: LazyLock<Phrases<Option<Command>>> = LazyLock::new(|| {
    Phrases::new(&[
        (
            Some(Command::Person),
            "人工|人工客服|人工服务|人工坐席|人工座席|转人工|转人工客服|转人工服务|转接人工|转接人工客服|转接人工服务|接人工|\
            找人工|叫人工|要人工|换人工|真人|真人客服|真人服务|转真人|活人|客服|在线客服|转客服|找客服|联系客服|联系人工|\
            接通人工|客服人员|工作人员|转接客服|跟人说话|和人说话|找个人|跟人聊|换个人|换个真人|找人|人工人工|客服专员|专员|\
            human|human agent|human being|real human|person|real person|live person|live agent|real agent|agent|representative|\
            rep|operator|support agent|customer service|customer service agent|customer support|customer care|talk to someone|\
            speak to someone|speak with someone|talk with someone|talk to somebody|speak to somebody|live chat|live support|\
            actual person|actual human|customer service rep|customer service representative|a human|someone real|real people|\
            human support|human help|advisor|staff|a human being|接线员|话务员",
        ),
        (
            Some(Command::Cancel),
            "取消|取消操作|取消办理|取消这个|取消这个操作|取消当前操作|取消掉|取消申请|取消流程|算了|算了吧|不办了|不办理了|\
            不想办了|不想办理了|不弄了|不搞了|不换了|不改了|不查了|不想换了|不想改了|不要办了|不用办了|退出|停止|停止办理|\
            停止操作|结束|结束办理|放弃|放弃办理|终止|别办了|不继续了|改天再说|下次再说|以后再说|cancel|cancel it|cancel this|\
            cancel that|cancel everything|never mind|nevermind|nvm|forget it|forget about it|forget that|stop|stop this|stop it|\
            stop that|quit|exit|abort|i changed my mind|changed my mind|i've changed my mind|i have changed my mind|drop it|\
            leave it|not anymore|cancel my change|cancel the change|undo|undo it|undo that|don't do it|i don't want it|\
            i don't want it any more|i don't want it anymore|撤销|撤回|不要了|后悔了|反悔了|维持原样|保持原样|保持不变|维持不变|维持现状|不变了|还是不变|\
            就用现在的|继续用现在的|还用现在的|还是用现在的|还是用原来的|还用原来的|别动了|什么都别改|什么都不改|都不改了|\
            leave everything as it is|leave everything|leave it as it is|leave it all as it is|leave things as they are|\
            keep everything as it is|keep things as they are|keep it as it is|keep my plan|keep my current plan|\
            keep what i have|stay with what i have|stay on my plan|don't change anything|do not change anything",
        ),
        (
            Some(Command::StartOver),
            "重新开始|从头开始|从头再来|从头来|重来|重新来|重新来过|重头开始|主菜单|回到主菜单|返回主菜单|回到首页|返回首页|\
            start over|start again|start from scratch|start from the beginning|restart|begin again|reset|main menu|\
            back to main menu|go to main menu|back to the start|let's start over",
        ),
        (
            Some(Command::Back),
            "返回|上一步|返回上一步|回到上一步|退回|退回上一步|后退|回去|返回上一级|上一级|go back|back|previous|previous step|\
            go to the previous step|one step back|go one step back|step back",
        ),
        (
            Some(Command::Repeat),
            "再说一遍|再说一次|再讲一遍|再讲一次|重复|重复一遍|重复一次|重复一下|没听清|没听清楚|我没听清|没听见|没看懂|没听懂|\
            再来一遍|再说一下|你说什么|您说什么|你刚才说什么|刚才说什么|你刚说什么|再念一遍|repeat|repeat that|repeat it|\
            repeat please|say that again|say it again|say again|pardon|pardon me|come again|what did you say|what was that|\
            i didn't catch that|i didn't hear that|i did not catch that|didn't catch that|one more time|once more",
        ),
        (
            Some(Command::Help),
            "帮助|求助|帮帮我|你能做什么|你能干什么|你能干嘛|你能干啥|你会做什么|你会什么|你能帮我做什么|你可以做什么|能做什么|\
            有什么功能|你有什么功能|有哪些功能|有什么服务|怎么用|使用说明|可以办什么|能办什么|你都能做什么|help|help me|\
            what can you do|what can you do for me|what can you help me with|what can you help with|what can i do here|\
            what can i ask|what can i ask you|how does this work|how do i use this|what are my options|i need help|need help|\
            can you help me|menu|菜单|options",
        ),
        (
            Some(Command::Goodbye),
            "再见|拜拜|拜|回见|88|没事了|没别的事了|没有别的事了|没有其他问题了|没其他问题了|没别的了|没有别的了|就这些|就这些了|\
            没什么了|bye|bye bye|goodbye|good bye|see you|see ya|see you later|that's all|that is all|that will be all|\
            nothing else|have a nice day|have a good day|good night",
        ),
        (
            Some(Command::Thanks),
            "谢谢|谢谢你|谢谢您|谢了|多谢|多谢了|感谢|非常感谢|十分感谢|辛苦了|辛苦|3q|thx|thanks|thanks a lot|many thanks|\
            thank you|thank you so much|thank you very much|thanks so much|ty|cheers|much appreciated|appreciate it|\
            i appreciate it|thank u|太感谢了|太谢谢了",
        ),
        (
            Some(Command::Greeting),
            "你好|您好|你好啊|你好呀|哈喽|哈啰|嗨|喂|在吗|在不在|有人吗|有人在吗|早|早上好|上午好|中午好|下午好|晚上好|早安|\
            大家好|hi|hi there|hello|hello there|hey|hey there|good morning|good afternoon|good evening|greetings|howdy|\
            anyone there|is anyone there|is anybody there|are you there|hiya|yo",
        ),
        (
            None,
            "请|请帮我|帮我|帮忙|给我|我|我要|我想|我想要|我需要|麻烦|麻烦你|麻烦您|那|那就|就|还是|先|直接|快|快点|赶紧|马上|\
            立即|一下|吧|啊|呀|了|哦|呢|嘛|呗|的|吗|能|能不能|可以|可不可以|能否|有没有|有|你|您|转|转接|转到|找|接|叫|联系|和|\
            跟|说话|聊|聊聊|沟通|谈|嗯|好|好的|行|个|位|给|到|这里|唉|哎|对不起|不好意思|抱歉|please|pls|plz|i|i'd|i'd like to|\
            i would like to|i want to|i want|i need to|i need|i wanna|can i|could i|may i|can you|could you|would you|can we|\
            let me|just|now|ok|okay|well|oh|so|um|uh|hm|sorry|actually|right now|then|to|a|an|the|with|from|talk|talk to|\
            talk with|speak|speak to|speak with|chat with|chat to|connect me to|connect me with|connect me|connect to|\
            transfer me to|transfer me|transfer to|get me|give me|put me through to|put me through|switch me to|switch to|\
            contact|call|is there|you|your|very much|all|for your help|for the help|everything|let's|me|an actual|real|live|\
            reach|have|there|some|wait|hang on|hold on|等等|等一下|等下|就这样|就这样吧|然后|然后再|接着|最后|最后再|再|finally|after that|next",
        ),
    ])
});

/// The command that `text` is, when it is nothing else: `取消` and `cancel this` leave the flow, `取消套餐` and `cancel my plan`
/// are left to the intents. Where a yes or no is expected, ask [`yes_no`](crate::yes_no) first: `好的谢谢` is a yes there, and `算了` a no.
pub fn command(text: &str) -> Option<Command> {
    // "No, forget it" says the same twice; "no thanks" thanks nobody.
    let whole = match after_no(text) {
        Some(rest) => alone(rest).filter(|command| !is_social(*command)),
        None => alone(text),
    };
    // Who ends with asking for a person wants one, whatever came before.
    whole
        .or_else(|| alone(last_clause(text)?).filter(|command| *command == Command::Person))
        .filter(|command| *command != Command::Person || !refuses_person(text))
        .or_else(|| (wants_person(text) || sounds_like_person(text)).then_some(Command::Person))
}

/// The last of several clauses of a sentence: `转人工` of `查下流量然后转人工`.
fn last_clause(text: &str) -> Option<&str> {
    if text.len() > LONGEST {
        return None;
    }
    match clauses(text).as_slice() {
        [_, .., last] => text.get(last.at.clone()),
        _ => None,
    }
}

/// What follows a leading "no".
fn after_no(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let (no, rest) = text.split_at_checked(2)?;
    let rest = rest.trim_start_matches([' ', ',', '.', '!']);
    (no.eq_ignore_ascii_case("no") && rest.len() < text.len() - 2 && !rest.is_empty())
        .then_some(rest)
}

fn is_social(command: Command) -> bool {
    matches!(
        command,
        Command::Goodbye | Command::Thanks | Command::Greeting
    )
}

fn alone(text: &str) -> Option<Command> {
    let found = TABLES.read(text)?;
    let first = found.iter().flatten().min().copied()?;
    // Many fillers make it a sentence about something.
    let words = found.len() - found.iter().flatten().count();
    (words <= if is_social(first) { 4 } else { 8 }).then_some(first)
}
