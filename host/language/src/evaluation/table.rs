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
/// `text` and `label`. Further columns and fields are passed over. A heading that names `text` and `label` or `intent` says where they
/// stand, so that a pack's own examples can be read. `name` is for messages.
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
    let mut columns = (0, 1);
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
        let cells: Vec<&str> = line.split('\t').collect();
        if number == 1 {
            let place = |name: &str| {
                let mut cells = cells.iter();
                cells.position(|cell| cell.trim().eq_ignore_ascii_case(name))
            };
            let label = place("label").or_else(|| place("intent"));
            if let Some(text) = place("text").filter(|text| *text == 0 || label.is_some()) {
                columns = (text, label.unwrap_or(1));
                continue;
            }
        }
        let (Some(text), Some(label)) = (cells.get(columns.0), cells.get(columns.1)) else {
            return Err(wrong(number, "a line needs a sentence, a tab and a label"));
        };
        if label.trim().is_empty() {
            return Err(wrong(number, "the label is empty"));
        }
        rows.push(Labelled {
            text: (*text).to_owned(),
            label: label.trim().to_owned(),
        });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_says_where_sentence_and_label_stand() {
        let row = |text: &str, label: &str| Labelled {
            text: text.to_owned(),
            label: label.to_owned(),
        };
        let expected = [row("cancel it", "cancel")];
        for content in [
            "text\tlabel\ncancel it\tcancel\n",
            "cancel it\tcancel\n",
            "intent\tlocale\ttext\ncancel\ten-US\tcancel it\n",
            "text\tcategory\ncancel it\tcancel\n",
            "{\"text\": \"cancel it\", \"label\": \"cancel\"}\n",
        ] {
            assert_eq!(read_labelled("f", content).unwrap(), expected, "{content}");
        }
    }
}
