//! `entities speed`: how long it takes to find the entities of a sentence, without names and with 10,000 of them; run it
//! with `--release`. `entities say FILE [LOCALE]`: the lines of a file with their entities, in the form of `tests/entities/*.tsv`.

use std::time::{Duration, Instant};

use jackfield_language::{GazetteerEntry, Model, ParseContext, Training};

const SENTENCES: &[&str] = &[
    "我想把每月128元的套餐换成59元20G的,下周三下午三点以后生效",
    "帮我查一下13812345678上个月的流量用了多少",
    "你好,我在广东省深圳市,想办一个便宜一点的套餐,月底前有什么优惠吗",
    "这个账单不对吧,怎么突然多了三十块五毛钱",
    "请问畅想无忧套餐多少钱一个月",
    "I'd like to change my plan from 59 yuan to 128 yuan starting next Wednesday",
    "why was I charged $12.50 twice last month, can you check my bill please",
    "please call me back on 13812345678 tomorrow between 3 and 5 pm",
    "I moved from Guangdong to Beijing, is the saphire family plan available there",
    "what is the difference between the basic plan and the premium one",
];
const CONTEXT: ParseContext<'_> = ParseContext {
    now_ms: 1_795_330_800_000,
    time_zone: "Asia/Shanghai",
    locale: "zh-CN",
};
const ROUNDS: u32 = 2_000;

/// 10,000 names that look like those of products, half of them Chinese.
fn names() -> Vec<GazetteerEntry> {
    const HAN: &[char] = &[
        '畅', '享', '星', '耀', '无', '忧', '全', '球', '家', '庭', '青', '春', '超', '级', '尊',
        '贵', '月', '光', '银', '河', '极', '速', '飞', '翼',
    ];
    const SYLLABLES: &[&str] = &[
        "sap", "phire", "or", "bit", "con", "stel", "la", "tion", "mer", "cu", "ry", "ze", "nith",
        "au", "ro", "ra", "so", "lar", "ve", "lo",
    ];
    let mut state = 1_u64;
    let mut below = move |n: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    (0..10_000)
        .map(|number| {
            let name = if number % 2 == 0 {
                let mut name: String = (0..2 + below(4)).map(|_| HAN[below(HAN.len())]).collect();
                name.push_str("套餐");
                name
            } else {
                let mut name: String = (0..2 + below(3))
                    .map(|_| SYLLABLES[below(SYLLABLES.len())])
                    .collect();
                name.push_str([" family", " plus", " plan", ""][below(4)]);
                name
            };
            GazetteerEntry {
                kind: "plan".to_owned(),
                value: number.to_string(),
                locale: None,
                name,
            }
        })
        .collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["speed"] => speed(),
        ["say", file] => say(file, "zh-CN"),
        ["say", file, locale] => say(file, locale),
        _ => Err("usage: entities speed | say FILE [LOCALE]".into()),
    }
}

fn say(file: &str, locale: &str) -> Result<(), Box<dyn std::error::Error>> {
    let model = Model::train(&Training::default())?;
    let context = ParseContext { locale, ..CONTEXT };
    for text in std::fs::read_to_string(file)?.lines() {
        let shown: Vec<String> = model
            .parse(text, &context)
            .entities
            .iter()
            .filter(|entity| !matches!(entity.kind.as_str(), "yes-no" | "code"))
            .map(|entity| {
                let role = entity.role.as_ref().map(|role| format!("[{role}]"));
                format!(
                    "{}={}@{}{}",
                    entity.kind,
                    entity.value,
                    entity.heard,
                    role.unwrap_or_default()
                )
            })
            .collect();
        println!("{text}\t{}", shown.join(" | "));
    }
    Ok(())
}

fn speed() -> Result<(), Box<dyn std::error::Error>> {
    let bare = Model::train(&Training::default())?;
    let start = Instant::now();
    let named = Model::train(&Training {
        gazetteers: names(),
        ..Training::default()
    })?;
    println!("10,000 names learnt in {:?}", start.elapsed());
    println!("{:>10} {:>12} {:>8}", "without", "with names", "");
    let mut sums = (Duration::ZERO, Duration::ZERO);
    for sentence in SENTENCES {
        let times = [&bare, &named].map(|model| median(model, sentence));
        sums = (sums.0 + times[0], sums.1 + times[1]);
        println!("{:>10.1?} {:>12.1?}   {sentence}", times[0], times[1]);
    }
    let count = SENTENCES.len() as u32;
    println!("{:>10.1?} {:>12.1?}   mean", sums.0 / count, sums.1 / count);
    Ok(())
}

/// The median time of one sentence.
fn median(model: &Model, sentence: &str) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(model.parse(sentence, &CONTEXT));
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}
