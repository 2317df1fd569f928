//! A small sound pack for tests: of this crate, and of others by the feature `samples`.

#![allow(clippy::unwrap_used, reason = "for tests only")]

use std::collections::BTreeMap;

/// Its manifest.
pub const MANIFEST: &str = r#"[pack]
id = "com.example.shop"
version = "1.2.3"
name = { en = "Shop", zh-CN = "商店" }
publisher = "Example Ltd"
state-version = 1
locales = ["en", "zh-CN"]

[flows.order]
title = { en = "Order something", zh-CN = "订购" }
intents = ["order"]
steps = ["ask", "confirm"]
state-schema = "schemas/order.json"

[flows.order.slots.product]
kind = "product"

[capabilities.tables]
purpose = "Look up prices"

[capabilities.http]
purpose = "Place the order"
destinations = ["shop-url", "https://api.example.com"]

[config.shop-url]
kind = "url"
description = "Where the shop is"
default = "http://127.0.0.1:9000"

[tables.prices]
file = "data/prices.csv"
columns = { name = "text", price = "money:EUR", stock = "integer", since = "date" }
indexed = ["name"]

[language]
examples = ["language/examples.tsv"]
knowledge = ["language/knowledge.tsv"]
gazetteers = { product = "language/products.tsv" }

[language.catalogues]
en = ["locales/en.ftl"]
zh-CN = ["locales/zh-CN.ftl"]

[limits]
fuel = 30000000
"#;

/// Its data files.
pub const FILES: &[(&str, &str)] = &[
    (
        "schemas/order.json",
        r#"{"type": "object", "properties": {"product": {"type": "string"}}}"#,
    ),
    (
        "data/prices.csv",
        "price,name,stock,since\n12.50,Lamp,3,2026-01-31\n0.99,\"Bulb, small\",40,2025-12-01\n",
    ),
    (
        "language/examples.tsv",
        "intent\tlocale\ttext\norder\ten\tI want a lamp\norder\tzh-CN\t我要一盏灯\n",
    ),
    (
        "language/knowledge.tsv",
        "id\tlocale\tquestion\tanswer\nhours\ten\tWhen are you open?\tEvery day.\\nFrom nine.\nhours\ten\topening hours\t\n",
    ),
    (
        "language/products.tsv",
        "value\tlocale\tname\nlamp\ten\tlamp\nlamp\tzh-CN\t灯\nlamp\t\tLX-1\n",
    ),
    ("locales/en.ftl", "ask = What do you want?\n"),
    ("locales/zh-CN.ftl", "ask = 您要什么？\n"),
];

/// A component that exports the contract's functions and imports these functions (`interface`, `function`).
pub fn component(imports: &[(&str, &str)]) -> Vec<u8> {
    let imports = imports.iter().map(|(interface, function)| {
        let items = if function.is_empty() {
            String::new()
        } else {
            format!("(export \"{function}\" (func))")
        };
        format!("(import \"{interface}\" (instance {items}))")
    });
    let imports: String = imports.collect();
    let text = format!(
        r#"(component {imports}
            (core module $m (func (export "f")))
            (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "f")))
            (instance $flow (export "handle" (func $f)) (export "migrate" (func $f)))
            (export "jackfield:flow/flow@0.0.1" (instance $flow)))"#
    );
    wat::parse_str(text).unwrap()
}

/// The component of the sample pack.
pub fn plugin() -> Vec<u8> {
    component(&[
        ("jackfield:tables/tables@0.0.1", "query"),
        ("jackfield:types/values@0.0.1", ""),
    ])
}

/// The entries of its archive.
pub fn entries() -> BTreeMap<String, Vec<u8>> {
    let mut entries: BTreeMap<String, Vec<u8>> = FILES
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
        .collect();
    entries.insert("pack.toml".to_owned(), MANIFEST.as_bytes().to_vec());
    entries.insert("plugin.wasm".to_owned(), plugin());
    entries
}

/// An archive of these entries.
pub fn archive(entries: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let entries = entries
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_slice()))
        .collect();
    crate::archive::write(&entries).unwrap()
}

/// The archive of the sample pack with one entry replaced.
pub fn with(name: &str, content: impl Into<Vec<u8>>) -> Vec<u8> {
    let mut entries = entries();
    entries.insert(name.to_owned(), content.into());
    archive(&entries)
}
