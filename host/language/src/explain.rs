//! Why a sentence is understood as it is.

use jackfield_core::{Candidate, Utterance};

use crate::intents::{Features, Sentence, prepare};
use crate::ngrams::is_han;
use crate::{Example, LanguageError, Model, ParseContext, normalise};

/// Why a sentence is understood as it is.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// What a flow would be told.
    pub utterance: Utterance,
    /// All readings, best first, whether or not they are sure enough.
    pub readings: Vec<Candidate>,
    /// Probability that the sentence is about anything that was taught.
    pub scope: f32,
    /// From this probability, it is taken to be.
    pub threshold: f32,
    /// The words of the sentence (in Chinese, its characters), and by how much each raises the score of the best reading; negative for
    /// those that speak against it.
    pub words: Vec<(String, f32)>,
    /// The examples that are most like the sentence, with their likeness from 0 to 1.
    pub examples: Vec<(Example, f32)>,
}

/// Examples that are shown.
const EXAMPLES: usize = 5;

impl Model {
    /// Explains how `text` is understood. This takes some hundred times as long as understanding it.
    ///
    /// # Errors
    ///
    /// When the encoder fails.
    pub fn explain(
        &self,
        text: &str,
        context: &ParseContext<'_>,
    ) -> Result<Explanation, LanguageError> {
        let utterance = self.parse(text, context);
        let normal = normalise(text);
        let read = |text: &str| {
            let sentence = prepare(&[text], self.encoder())?.pop().unwrap_or_default();
            Ok::<_, LanguageError>((self.intents().read(&sentence), sentence))
        };
        let (reading, sentence) = read(&normal)?;
        let best = reading.candidates.first().map(|best| best.intent.clone());
        let mut words = Vec::new();
        for (start, end) in spans(&normal) {
            let without = format!(
                "{} {}",
                normal.get(..start).unwrap_or_default(),
                normal.get(end..).unwrap_or_default()
            );
            let without = prepare(&[without.trim()], self.encoder())?
                .pop()
                .unwrap_or_default();
            let score = |sentence: &Sentence| {
                best.as_deref()
                    .map_or(0.0, |best| self.intents().score(sentence, best))
            };
            words.push((
                normal.get(start..end).unwrap_or_default().to_owned(),
                score(&sentence) - score(&without),
            ));
        }
        Ok(Explanation {
            utterance,
            readings: reading.candidates,
            scope: reading.scope,
            threshold: self.intents().threshold(),
            words,
            examples: self.most_alike(&sentence.features),
        })
    }

    fn most_alike(&self, features: &Features) -> Vec<(Example, f32)> {
        let mut alike: Vec<(&Example, f32)> = self
            .examples()
            .iter()
            .map(|example| {
                (
                    example,
                    features.likeness(&Features::of(&normalise(&example.text))),
                )
            })
            .filter(|(_, likeness)| *likeness > 0.0)
            .collect();
        alike.sort_by(|a, b| b.1.total_cmp(&a.1));
        alike
            .into_iter()
            .take(EXAMPLES)
            .map(|(example, likeness)| (example.clone(), likeness))
            .collect()
    }
}

/// The spans of words, and of single Chinese characters.
fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut goes_on = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let is_part = (c.is_alphanumeric() || c == '\'') && !is_han(c);
        match spans.last_mut().filter(|_| goes_on && is_part) {
            Some(last) => last.1 = end,
            None if is_part || is_han(c) => spans.push((at, end)),
            None => {}
        }
        goes_on = is_part;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_characters_are_spans() {
        let text = "我要 cancel it, don't 128g";
        let words: Vec<&str> = spans(text)
            .into_iter()
            .filter_map(|(start, end)| text.get(start..end))
            .collect();
        assert_eq!(words, ["我", "要", "cancel", "it", "don't", "128g"]);
    }
}
