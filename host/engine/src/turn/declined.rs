//! Sentences that want less: no person, or nothing more at all.

use jackfield_core::{Expected, Frame};
use jackfield_language::declines;

use super::{Failed, Turn};

impl Turn<'_> {
    /// Goes on with who wants no person, and ends what is being done for who politely says so. False when the sentence is neither.
    pub(super) async fn declined(
        &mut self,
        waiting: Option<&Frame>,
        text: &str,
    ) -> Result<bool, Failed> {
        if self.wants_words(waiting) {
            return Ok(false);
        }
        if let Some(besides) = self.reader().without_person(text) {
            self.understood();
            if !besides.is_empty() {
                let utterance = self.parse(&besides);
                self.wanted(&besides, utterance).await?;
                return Ok(true);
            }
            self.decide("decline", "does not want a person");
            self.say("no-person", &[]);
            self.ask_again();
            return Ok(true);
        }
        let asked = waiting.is_some_and(|frame| frame.expects.what != Expected::Anything);
        if !asked || !declines(text) {
            return Ok(false);
        }
        self.understood();
        self.cancel().await?;
        Ok(true)
    }
}
