//! The role of an entity by the words around it: from one thing to another, not this but that, and the bounds of time.
//!
//! `from` and `to` name what is left and what is wanted, for every kind; `not` is what is not meant. Dates and times have bounds:
//! `until` (`月底前`, `by Friday`, `before noon`), `after` (`周三以后`, `after 5 pm`) and `from` (`从3号起`, `since March`).

use crate::scan::Scan;

const FROM: &[&str] = &["from", "从", "由"];
const TO: &[&str] = &[
    "to",
    "into",
    "换成",
    "换到",
    "换为",
    "改成",
    "改为",
    "改到",
    "改至",
    "变成",
    "变为",
    "升级到",
    "升级成",
    "升级为",
    "升到",
    "升为",
    "降到",
    "降为",
    "降成",
    "转到",
    "转成",
    "转为",
    "转至",
    "调到",
    "调整到",
    "调整为",
    "调成",
    "调为",
    "变更为",
    "变更成",
    "变更到",
    "更改为",
    "更换为",
    "更换成",
    "切换到",
    "切换成",
    "搬到",
    "推迟到",
    "延到",
    "提前到",
    "而是",
    "到",
    "至",
];
/// What comes before the thing that is not meant, and must not itself come after one of [`ASKED`].
const NOT: &[&str] = &[
    "not",
    "isn't",
    "not from",
    "not starting",
    "not until",
    "don't want",
    "do not want",
    "rather than",
    "instead of",
    "不是",
    "不要",
    "不想要",
    "而不是",
    "而非",
    "别要",
    "别从",
    "不从",
    "别等",
    "别",
    "不换",
];
/// `是不是59` and `要不要59` ask.
const ASKED: &[char] = &['是', '要'];
/// Small words that may stand between.
const BETWEEN: &[&str] = &[
    "the",
    "a",
    "an",
    "my",
    "我的",
    "我",
    "现在的",
    "目前的",
    "原来的",
    "每月",
    "每个月",
    "那个",
    "这个",
    "about",
    "around",
    "plan",
    "套餐",
];
/// Before a time: what ends there, and what begins there.
const BOUNDS_BEFORE: &[(&str, &str)] = &[
    ("by", "until"),
    ("until", "until"),
    ("till", "until"),
    ("before", "until"),
    ("no later than", "until"),
    ("not later than", "until"),
    ("up to", "until"),
    ("prior to", "until"),
    ("截止到", "until"),
    ("截止", "until"),
    ("截至", "until"),
    ("最晚", "until"),
    ("最迟", "until"),
    ("不晚于", "until"),
    ("直到", "until"),
    ("after", "after"),
    ("later than", "after"),
    ("不早于", "after"),
    ("最早", "after"),
    ("since", "from"),
    ("starting on", "from"),
    ("starting", "from"),
    ("by close of business", "until"),
    ("by close of business on", "until"),
    ("by end of day", "until"),
    ("by end of day on", "until"),
    ("by eod", "until"),
    ("by cob", "until"),
    ("as of", "from"),
    ("effective", "from"),
    ("自从", "from"),
    ("自", "from"),
];
/// After a time; what goes on as another word (`前台`, `后面`) does not count.
const BOUNDS_AFTER: &[(&str, &str, &str)] = &[
    ("之前", "until", ""),
    ("以前", "until", ""),
    ("前", "until", "台面天年端期往任后"),
    ("为止", "until", ""),
    ("截止", "until", ""),
    ("之后", "after", ""),
    ("以后", "after", ""),
    ("过后", "after", ""),
    ("后", "after", "台面天年付悔续备来果"),
    ("之内", "until", ""),
    ("以内", "until", ""),
    ("内", "until", "蒙存容部地置"),
    ("起", "from", "来床飞诉"),
    ("开始", "from", ""),
    ("以来", "from", ""),
    (" onwards", "from", ""),
    (" onward", "from", ""),
    (" or later", "after", ""),
    (" or earlier", "until", ""),
    (" at the latest", "until", ""),
];

/// The role of an entity of this kind with this span.
pub(super) fn of(scan: &Scan<'_>, kind: &str, start: usize, end: usize) -> Option<&'static str> {
    let before = scan.slice(start.saturating_sub(24), start).trim_end();
    let timely = matches!(
        kind,
        "date" | "time" | "date-time" | "date-range" | "time-range" | "date-time-range"
    );
    if timely && let Some(bound) = bound(scan, before, end) {
        return Some(bound);
    }
    let before = without_small_words(before);
    let ends = |words: &[&str]| words.iter().find_map(|word| strip_word(before, word));
    if let Some(rest) = ends(NOT) {
        return (!rest.ends_with(ASKED)).then_some("not");
    }
    if ends(FROM).is_some() {
        Some("from")
    } else if ends(TO).is_some_and(is_aim) || turned(before, scan, start) {
        Some("to")
    } else {
        None
    }
}

/// Whether `to` names what is wanted; `up to` is a bound, unless something is turned up.
fn is_aim(before: &str) -> bool {
    match before.strip_suffix("up ") {
        Some(turned) => super::bound::is_turned(turned),
        None => true,
    }
}

fn without_small_words(text: &str) -> &str {
    let mut text = text;
    for _ in 0..2 {
        if let Some(rest) = BETWEEN.iter().find_map(|word| strip_word(text, word)) {
            text = rest.trim_end();
        }
    }
    text
}

fn bound(scan: &Scan<'_>, before: &str, end: usize) -> Option<&'static str> {
    let at = scan.word(end, "的").unwrap_or(end);
    let after = BOUNDS_AFTER.iter().find_map(|(word, role, not)| {
        let end = scan.word(at, word)?;
        (!not.contains(scan.at(end))).then_some(*role)
    });
    after.or_else(|| {
        let before = strip_word(before, "the").map_or(before, str::trim_end);
        BOUNDS_BEFORE
            .iter()
            .find(|(word, _)| strip_word(before, word).is_some())
            .map(|(_, role)| *role)
    })
}

/// `不是59是128`, `not 59 but 128`: what comes instead of what is not meant.
fn turned(before: &str, scan: &Scan<'_>, start: usize) -> bool {
    let turn = ["是", "要", "but", "i said", "i want", "i meant", "i mean"]
        .iter()
        .find_map(|word| strip_word(before, word))
        .or_else(|| before.strip_suffix(','));
    let Some(rest) = turn.map(|rest| rest.trim_end_matches([' ', ',', '的'])) else {
        return false;
    };
    // A number stands between the negation and this: `不是59` + `是`.
    if !rest.ends_with(char::is_alphanumeric) {
        return false;
    }
    let text = scan.slice(0, start);
    let negated = text
        .rfind("不是")
        .or_else(|| text.rfind("不要"))
        .or_else(|| text.rfind("not "))
        .or_else(|| text.rfind("n't "))
        .filter(|at| {
            text.len() - at <= 40
                && !text
                    .get(..*at)
                    .is_some_and(|before| before.ends_with(ASKED))
        });
    negated.is_some_and(|at| {
        text.get(at..).is_some_and(|said| {
            said.contains(|c: char| c.is_numeric() || super::numeral::chinese_digit(c).is_some())
        })
    })
}

/// `text` without `word` at its end, when it ends in that whole word.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_suffix(word)?;
    let last = rest.chars().next_back().unwrap_or(' ');
    // `收到`, `看到`, `达到` are verbs of their own; `into` ends in `to`.
    let goes_on = if word.is_ascii() {
        last.is_ascii_alphanumeric()
    } else {
        match word {
            "到" => "收看达得遇拿感知找碰提办做想听等不没".contains(last),
            "自" => "来独亲各".contains(last),
            "别" => "特分级类性区个差告辨".contains(last),
            _ => false,
        }
    };
    (!goes_on).then_some(rest)
}
