use crate::LanguageError;
use crate::knowledge::{Separator, separated_otherwise};

/// A sentence with what it should be understood as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// The sentence.
    pub text: String,
    /// The label.
    pub label: String,
}

/// Reads sentences with labels: lines of `text`, a tab and `label` under a heading, or lines of JSON objects with the fields
/// `text` and `label`. Further columns and fields are passed over. The heading names `text` and `label` or `intent`, which says where
/// they stand, so that a pack's own examples can be read. Under a heading that begins with `text` the labels are the second column.
/// `name` is for messages.
///
/// # Errors
///
/// When the heading is another, or a line is neither, with its number.
pub fn read_labelled(name: &str, content: &str) -> Result<Vec<Labelled>, LanguageError> {
    let wrong = |line: usize, problem: &str| LanguageError::Table {
        name: name.to_owned(),
        line,
        problem: problem.to_owned(),
    };
    let mut rows = Vec::new();
    let mut columns = None;
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
        let Some((text, label)) = columns else {
            let problem = || {
                separated_otherwise(line, Separator::Tab).unwrap_or_else(|| {
                    format!(
                        "`{}` is no heading: begin the file with a line `text`, a tab, `label`",
                        cells.join(" ")
                    )
                })
            };
            columns = Some(heading(&cells).ok_or_else(|| wrong(number, &problem()))?);
            continue;
        };
        let (Some(text), Some(label)) = (cells.get(text), cells.get(label)) else {
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

/// Where the heading says that sentence and label stand.
fn heading(cells: &[&str]) -> Option<(usize, usize)> {
    let place = |name: &str| {
        let mut cells = cells.iter();
        cells.position(|cell| cell.trim().eq_ignore_ascii_case(name))
    };
    let (text, label) = (place("text")?, place("label").or_else(|| place("intent")));
    match label {
        Some(label) => Some((text, label)),
        None => (text == 0 && cells.len() > 1).then_some((text, 1)),
    }
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
            "intent\tlocale\ttext\ncancel\ten-US\tcancel it\n",
            "text\tcategory\ncancel it\tcancel\n",
            "{\"text\": \"cancel it\", \"label\": \"cancel\"}\n",
        ] {
            assert_eq!(read_labelled("f", content).unwrap(), expected, "{content}");
        }
    }

    #[test]
    fn a_heading_that_is_none_is_no_sentence() {
        for (content, problem) in [
            (
                "foo\tbar\ncancel it\tcancel\n",
                "f:1: `foo bar` is no heading",
            ),
            (
                "cancel it\tcancel\n",
                "f:1: `cancel it cancel` is no heading",
            ),
            ("text\ncancel it\n", "f:1: `text` is no heading"),
            (
                "text;label\ncancel it;cancel\n",
                "f:1: the cells are separated by `;`",
            ),
            (
                "text,label\ncancel it,cancel\n",
                "f:1: the cells are separated by `,`",
            ),
        ] {
            let error = read_labelled("f", content).unwrap_err().to_string();
            assert!(error.starts_with(problem), "{error}");
        }
    }
}
