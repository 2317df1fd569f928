//! What is written in the ways people write amounts, numbers, dates and percentages is read as what it was.

#![allow(clippy::unwrap_used, reason = "tests")]

use jackfield_language::{Model, ParseContext, Training};
use proptest::prelude::*;
use std::sync::LazyLock;

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::train(&Training::default()).unwrap());
const CONTEXT: ParseContext<'_> = ParseContext {
    now_ms: 1_795_330_800_000,
    time_zone: "Asia/Shanghai",
    locale: "zh-CN",
};

/// `kind=value` of what a text is read as; kinds that speak of the whole text aside.
fn read(text: &str) -> String {
    let utterance = MODEL.parse(text, &CONTEXT);
    let shown = utterance
        .entities
        .iter()
        .filter(|entity| !matches!(entity.kind.as_str(), "code" | "yes-no"))
        .map(|entity| {
            let whole = entity.start == 0 && entity.end as usize == utterance.text.len();
            let part = if whole { "" } else { " in part" };
            format!("{}={}{part}", entity.kind, entity.value)
        });
    shown.collect::<Vec<_>>().join(" | ")
}

const HAN: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// A whole number in Chinese: `一万零三百`.
fn chinese(number: u64) -> String {
    let units = [
        (100_000_000, "亿"),
        (10_000, "万"),
        (1_000, "千"),
        (100, "百"),
        (10, "十"),
    ];
    let Some((size, unit)) = units.iter().find(|(size, _)| number >= *size) else {
        return HAN[number as usize].to_string();
    };
    let (above, below) = (number / size, number % size);
    // Ten to nineteen begin with ten.
    let above = if number < 20 {
        String::new()
    } else {
        chinese(above)
    };
    let zero = if below > 0 && below < size / 10 {
        "零"
    } else {
        ""
    };
    let rest = if below == 0 {
        String::new()
    } else {
        // Within a larger number ten is one ten.
        let one = if (10..20).contains(&below) { "一" } else { "" };
        format!("{one}{}", chinese(below))
    };
    format!("{above}{unit}{zero}{rest}")
}

/// A whole number in English: `one thousand two hundred and five`.
fn english(number: u64) -> String {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 10] = [
        "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ];
    match number {
        0..20 => SMALL[number as usize].to_owned(),
        20..100 if number.is_multiple_of(10) => TENS[(number / 10) as usize].to_owned(),
        20..100 => format!(
            "{}-{}",
            TENS[(number / 10) as usize],
            SMALL[(number % 10) as usize]
        ),
        _ => {
            let units = [
                (1_000_000, "million"),
                (1_000, "thousand"),
                (100, "hundred"),
            ];
            let (size, unit) = units.into_iter().find(|(size, _)| number >= *size).unwrap();
            let rest = match number % size {
                0 => String::new(),
                rest if rest < 100 => format!(" and {}", english(rest)),
                rest => format!(" {}", english(rest)),
            };
            format!("{} {unit}{rest}", english(number / size))
        }
    }
}

/// Digits with commas.
fn grouped(number: u64) -> String {
    if number < 1_000 {
        number.to_string()
    } else {
        format!("{},{:03}", grouped(number / 1_000), number % 1_000)
    }
}

/// The number without zeros at its end.
fn hundredths(number: u64) -> String {
    (number as f64 / 100.0).to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn numbers(number in 2_u64..100_000_000) {
        let expected = format!("number={number}");
        prop_assert_eq!(read(&grouped(number)), expected.clone());
        prop_assert_eq!(read(&english(number)), expected.clone());
        // Eleven digits that begin with 1 are a telephone, and there are none here.
        prop_assert_eq!(read(&number.to_string()), expected.clone());
        prop_assert_eq!(read(&format!("{}个", chinese(number))), format!("{expected} in part"));
    }

    #[test]
    fn decimals(number in 1_u64..10_000_000) {
        prop_assume!(number % 100 != 0);
        let written = hundredths(number);
        prop_assert_eq!(read(&written), format!("number={written}"));
    }

    #[test]
    fn amounts(fen in 1_u64..1_000_000_000) {
        let (yuan, rest) = (fen / 100, fen % 100);
        let exact = format!("{yuan}.{rest:02}");
        let cny = format!("amount={exact} CNY");
        prop_assert_eq!(read(&format!("¥{exact}")), cny.clone());
        prop_assert_eq!(read(&format!("{exact}元")), cny.clone());
        prop_assert_eq!(read(&format!("CNY {}.{rest:02}", grouped(yuan))), cny.clone());
        prop_assert_eq!(read(&format!("{exact} yuan")), cny.clone());
        prop_assert_eq!(read(&format!("${}.{rest:02}", grouped(yuan))), format!("amount={exact} USD"));
        let (jiao, cents) = (HAN[(rest / 10) as usize], HAN[(rest % 10) as usize]);
        if yuan > 0 && rest >= 10 {
            let tail = if rest % 10 == 0 { format!("{jiao}毛") } else { format!("{jiao}角{cents}分") };
            prop_assert_eq!(read(&format!("{}元{tail}", chinese(yuan))), cny.clone());
        }
        if yuan > 1 && rest > 9 {
            let spoken = format!("{} dollars and {} cents", english(yuan), english(rest));
            prop_assert_eq!(read(&spoken), format!("amount={exact} USD"));
        }
    }

    #[test]
    fn percentages(number in 1_u64..10_000) {
        let written = hundredths(number);
        let expected = format!("percentage={written} %");
        prop_assert_eq!(read(&format!("{written}%")), expected.clone());
        prop_assert_eq!(read(&format!("{written} percent")), expected.clone());
        prop_assert_eq!(read(&format!("百分之{written}")), expected.clone());
        if number % 100 == 0 {
            prop_assert_eq!(read(&format!("百分之{}", chinese(number / 100))), expected.clone());
            prop_assert_eq!(read(&format!("{} percent", english(number / 100))), expected);
        }
    }

    #[test]
    fn dates(days in 0_i64..36_524) {
        let date = jiff::civil::date(2000, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let (year, month, day) = (date.year(), date.month(), date.day());
        let expected = format!("date={date}");
        let year_han: String = year.to_string().chars().map(|c| HAN[c.to_digit(10).unwrap() as usize]).collect();
        let han = |number: i8| chinese(number as u64);
        for text in [
            date.to_string(),
            format!("{year}/{month}/{day}"),
            format!("{month}/{day}/{year}"),
            format!("{year}年{month}月{day}日"),
            format!("{year}年{month}月{day}号"),
            format!("{year_han}年{}月{}日", han(month), han(day)),
            date.strftime("%B %-d, %Y").to_string(),
            date.strftime("%-d %B %Y").to_string(),
            date.strftime("%b %-d %Y").to_string(),
            date.strftime("%A, %B %-d, %Y").to_string(),
        ] {
            prop_assert_eq!(read(&text), expected.clone(), "{}", text);
        }
    }

    #[test]
    fn times(minutes in 0_i16..1_440) {
        let (hour, minute) = (minutes / 60, minutes % 60);
        let expected = format!("time={hour:02}:{minute:02}");
        let (half, twelve) = (if hour < 12 { "am" } else { "pm" }, (hour + 11) % 12 + 1);
        prop_assert_eq!(read(&format!("{hour:02}:{minute:02}")), expected.clone());
        prop_assert_eq!(read(&format!("{twelve}:{minute:02}{half}")), expected.clone());
        prop_assert_eq!(read(&format!("{hour}点{minute}分")), expected.clone());
        prop_assert_eq!(read(&format!("{}点{}分", chinese(hour as u64), chinese(minute as u64))), expected.clone());
        if (13..18).contains(&hour) && minute >= 10 {
            prop_assert_eq!(read(&format!("下午{}点{}", chinese(twelve as u64), chinese(minute as u64))), expected);
        }
    }

    #[test]
    fn nothing_breaks_it(text in "[0-9一二三十百千万点半个月日号周年块元gGm% ./:,@+-]{0,40}|\\PC{0,60}") {
        let utterance = MODEL.parse(&text, &CONTEXT);
        for entity in &utterance.entities {
            let span = utterance.text.get(entity.start as usize..entity.end as usize);
            prop_assert_eq!(span, Some(entity.heard.as_str()));
            prop_assert!(entity.start < entity.end);
        }
        let shown = jackfield_language::redact(&utterance.text, &utterance.entities);
        prop_assert!(shown.len() <= utterance.text.len() + 16 * utterance.entities.len());
    }
}
