//! What is said and answered in conversations.

use jackfield_core::{Attachment, Body, Entity, Event, NamedValue, Utterance, Value};
use jackfield_packs::Pack;

use super::kit::Kit;

/// Words that were heard.
pub(super) fn said(text: &str, intent: Option<String>) -> Event {
    Event::Said(Utterance {
        text: text.to_owned(),
        original: text.to_owned(),
        confidence: if intent.is_some() { 0.9 } else { 0.0 },
        intent,
        entities: vec![Entity {
            kind: "text".to_owned(),
            role: None,
            value: Value::Text(text.to_owned()),
            heard: text.to_owned(),
            start: 0,
            end: u32::try_from(text.len()).unwrap_or(u32::MAX),
        }],
        alternatives: Vec::new(),
    })
}

/// What another system says about a contact: a little of everything, and a first row of the pack's tables.
pub(super) fn about(kit: &Kit, pack: &Pack) -> String {
    let mut body = serde_json::Map::new();
    for table in pack.tables() {
        let Some(row) = table.rows.first() else {
            continue;
        };
        for (cell, (column, _)) in row.iter().zip(&table.columns) {
            body.insert(column.clone(), cell.to_string().into());
        }
    }
    for (key, value) in [
        ("status", "ok"),
        ("id", "1"),
        ("note", kit.answered.as_str()),
    ] {
        body.insert(key.to_owned(), value.into());
    }
    body.insert("amount".to_owned(), 100.into());
    body.insert("items".to_owned(), serde_json::Value::Array(Vec::new()));
    serde_json::Value::Object(body).to_string()
}

/// A file of any kind.
pub(super) fn attachment(name: &str) -> Attachment {
    Attachment {
        blob: "blob-1".to_owned(),
        media_type: "image/jpeg".to_owned(),
        bytes: u64::MAX,
        name: Some(name.to_owned()),
    }
}

/// The texts of a body that are shown as they are.
pub(super) fn key(body: &Body) -> Option<(&str, &[NamedValue])> {
    match body {
        Body::Template { key, arguments } => Some((key, arguments)),
        Body::Text(_) | Body::Value(_) => None,
    }
}
