use crate::LanguageError;

/// A sentence with what it should be understood as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// The sentence.
    pub text: String,
    /// The label.
    pub label: String,
}

/// Reads sentences with labels: lines of `text`, a tab and `label` under a heading, or lines of JSON objects with the fields
/// `text` and `label`. Further columns and fields are passed over. `name` is for messages.
///
/// # Errors
///
/// When a line is neither, with its number.
pub fn read_labelled(name: &str, content: &str) -> Result<Vec<Labelled>, LanguageError> {
    let wrong = |line: usize, problem: &str| LanguageError::Table {
        name: name.to_owned(),
        line,
        problem: problem.to_owned(),
    };
    let mut rows = Vec::new();
    let lines = (1..).zip(content.trim_start_matches('\u{feff}').lines());
    for (number, line) in lines {
        let line = line.trim_end_matches('\r');
        if line.trim().is_empty() {
            continue;
        }
        if line.starts_with('{') {
            let row: serde_json::Value = serde_json::from_str(line)
                .map_err(|error| wrong(number, &format!("not JSON: {error}")))?;
            let field = |field: &str| {
                row.get(field)
                    .and_then(serde_json::Value::as_str)
                    .map(str::to_owned)
                    .ok_or_else(|| {
                        wrong(
                            number,
                            &format!("the object needs a text in the field `{field}`"),
                        )
                    })
            };
            rows.push(Labelled {
                text: field("text")?,
                label: field("label")?,
            });
            continue;
        }
        let mut cells = line.split('\t');
        let (Some(text), Some(label)) = (cells.next(), cells.next()) else {
            return Err(wrong(number, "a line needs a sentence, a tab and a label"));
        };
        if number == 1 && text.eq_ignore_ascii_case("text") {
            continue;
        }
        if label.trim().is_empty() {
            return Err(wrong(number, "the label is empty"));
        }
        rows.push(Labelled {
            text: text.to_owned(),
            label: label.trim().to_owned(),
        });
    }
    Ok(rows)
}
