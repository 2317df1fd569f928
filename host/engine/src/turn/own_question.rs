//! The host's own open question: whether a sentence answers it.

use jackfield_core::{Asking, ClarifyOption, Utterance};
use jackfield_language::{choice_by_words, command, yes_no};

use super::{Failed, Turn};

impl Turn<'_> {
    /// The host's own open question. True when the sentence was its answer.
    pub(super) async fn host_question(
        &mut self,
        text: &str,
        utterance: &Utterance,
    ) -> Result<bool, Failed> {
        match self.session.asking.clone() {
            Some(Asking::Code { .. }) => self.code_text(text, utterance).await,
            Some(Asking::Clarify { options, offered }) => {
                let labels: Vec<&str> =
                    offered.iter().map(|choice| choice.label.as_str()).collect();
                let chosen = choice_by_words(text, &labels)
                    .and_then(|at| options.get(at))
                    .or_else(|| self.implied(&options, text, utterance));
                if let Some(option) = chosen {
                    self.clarified(option.clone()).await?;
                    return Ok(true);
                }
                self.session.asking = None;
                Ok(false)
            }
            None => Ok(false),
        }
    }

    /// One thing was offered, or one flow, and the answer is "yes" or what that flow would ask for: a number, a place.
    fn implied<'o>(
        &self,
        options: &'o [ClarifyOption],
        text: &str,
        utterance: &Utterance,
    ) -> Option<&'o ClarifyOption> {
        if let [only] = options
            && yes_no(text) == Some(true)
        {
            return Some(only);
        }
        let mut flows = options.iter().filter_map(|option| match option {
            ClarifyOption::Flow(flow) => Some((option, flow)),
            _ => None,
        });
        let (Some((option, flow)), None) = (flows.next(), flows.next()) else {
            return None;
        };
        // A bare "yes" has some intent too, by chance.
        if yes_no(text) == Some(true) {
            return Some(option);
        }
        if utterance.intent.is_some() || command(text).is_some() {
            return None;
        }
        let spec = self.catalog.pack(&flow.pack)?.flow(&flow.flow)?;
        let fits = utterance
            .entities
            .iter()
            .any(|entity| spec.slots.values().any(|slot| slot.kind == entity.kind));
        fits.then_some(option)
    }
}
