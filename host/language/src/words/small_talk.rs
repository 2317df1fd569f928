use std::sync::LazyLock;

use super::phrases::Phrases;

#[cfg(test)]
mod tests;

/// What people say to a bot that is about no business. The order is that of precedence when a text says several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SmallTalk {
    /// Insults, and that it is no use.
    Annoyance,
    /// Whether it is a machine, and what else one asks a person about themselves.
    WhoAreYou,
    /// What it is called.
    Name,
    /// A joke or a song is wanted.
    Joke,
    /// The weather, the time of day.
    OffTopic,
    /// How it is doing.
    HowAreYou,
    /// That it does well.
    Praise,
    /// To wait a moment.
    HoldOn,
    /// Laughter, or nothing but emoji.
    Laughter,
}

/// Phrases with their meanings, separated by `|`.
static TABLES: LazyLock<Phrases<Option<SmallTalk>>> = LazyLock::new(|| {
    Phrases::new(&[
        (
            Some(SmallTalk::Annoyance),
            "笨|笨蛋|蠢|蠢货|傻|傻子|傻瓜|傻逼|傻x|煞笔|沙比|sb|白痴|智障|弱智|脑残|废物|垃圾|没用|没有用|一点用都没有|一点用没有|\
            什么用都没有|有什么用|有屁用|没啥用|没什么用|滚|滚蛋|滚开|去死|闭嘴|妈的|他妈的|tmd|混蛋|气死我了|气死|烦死了|烦死我了|\
            烦人|好烦|真烦|太烦了|我很生气|我生气了|无语|答非所问|听不懂人话|你听不懂吗|听不懂我说话|听不懂我的话|听不懂我在说什么|\
            不懂我的意思|没听懂我的话|说不清楚|说不明白|什么都不会|啥都不会|什么都不懂|啥都不懂|什么都不知道|啥都不知道|\
            什么破玩意|什么玩意|什么玩意儿|什么垃圾|什么破机器人|破机器人|人工智障|太差了|真差|差劲|太差劲|失望|浪费时间|浪费我时间|\
            浪费我的时间|帮不上忙|解决不了问题|解决不了我的问题|没帮助|没有帮助|胡说|胡说八道|瞎说|stupid|dumb|idiot|idiotic|\
            moron|useless|worthless|pathetic|rubbish|garbage|trash|crap|bullshit|nonsense|ridiculous|fuck|fuck you|fuck off|\
            wtf|shit|damn|shut up|you suck|this sucks|sucks|hate you|i hate you|i hate this|screw you|go to hell|bad bot|\
            terrible|awful|horrible|hopeless|worst bot ever|worst customer service ever|worst service ever|waste of time|\
            wasting my time|not helping|not helpful|not very helpful|no help|no help at all|of no help|of no use|no use|\
            unhelpful|doesn't help|does not help|doesn't help me|does not help me|didn't help|not listening|\
            don't understand me|do not understand me|don't understand anything|do not understand anything|\
            you don't understand|you do not understand|you don't get it|            don't understand what i'm saying|can't understand me|you know nothing|don't know anything|\
            frustrating|frustrated|annoying|annoyed|angry|i'm angry|infuriating|fed up|sick of this|makes no sense|\
            junk|hate this company|hate your company|hate your service|hate this service|hate this bot|hate this chat|hate this|i hate it|hate it|despise you|\
            despise this company|worst company|worst company ever|rip off|ripoff|a joke of a company|a disgrace|disgraceful|disgusting|loser|imbecile|\
            brainless|clueless|incompetent|lame|pathetic bot|烂|太烂|真烂|烂公司|破公司|垃圾公司|黑心公司|骗子公司|太差|差得要命|太坑|坑人|坑爹|\
            太坑人了|讨厌|讨厌死了|真讨厌|恨你们|恶心|饭桶|蠢材|没脑子|弱爆了|can't help me|going nowhere|going round in circles|going around in circles|good for nothing",
        ),
        (
            Some(SmallTalk::WhoAreYou),
            "是机器人吗|是不是机器人|是机器人吧|是机器人还是人|是机器人还是真人|是机器人还是人工|是机器|是机器吗|是真人吗|是人吗|\
            是不是人|是不是真人|是真人还是机器人|是真人还是机器|是机器还是人|是机器还是真人|是人还是机器人|是人还是机器|是人工吗|是不是人工|是人工还是机器人|是活人吗|是真的人吗|\
            是ai吗|是不是ai|是ai|是人工智能吗|是智能客服吗|是电脑吗|是程序吗|是谁|你是谁|你谁啊|哪位|是哪位|是什么|是个啥|是什么人|\
            机器人吗|机器人吧|真人吗|是男的还是女的|是男是女|是男的吗|是女的吗|几岁了|几岁|多大了|多大年纪|今年多大|哪里人|是哪里人|住哪里|\
            住在哪里|谁做的|谁开发的|谁发明的|有女朋友吗|有男朋友吗|有对象吗|结婚了吗|结婚吗|我爱你|我喜欢你|做我女朋友|做我男朋友|\
            自我介绍一下|介绍一下你自己|介绍下你自己|是chatgpt吗|是gpt吗|和我说话的是机器人吗|跟我说话的是真人吗|对面是真人吗|\
            对面是人吗|对面是机器人吗|a robot|a bot|a chatbot|robot|bot|chatbot|a machine|a computer|a program|an ai|ai|\
            human|a human|a human being|a real human|a person|a real person|real|an actual person|a real human being|chatgpt|\
            who are you|who is this|who am i talking to|who am i speaking to|who am i chatting with|what are you|\
            who's this|who r u|how old are you|where are you from|where do you live|who made you|who created you|who built you|\
            who programmed you|are you male or female|do you have a girlfriend|do you have a boyfriend|are you married|\
            i love you|will you marry me|marry me|do you love me|are you alive|do you sleep|tell me about yourself|\
            introduce yourself",
        ),
        (
            Some(SmallTalk::Name),
            "叫什么|叫什么名字|叫啥|叫啥名字|你叫啥|名字是什么|名字叫什么|什么名字|怎么称呼|怎么称呼你|怎么称呼您|如何称呼|您贵姓|贵姓|\
            有名字吗|what's your name|what is your name|whats your name|your name|your name please|what are you called|\
            what should i call you|what can i call you|what do i call you|do you have a name|may i know your name|\
            can i have your name|who am i speaking with",
        ),
        (
            Some(SmallTalk::Joke),
            "讲个笑话|讲一个笑话|讲笑话|说个笑话|来个笑话|给我讲个笑话|讲个故事|讲故事|说个故事|唱首歌|唱个歌|唱歌|会唱歌吗|会讲笑话吗|\
            陪我聊天|陪我聊聊|陪我聊会|陪我聊会儿|聊聊天|聊天|聊会天|无聊|我无聊|好无聊|写首诗|tell me a joke|tell a joke|a joke|\
            another joke|joke|do you know a joke|do you know any jokes|know any jokes|make me laugh|tell me a story|\
            tell me something funny|sing me a song|sing a song|sing for me|i'm bored|i am bored|bored|chat with me|\
            let's chat|write me a poem|write a poem|say something funny",
        ),
        (
            Some(SmallTalk::OffTopic),
            "天气|天气怎么样|天气如何|天气好吗|今天天气|今天天气怎么样|今天天气如何|明天天气|明天天气怎么样|明天天气如何|天气预报|\
            今天会下雨吗|会下雨吗|明天会下雨吗|下雨了吗|今天热吗|今天冷吗|几点|几点了|现在几点|现在几点了|现在是几点|今天几号|今天星期几|\
            今天周几|今天是几号|今天是星期几|吃了吗|吃饭了吗|吃了没|吃饭了没|what's the weather|what's the weather like|\
            what is the weather|what is the weather like|how's the weather|how is the weather|weather|weather forecast|\
            the weather|will it rain|is it going to rain|is it raining|what time is it|what's the time|what is the time|\
            do you know what time it is|what day is it|what's the date|what is the date|what date is it|\
            what day is today|what's today's date",
        ),
        (
            Some(SmallTalk::HowAreYou),
            "你好吗|您好吗|好吗|还好吗|最近怎么样|最近好吗|最近如何|怎么样|过得怎么样|过得好吗|今天怎么样|今天好吗|今天过得怎么样|心情怎么样|\
            心情好吗|累吗|累不累|忙吗|忙不忙|在忙吗|在干嘛|在干什么|在做什么|how are you|how are you doing|how're you|\
            how is it going|how's it going|how do you do|how have you been|how r u|how are things|what's up|whats up|\
            wassup|sup|how's your day|how is your day|how is your day going|how's your day going|how was your day|\
            how do you feel|how are you feeling|nice to meet you|pleased to meet you|很高兴认识你|认识你很高兴",
        ),
        (
            Some(SmallTalk::Praise),
            "棒|棒棒|棒棒哒|好棒|真棒|厉害|牛|牛逼|牛啊|赞|点赞|给你点赞|聪明|能干|优秀|不错哦|真不错|太好了|太棒了|可爱|真好|\
            真行|真贴心|贴心|很有用|有帮助|很有帮助|服务真好|服务很好|服务不错|服务态度很好|态度真好|做得好|做得不错|干得好|好样的|\
            good bot|good job|great job|nice job|well done|nice work|great work|good work|awesome|amazing|brilliant|great|\
            excellent|fantastic|wonderful|clever|smart|helpful|cute|funny|nice|cool|impressive|the best|a star|\
            a lifesaver|a genius|love it|i love it|love this|i like you|like you|great help|a great help|big help|\
            a big help|good service|great service|excellent service|i'm impressed|that helped|that was helpful|that was quick",
        ),
        (
            Some(SmallTalk::HoldOn),
            "等一下|等下|等等|等会|等会儿|等一会|等一会儿|稍等|稍等一下|稍等片刻|等我一下|等我一会|等我一会儿|等我找找|\
            我找一下|我找找|我看看|我看一下|让我想想|我想想|我想一想|我考虑一下|考虑一下|让我考虑一下|别急|等我|hold on|hang on|wait|\
            one moment|just a moment|a moment|one sec|one second|just a sec|just a second|a second|a sec|give me a second|\
            give me a minute|give me a moment|give me a sec|one minute|just a minute|a minute|wait a minute|wait a moment|\
            wait a second|let me think|let me check|let me see|let me look|be right back|brb|bear with me",
        ),
        (
            Some(SmallTalk::Laughter),
            "哈|哈哈|哈哈哈|哈哈哈哈|嘿|嘿嘿|嘿嘿嘿|嘻嘻|呵呵|呵呵呵|呵|嘎嘎|笑死|笑死我了|笑死人了|hhh|hhhh|hh|xswl|\
            haha|hahaha|hahahaha|ha|heh|hehe|hehehe|lol|lmao|rofl|lmfao|xd|that's funny|so funny|tee hee",
        ),
        (
            None,
            "你|您|你们|你们的|这|这个|真|真是|真的|太|好|很|挺|非常|这么|那么|怎么|怎么这么|就是|就|都|也|又|还|个|一个|是个|是|\
            的|了|啊|呀|吧|哦|呢|嘛|呗|哎|唉|简直|死|死了|极了|什么|机器人|客服|小客服|东西|玩意|家伙|觉得|我觉得|感觉|我感觉|有点|一点|\
            公司|你们公司|这家公司|这个公司|服务|你们服务|实在|果然|请问|那|我|给|给我|请|麻烦|到底|今天|现在|你好|您好|谢谢|嗯|哈喽|不是|说|说话|回答|hi|hello|hey|thanks|\
            thank you|please|you|you're|you are|your|youre|u|ur|r|are|are you|am|i|i'm|am i talking to|am i speaking to|\
            am i speaking with|am i talking with|am i chatting with|is|is this|is it|it|it's|its|this|this is|that|that's|\
            that is|was|were|so|such|such a|very|really|a|an|the|just|too|totally|completely|absolutely|utterly|fucking|\
            bloody|damn|quite|pretty|what|what a|how|or|and|well|oh|ok|okay|um|wow|hmm|omg|god|my god|man|can|can you|could you|\
            do|do you|for|me|of|to|or just|at all|at this|with|with you|with this|there|here|today|tomorrow|now|right now|then|\
            friend|buddy|mate|dear|sir|madam|even|all|thing|piece of|a piece of|pile of|bunch of|bit of|company|your company|service|your service|customer service|\
            of a bot|of a machine|of software|machine|software|system|programme|program|assistant|absolute|utter|complete|total|ever|i think|i feel|getting|not|no|some|any",
        ),
    ])
});

/// Made of the words above, and about something else.
const ABOUT_SOMETHING: &[&str] = &[
    "怎么没用",
    "没用吗",
    "没用了",
    "我没用",
    "我没有用",
    "not angry",
];

/// The small talk that `text` is, when it is nothing else: `你是机器人吗`, `this is useless`; never `你们的机器人怎么投诉`.
pub fn small_talk(text: &str) -> Option<SmallTalk> {
    if text.len() > LONGEST {
        return None;
    }
    let text = crate::normalise(text);
    if is_laughter(&text) {
        return Some(SmallTalk::Laughter);
    }
    if asks_for_weather(&text) {
        return Some(SmallTalk::OffTopic);
    }
    if ABOUT_SOMETHING.iter().any(|phrase| text.contains(phrase)) {
        return None;
    }
    let found = TABLES.read(&text)?;
    let kind = found.iter().flatten().min().copied()?;
    let to_the_bot = match kind {
        // `robot` and `叫什么` alone may be about anything.
        SmallTalk::WhoAreYou => speaks_to_you(&text, &['吗', '机', '人']),
        SmallTalk::Name => speaks_to_you(&text, &['贵', '称']),
        SmallTalk::HowAreYou => speaks_to_you(&text, &['近', '今', '识']) || has_latin(&text),
        _ => true,
    };
    to_the_bot.then_some(kind)
}

/// Longest small talk, in bytes.
const LONGEST: usize = 240;

fn has_latin(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_alphabetic())
}

/// Whether a text addresses somebody, or has one of the other signs in it.
fn speaks_to_you(text: &str, others: &[char]) -> bool {
    const YOU: &[&str] = &[
        "you", "you're", "youre", "your", "yourself", "u", "am", "this", "who", "who's",
    ];
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '\'');
    text.contains(['你', '您']) || text.contains(others) || words.any(|word| YOU.contains(&word))
}

/// Where the weather is asked for, any place may be named.
fn asks_for_weather(text: &str) -> bool {
    const OPENING: &[&str] = &[
        "what's the weather",
        "what is the weather",
        "how's the weather",
        "how is the weather",
        "weather in ",
        "weather forecast",
    ];
    const ENDING: &[&str] = &["天气", "天气怎么样", "天气如何", "天气好吗", "天气预报"];
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    text.chars().count() <= 40
        && (OPENING.iter().any(|words| text.starts_with(words))
            || ENDING.iter().any(|words| text.ends_with(words)))
}

/// Laughter as long as one likes, or nothing but emoji and marks.
fn is_laughter(text: &str) -> bool {
    let emoji = |c: char| matches!(u32::from(c), 0x1f000..=0x1faff | 0x2600..=0x27bf | 0x2b50);
    let mut letters = text.chars().filter(|c| c.is_alphanumeric()).peekable();
    if letters.peek().is_none() {
        return text.chars().any(emoji);
    }
    let letters: String = letters.collect();
    let only =
        |of: &str, least: usize| letters.len() >= least && letters.chars().all(|c| of.contains(c));
    only("ha", 4) || only("he", 4) && letters.starts_with("heh") || only("哈", 3) || only("嘿", 6)
}
