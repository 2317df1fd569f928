//! An answer that names a value and, besides, one of the things that the flow then lists: `89 Voice`, `89档语音版`.

use jackfield_core::{Event, Expected, Utterance};
use jackfield_language::{choice_by_position, choice_by_words};

use super::{Failed, Turn};

impl Turn<'_> {
    /// Tells the flow its answer. When it lists what has the value, and the sentence names one of these, that is chosen at once.
    pub(super) async fn answered(
        &mut self,
        frame: u32,
        event: Event,
        utterance: &Utterance,
    ) -> Result<(), Failed> {
        let rest = matches!(event, Event::Filled(_)).then(|| without_values(utterance));
        let before = self.draft.messages.len();
        self.tell(frame, vec![event]).await?;
        let Some(id) = rest.and_then(|rest| self.listed(frame, &rest)) else {
            return Ok(());
        };
        self.draft.messages.truncate(before);
        self.tell(frame, vec![Event::Chose(id)]).await
    }

    /// What these words name of the list that the flow shows now.
    fn listed(&self, frame: u32, words: &str) -> Option<String> {
        let frame = self.session.active().filter(|now| now.id == frame)?;
        let choices = &frame.prompt.as_ref()?.choices;
        if frame.expects.what != Expected::Choice || choices.len() < 2 {
            return None;
        }
        let labels: Vec<&str> = choices.iter().map(|choice| choice.label.as_str()).collect();
        // What is left of an answer counts nothing.
        if words.chars().count() < 2 || choice_by_position(words, &labels).is_some() {
            return None;
        }
        frame
            .choice_ids
            .get(choice_by_words(words, &labels)?)
            .cloned()
    }
}

/// The sentence without its values, and without the measure words behind them.
fn without_values(utterance: &Utterance) -> String {
    let mut rest = String::new();
    let mut at = 0;
    for entity in &utterance.entities {
        if jackfield_language::is_name(&entity.kind) {
            continue;
        }
        let (start, end) = (entity.start as usize, entity.end as usize);
        rest.push_str(utterance.text.get(at..start).unwrap_or_default());
        at = at.max(end);
    }
    let last = utterance.text.get(at..).unwrap_or_default();
    rest.push_str(last.trim_start_matches(['档', '元', '块', '的', '那']));
    rest.trim().to_owned()
}
