use serde::{Deserialize, Serialize};

/// What a person says that a sentence means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// An example of this intent.
    Intent(String),
    /// A question that this article answers.
    Article(String),
    /// Nothing that is taught; the bot should say that it does not know.
    OutOfScope,
    /// Nothing to learn from; it need not be seen again. Of a sentence that was published before, this takes the meaning away.
    Dismissed,
}
