/// Score from which an answer can be given without asking whether it is meant.
pub const ANSWER_THRESHOLD: f32 = 0.5;

/// An article that answers a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Stable id of the article.
    pub id: String,
    /// The question it answers, as its author wrote it first.
    pub question: String,
    /// The answer.
    pub text: String,
    /// 0 to 1; comparable within one model only. See [`ANSWER_THRESHOLD`].
    pub score: f32,
}
