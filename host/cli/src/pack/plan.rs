//! What a host says about an archive before it is installed, shown to who decides.

use std::collections::BTreeSet;

use jackfield_core::Permission;
use serde_json::Value;

use crate::audit::{plain, when};

/// What is not granted, in an error. Lines that were shown already, with what they mean, are not told twice.
pub(super) fn not_granted(plan: &Value, missing: &BTreeSet<Permission>, json: bool) -> String {
    if json {
        let lines: Vec<String> = missing.iter().map(ToString::to_string).collect();
        return lines.join(", ");
    }
    let lines = match missing.len() {
        1 => "the line".to_owned(),
        many => format!("the {many} lines"),
    };
    format!("{lines} marked `{}` above", mark(plan).trim())
}

/// What stands before a line that is not granted.
fn mark(plan: &Value) -> &'static str {
    match plan["current"].is_null() {
        true => "  ?",
        false => "NEW",
    }
}

/// That a version was taken back once: when, by whom and why.
pub(super) fn withdrawn(plan: &Value) -> Option<String> {
    let withdrawn = &plan["withdrawn"];
    let reason = plain(withdrawn["reason"].as_str()?);
    let decided = &withdrawn["decided"];
    let by = match (decided["at"].as_u64(), decided["by"].as_str()) {
        (Some(at), Some(by)) => format!(" on {} by {}", when(at), plain(by)),
        _ => " before".to_owned(),
    };
    let (pack, version) = (text(&plan["pack"]), text(&plan["version"]));
    Some(format!("{pack} {version} was taken back{by}: {reason}"))
}

/// Shows what an archive is, who signed it, and what it asks for.
pub(super) fn show(plan: &Value) {
    println!("{} {}", text(&plan["pack"]), text(&plan["version"]));
    println!("  sha256 {}", text(&plan["digest"]));
    match &plan["signed"] {
        Value::Null => println!("  NOT SIGNED  未签名"),
        signed => {
            let name =
                |signer: &Value| format!("{} ({})", text(&signer["name"]), text(&signer["key"]));
            println!("  signed by {}", name(&signed["publisher"]));
            for reviewer in signed["reviewers"].as_array().into_iter().flatten() {
                println!("  reviewed by {}", name(reviewer));
            }
        }
    }
    match &plan["current"] {
        Value::Null => println!("  not installed yet"),
        current => println!("  in use now: {}", text(&current["version"])),
    }
    for asked in plan["asks"].as_array().into_iter().flatten() {
        let mark = match asked["granted"].as_bool() {
            Some(true) => "   ",
            _ => mark(plan),
        };
        match asked["address"].as_str() {
            Some(address) => println!("{mark} {} = {address}", text(&asked["line"])),
            None => println!("{mark} {}", text(&asked["line"])),
        }
        println!("      {}", text(&asked["en"]));
        println!("      {}", text(&asked["zh"]));
    }
    for line in plan["no_longer_asks"].as_array().into_iter().flatten() {
        println!("  - {} (no longer asked for 不再需要)", text(line));
    }
    if plan["older_than_before"] == true {
        println!("  older than a version that was installed before");
    }
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
