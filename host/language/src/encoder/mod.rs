//! Sentence encoders: the optional second tier of understanding.

mod bert;

use std::fmt::Debug;

use crate::LanguageError;

pub use bert::BertEncoder;

/// Turns sentences into vectors that lie near each other when the sentences mean something alike.
pub trait SentenceEncoder: Send + Sync + Debug {
    /// Length of every vector.
    fn dimensions(&self) -> usize;

    /// Names the weights and the way they are used: two encoders with the same digest give the same vectors.
    fn digest(&self) -> &str;

    /// The vectors of `sentences`, one after the other, each of length 1.
    ///
    /// # Errors
    ///
    /// When the encoder cannot compute, for example because its files are damaged.
    fn encode(&self, sentences: &[&str]) -> Result<Vec<f32>, LanguageError>;
}
