//! `jackfield understand` says without a host what the running one decides.

use std::process::Command;

use serde_json::Value;

use super::{answer, journal};
use crate::support::{Carrier, Chat, Host, JACKFIELD, pack};

const SENTENCES: [(&str, &str); 17] = [
    ("en-US", "I want to switch to another plan"),
    ("en-US", "how much data do I have left?"),
    ("en-US", "how do I turn on roaming abroad?"),
    ("en-US", "purple elephants dance on tuesday"),
    (
        "en-US",
        "how much data do I have left? Also, I want to change my plan",
    ),
    ("en-US", "don't change my plan"),
    ("en-US", "why did you change my plan"),
    ("zh-CN", "推荐一个50G左右的套餐"),
    ("zh-CN", "国际漫游怎么开通"),
    ("zh-CN", "流量套餐"),
    ("zh-CN", "128"),
    ("zh-CN", "今晚吃什么好呢"),
    ("zh-CN", "不用转人工"),
    ("zh-CN", "别给我转人工 你自己说 怎么查话费"),
    ("zh-CN", "不是要销号，是停机保号"),
    ("zh-CN", "我号码是13800138000我要看余额"),
    ("zh-CN", "不换套餐了，查一下流量"),
];

#[test]
fn what_is_foretold_is_what_happens() {
    let data = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let host = Host::start(data.path(), &carrier.url()).unwrap();
    let mut wrong = Vec::new();
    for (locale, sentence) in SENTENCES {
        let mut chat = Chat::open(host.address, locale).unwrap();
        let turn = answer(&mut chat, sentence);
        let turns = journal(data.path(), &chat.session).unwrap();
        let record = turns
            .iter()
            .find(|record| record["session"]["turn"] == turn.turn)
            .unwrap();
        let output = Command::new(JACKFIELD)
            .args([
                "understand",
                sentence,
                "--locale",
                locale,
                "--json",
                "--pack",
            ])
            .arg(pack())
            .output()
            .unwrap();
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        let told = &told["would"];
        let done = &record["decision"];
        if told["action"] != done["action"] || told["reason"] != done["reason"] {
            wrong.push(format!(
                "{sentence}: foretold {told}, done {} {}",
                done["action"], done["reason"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
