//! `pack.toml`: read, checked against the schema, checked for sense.

mod document;
mod locale;
mod rules;
mod schema;
mod suggest;

use std::collections::BTreeSet;

use jackfield_core::manifest::Manifest;
use serde::Deserialize as _;

pub(crate) use document::{Document, bad};
pub use schema::SCHEMA;
pub(crate) use suggest::nearest;

use crate::PackError;
use crate::problem::Report;

/// Reads and checks a manifest by itself, without the files it names. `file` is its name in messages.
///
/// # Errors
/// [`PackError`] with every problem found.
pub fn read_manifest(text: &str, file: &str) -> Result<Manifest, PackError> {
    let mut report = Report::default();
    let read = read(text, file, &mut report);
    report.finish()?;
    // The report has an error whenever nothing was read.
    read.map(|(manifest, _)| manifest)
        .ok_or_else(|| unreadable("nothing was read").into())
}

/// Reads a manifest and keeps the places of its parts. There is one only when it is sound by itself.
pub(crate) fn read(text: &str, file: &str, report: &mut Report) -> Option<(Manifest, Document)> {
    let document = Document::read(text, file, report)?;
    let unknown_keys = schema::check(&document, report)?;
    // With the keys gone that nothing knows, the rest can often still be judged.
    let mut value = document.value.clone();
    for pointer in &unknown_keys {
        remove(&mut value, pointer);
    }
    let manifest = match Manifest::deserialize(&value) {
        Ok(manifest) => manifest,
        Err(_) if !report.is_usable() => return None,
        // What the schema lets through and the types do not is a gap in the schema.
        Err(error) => {
            report.error(unreadable(&error.to_string()));
            return None;
        }
    };
    rules::check(&manifest, &document, report);
    report.is_usable().then_some((manifest, document))
}

fn remove(value: &mut serde_json::Value, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    if let Some(table) = value
        .pointer_mut(parent)
        .and_then(serde_json::Value::as_object_mut)
    {
        table.remove(&key);
    }
}

fn unreadable(detail: &str) -> crate::Problem {
    bad(
        format!("the manifest cannot be read: {detail}"),
        "it does not have the expected form",
        "look at docs/pack.schema.json",
    )
}

/// A file that the manifest names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedFile {
    /// JSON pointer of the name in the manifest.
    pub(crate) pointer: String,
    /// Path in the pack.
    pub(crate) path: String,
}

/// Every file that a manifest names, in a fixed order. A file that is named twice is listed twice.
pub(crate) fn named_files(manifest: &Manifest) -> Vec<NamedFile> {
    let mut files = Vec::new();
    let mut add = |pointer: String, path: &str| {
        files.push(NamedFile {
            pointer,
            path: path.to_owned(),
        })
    };
    for (name, flow) in &manifest.flows {
        if let Some(path) = &flow.state_schema {
            add(format!("/flows/{name}/state-schema"), path);
        }
    }
    for (name, table) in &manifest.tables {
        add(format!("/tables/{name}/file"), &table.file);
    }
    let language = &manifest.language;
    for (i, path) in language.examples.iter().enumerate() {
        add(format!("/language/examples/{i}"), path);
    }
    for (i, path) in language.knowledge.iter().enumerate() {
        add(format!("/language/knowledge/{i}"), path);
    }
    for (i, path) in language.synonyms.iter().enumerate() {
        add(format!("/language/synonyms/{i}"), path);
    }
    for (kind, path) in &language.gazetteers {
        add(format!("/language/gazetteers/{kind}"), path);
    }
    for (locale, paths) in &language.catalogues {
        for (i, path) in paths.iter().enumerate() {
            add(format!("/language/catalogues/{locale}/{i}"), path);
        }
    }
    files
}

/// The paths of [`named_files`], each once.
pub(crate) fn named_paths(manifest: &Manifest) -> BTreeSet<String> {
    named_files(manifest)
        .into_iter()
        .map(|file| file.path)
        .collect()
}
