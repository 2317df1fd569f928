//! Text that gives orders to a language model instead of telling something to people.

use std::sync::LazyLock;

use regex::Regex;

use super::{Text, pattern};
use crate::finding::Findings;

static ORDERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix) (?-u:\b)(?:ignore|disregard|forget|override)(?-u:\b).{0,24}(?-u:\b)(?:previous|prior|above|earlier|all)(?-u:\b).{0,24}(?-u:\b)(?:instruction|prompt|rule|message|guideline)s?(?-u:\b)
        | (?-u:\b)system\s+prompt(?-u:\b) | (?-u:\b)you\s+are\s+now\s+(?:a|an|the|in)(?-u:\b) | (?-u:\b)developer\s+mode(?-u:\b) | (?-u:\b)jailbreak(?-u:\b)
        | <\|im_(?:start|end)\|> | \[/?INST\] | <</?SYS>> | ^\s*(?:system|assistant)\s*:\s
        | (?:忽略|无视|忘记|忘掉).{0,8}(?:之前|以上|前面|上面|所有|先前).{0,8}(?:指令|指示|提示|规则|命令)
        | 系统提示词 | 开发者模式",
    )
});

pub(super) fn examine(text: &Text<'_>, findings: &mut Findings) {
    for found in ORDERS.find_iter(text.text).take(20) {
        if findings.is_full("R05.15") {
            return;
        }
        let message = format!("`{}` speaks to a language model", found.as_str());
        findings.add("R05.15", Some(text.place(found.start())), message);
    }
}
