//! What a pack asks for, in the words of the operator who grants it.

use std::collections::BTreeSet;

use jackfield_core::manifest::Manifest;
use jackfield_core::{Permission, Verification, is_hidden};
use serde::{Deserialize, Serialize};

/// A file of grants: what one pack may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GrantFile {
    /// The pack.
    pub pack: jackfield_core::PackId,
    /// What it may do, a line each.
    pub grants: BTreeSet<Permission>,
}

/// The language that a permission is explained in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// English.
    English,
    /// Chinese.
    Chinese,
}

/// What a permission lets the pack do, and what its publisher says it is for.
pub fn explained(permission: &Permission, manifest: &Manifest, wording: Wording) -> String {
    let what = match wording {
        Wording::English => english(permission),
        Wording::Chinese => chinese(permission),
    };
    match purpose(permission, manifest) {
        // What the publisher wrote must not look like ours.
        Some(purpose) if wording == Wording::Chinese => {
            format!("{what}（发布者说明：“{}”）", plain(purpose))
        }
        Some(purpose) => format!("{what} (the publisher says: \"{}\")", plain(purpose)),
        None => what,
    }
}

fn english(permission: &Permission) -> String {
    match permission {
        Permission::Capability(name) => match name.as_str() {
            "log" => "write lines to this host's log",
            "config" => "read the settings that you give it",
            "knowledge" => "search the knowledge base",
            "tables" => "look things up in its own tables",
            "storage" => "keep data about each customer from one conversation to the next",
            "http" => "send requests to the systems listed here, and read what they answer",
            _ => "use a capability that this version does not know",
        }
        .to_owned(),
        Permission::Destination(to) => {
            format!("reach {}, with what customers told it", plain(to))
        }
        Permission::Secret(name) => format!(
            "have this host send the secret `{}` to its one destination; the pack never sees it",
            plain(name)
        ),
        Permission::Verify(level) => match level {
            Verification::Verified => "ask customers to prove who they are with a one-time code",
            _ => "know which address of its channel a customer has",
        }
        .to_owned(),
        Permission::MemoryMib(mib) => format!("use up to {mib} MiB of memory a step"),
        Permission::Fuel(fuel) => format!("compute up to {fuel} units of fuel a step"),
        Permission::GuestTimeMs(ms) => format!("compute up to {ms} ms a step"),
    }
}

fn chinese(permission: &Permission) -> String {
    match permission {
        Permission::Capability(name) => match name.as_str() {
            "log" => "向本机日志写入内容",
            "config" => "读取您为它填写的配置",
            "knowledge" => "检索知识库",
            "tables" => "查询它自带的数据表",
            "storage" => "跨对话保存每位客户的数据",
            "http" => "向下列系统发送请求并读取应答",
            _ => "使用本版本不认识的能力",
        }
        .to_owned(),
        Permission::Destination(to) => format!("访问 {}，可能带上客户所说的内容", plain(to)),
        Permission::Secret(name) => format!(
            "由本机把密钥“{}”发送到唯一指定的地址；业务包看不到密钥",
            plain(name)
        ),
        Permission::Verify(level) => match level {
            Verification::Verified => "请客户用一次性验证码证明身份",
            _ => "得知客户在渠道上的地址",
        }
        .to_owned(),
        Permission::MemoryMib(mib) => format!("每步最多使用 {mib} MiB 内存"),
        Permission::Fuel(fuel) => format!("每步最多计算 {fuel} 个燃料单位"),
        Permission::GuestTimeMs(ms) => format!("每步最多计算 {ms} 毫秒"),
    }
}

fn purpose<'m>(permission: &Permission, manifest: &'m Manifest) -> Option<&'m str> {
    let asked = &manifest.capabilities;
    let of = |purpose: &'m Option<jackfield_core::manifest::Purpose>| {
        purpose.as_ref().map(|purpose| purpose.purpose.as_str())
    };
    match permission {
        Permission::Capability(name) => match name.as_str() {
            "log" => of(&asked.log),
            "config" => of(&asked.config),
            "knowledge" => of(&asked.knowledge),
            "tables" => of(&asked.tables),
            "storage" => of(&asked.storage),
            "http" => asked.http.as_ref().map(|http| http.purpose.as_str()),
            _ => None,
        },
        Permission::Destination(to) => manifest.config.get(to).map(|key| key.description.as_str()),
        Permission::Verify(_) => asked.verify.as_ref().map(|verify| verify.purpose.as_str()),
        _ => None,
    }
}

/// A text of a pack, without what could move the cursor or turn the reading direction.
fn plain(text: &str) -> String {
    let hidden = |c: char| c.is_control() || is_hidden(c);
    text.chars().filter(|c| !hidden(*c)).take(300).collect()
}
