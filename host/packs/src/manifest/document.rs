//! A TOML text as JSON, with the place of every key and value.

use std::collections::HashMap;
use std::ops::Range;

use jackfield_core::ErrorCode;
use serde_json::{Map, Number, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::problem::{Place, Problem, Report};

/// A manifest longer than this is not read.
const LONGEST: usize = 256 * 1024;

/// The manifest as it was written.
#[derive(Debug)]
pub(crate) struct Document {
    /// The file's name in messages.
    file: String,
    text: String,
    /// The same content as JSON.
    pub(crate) value: Value,
    /// Where the key of a JSON pointer stands; array elements have none.
    keys: HashMap<String, Range<usize>>,
    /// Where the value of a JSON pointer stands.
    values: HashMap<String, Range<usize>>,
}

impl Document {
    /// Reads TOML. Syntax errors go to `report`, and there is no document then: what was recovered would only
    /// lead to errors that are not real.
    pub(crate) fn read(text: &str, file: &str, report: &mut Report) -> Option<Self> {
        if text.len() > LONGEST {
            report.error(bad(
                format!("the manifest has {} bytes", text.len()),
                format!("at most {LONGEST} bytes are read"),
                "move long texts into data files",
            ));
            return None;
        }
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            // There may be one for every byte, and finding a line costs as much as the text is long.
            if report.is_full() {
                break;
            }
            let problem = bad(
                format!("this is not TOML: {}", error.message()),
                "the manifest can only be read when all of it is TOML",
                "mend the line",
            );
            let offset = error.span().map_or(0, |span| span.start);
            report.error(problem.at(Place::of_offset(file, text, offset)));
        }
        if !errors.is_empty() {
            return None;
        }
        let mut document = Self {
            file: file.to_owned(),
            text: text.to_owned(),
            value: Value::Null,
            keys: HashMap::new(),
            values: HashMap::new(),
        };
        document.value = document.table(table.get_ref(), "", report);
        report.is_usable().then_some(document)
    }

    /// The place of the key of `pointer`, or of its value when it has no key, or of what holds it.
    pub(crate) fn key(&self, pointer: &str) -> Place {
        self.find(pointer, &[&self.keys, &self.values])
    }

    /// The place of the value of `pointer`, or of what holds it.
    pub(crate) fn value(&self, pointer: &str) -> Place {
        self.find(pointer, &[&self.values, &self.keys])
    }

    fn find(&self, pointer: &str, maps: &[&HashMap<String, Range<usize>>]) -> Place {
        let mut pointer = pointer;
        loop {
            if let Some(span) = maps.iter().find_map(|map| map.get(pointer)) {
                return Place::of_offset(&self.file, &self.text, span.start);
            }
            match pointer.rfind('/') {
                Some(cut) => pointer = pointer.get(..cut).unwrap_or_default(),
                None => return Place::new(&self.file, 1, 1),
            }
        }
    }

    fn table(&mut self, table: &DeTable<'_>, pointer: &str, report: &mut Report) -> Value {
        let mut map = Map::new();
        for (key, value) in table {
            let pointer = child(pointer, key.get_ref());
            self.keys.insert(pointer.clone(), key.span());
            let value = self.spanned(value, &pointer, report);
            map.insert(key.get_ref().to_string(), value);
        }
        Value::Object(map)
    }

    fn spanned(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        pointer: &str,
        report: &mut Report,
    ) -> Value {
        match value.get_ref() {
            // The span of a table that has a header is that of the header's bracket; its key is the better place.
            DeValue::Table(table) => return self.table(table, pointer, report),
            _ => self.values.insert(pointer.to_owned(), value.span()),
        };
        let refuse = |report: &mut Report, what: &str, fix: &str| {
            let place = Place::of_offset(&self.file, &self.text, value.span().start);
            report.error(bad(what, "the manifest has no use for such a value", fix).at(place));
            Value::Null
        };
        match value.get_ref() {
            DeValue::Table(_) => Value::Null,
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Boolean(truth) => Value::Bool(*truth),
            DeValue::Integer(integer) => {
                match i64::from_str_radix(integer.as_str(), integer.radix()) {
                    Ok(number) => Value::Number(number.into()),
                    Err(_) => refuse(report, "the number is too large", "write a smaller number"),
                }
            }
            DeValue::Float(float) => match float.as_str().parse().ok().and_then(Number::from_f64) {
                Some(number) => Value::Number(number),
                None => refuse(report, "the number is not finite", "write a finite number"),
            },
            DeValue::Datetime(_) => refuse(
                report,
                "this is a date or a time",
                "if it is meant as text, put it into quotes",
            ),
            DeValue::Array(array) => {
                let items = array.iter().enumerate();
                Value::Array(
                    items
                        .map(|(i, item)| {
                            self.spanned(item, &child(pointer, &i.to_string()), report)
                        })
                        .collect(),
                )
            }
        }
    }
}

/// The JSON pointer of `key` below `pointer`.
pub(crate) fn child(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// A problem of the manifest.
pub(crate) fn bad(
    what: impl Into<String>,
    why: impl Into<String>,
    fix: impl Into<String>,
) -> Problem {
    Problem::new(ErrorCode::BadManifest, what, why, fix)
}
