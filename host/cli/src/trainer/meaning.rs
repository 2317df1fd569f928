use serde_json::{Value, json};

/// What a sentence means.
#[derive(clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Meaning {
    /// It is an example of this intent; `jackfield trainer meanings` lists their names
    #[arg(long)]
    intent: Option<String>,
    /// It asks what the article with this id answers; `jackfield trainer meanings` lists them
    #[arg(long)]
    article: Option<String>,
    /// It means nothing the bot is taught: the bot should say that it does not know
    #[arg(long)]
    out_of_scope: bool,
    /// Nothing is to be learnt from it; it takes back what was published of it
    #[arg(long)]
    dismiss: bool,
    /// Take its label out of the draft
    #[arg(long)]
    clear: bool,
}

impl Meaning {
    /// As the API takes it.
    pub(super) fn value(&self) -> Value {
        match self {
            Self {
                intent: Some(intent),
                ..
            } => json!({ "intent": intent }),
            Self {
                article: Some(article),
                ..
            } => json!({ "article": article }),
            Self {
                out_of_scope: true, ..
            } => json!("out-of-scope"),
            Self { dismiss: true, .. } => json!("dismissed"),
            _ => Value::Null,
        }
    }
}
