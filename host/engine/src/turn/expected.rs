//! What a flow waits for: whether a sentence is the answer to its question, or corrects an earlier one.

use jackfield_core::{Entity, Event, Expected, Frame, NamedValue, Utterance, Value};
use jackfield_language::{
    after_rejection, choice_by_ordinal, choice_by_position, choice_by_words, correction,
    entity_for, yes_no,
};

use super::Turn;

/// A sentence with the value that is waited for leads elsewhere only when it does so this surely.
const SURE_DIGRESSION: f32 = 0.75;

impl Turn<'_> {
    /// The answer that the flow waits for, or a correction of an earlier one.
    pub(super) fn plain_answer(
        &self,
        frame: &Frame,
        text: &str,
        utterance: &Utterance,
    ) -> Option<Event> {
        let corrects = correction(text);
        let meant = corrects.unwrap_or(text);
        if let Some(id) = picked_before(frame, meant, choice_by_ordinal) {
            return Some(Event::Chose(id));
        }
        if narrows_list(frame, utterance) {
            return None;
        }
        if corrects.is_some()
            && let Some(event) = self.corrected(frame, utterance)
        {
            return Some(event);
        }
        if let Some(rest) = corrects.or_else(|| after_rejection(text))
            && let Some(id) =
                picked_before(frame, correction(rest).unwrap_or(rest), choice_by_words)
        {
            return Some(Event::Chose(id));
        }
        match &frame.expects.what {
            Expected::YesNo => yes_no(text)
                .map(Event::Confirmed)
                .or_else(|| Some(Event::Chose(by_position(frame, text)?))),
            // A yes to the only thing on offer takes it.
            Expected::Choice if frame.choice_ids.len() == 1 && yes_no(text) == Some(true) => {
                frame.choice_ids.first().cloned().map(Event::Chose)
            }
            Expected::Choice => {
                let choices = &frame.prompt.as_ref()?.choices;
                let labels: Vec<&str> =
                    choices.iter().map(|choice| choice.label.as_str()).collect();
                let at = choice_by_words(meant, &labels)?;
                if labels
                    .get(at)
                    .is_some_and(|label| other_price(utterance, label))
                {
                    return None;
                }
                frame.choice_ids.get(at).cloned().map(Event::Chose)
            }
            Expected::Slot(slot) => {
                if let Some(id) = by_position(frame, text) {
                    return Some(Event::Chose(id));
                }
                let kind = self.slot_kind(frame, slot)?;
                if kind == "text"
                    || self.leads_elsewhere(frame, utterance, covered(utterance, &kind))
                {
                    return None;
                }
                let value = entity_for(&kind, utterance)?;
                Some(Event::Filled(NamedValue {
                    name: slot.clone(),
                    value,
                }))
            }
            Expected::Digits { least, most, .. } => {
                let keys: String = text
                    .chars()
                    .filter(|c| !c.is_whitespace() && *c != '-')
                    .collect();
                let fits = (*least..=*most)
                    .contains(&u32::try_from(keys.len()).unwrap_or(u32::MAX))
                    && keys
                        .bytes()
                        .all(|b| b.is_ascii_digit() || b == b'*' || b == b'#');
                fits.then_some(Event::Pressed(keys))
            }
            Expected::Anything => None,
        }
    }

    /// "No, I meant 128": the last filled slot that the new value fits.
    fn corrected(&self, frame: &Frame, utterance: &Utterance) -> Option<Event> {
        frame.slots.iter().rev().find_map(|slot| {
            let kind = self.slot_kind(frame, &slot.name)?;
            if kind == "text" {
                return None;
            }
            let new = entity_for(&kind, utterance)?;
            let differs = new != slot.value;
            differs.then(|| Event::Corrected {
                slot: slot.name.clone(),
                old: Some(slot.value.clone()),
                new,
            })
        })
    }

    pub(super) fn slot_kind(&self, frame: &Frame, slot: &str) -> Option<String> {
        let pack = self
            .catalog
            .version(&frame.pack)
            .or_else(|| self.catalog.pack(&frame.flow.pack))?;
        Some(pack.flow(&frame.flow.flow)?.slots.get(slot)?.kind.clone())
    }

    /// Whether a sentence that contains the wanted value is really about something else: the intent is
    /// another flow's, and the value is only a small part of what was said.
    fn leads_elsewhere(&self, frame: &Frame, utterance: &Utterance, covered: f32) -> bool {
        covered < 0.5
            && (covered == 0.0 || utterance.confidence >= SURE_DIGRESSION)
            && self.other_flow(frame, utterance).is_some()
    }
}

/// Whether the sentence bounds what something on the list may cost, and so picks nothing of it: `不超过100元`, `my budget is fifty`.
fn narrows_list(frame: &Frame, utterance: &Utterance) -> bool {
    let lists = frame.prompt.as_ref().is_some_and(|p| !p.choices.is_empty());
    let bounds =
        |entity: &Entity| entity.kind == "bound" && entity.role.as_deref() == Some("amount");
    lists && utterance.entities.iter().any(bounds)
}

/// What a sentence picks of the list before the yes-or-no question: `no, I meant the third`, `不对，我要第二个`.
fn picked_before(
    frame: &Frame,
    meant: &str,
    pick: fn(&str, &[&str]) -> Option<usize>,
) -> Option<String> {
    if frame.expects.what != Expected::YesNo {
        return None;
    }
    let labels: Vec<&str> = frame.listed.iter().map(|one| one.label.as_str()).collect();
    let at = pick(meant, &labels)?;
    frame.listed.get(at).map(|one| one.id.clone())
}

/// The choice that a sentence names by its place: `2`, `the second one`.
fn by_position(frame: &Frame, text: &str) -> Option<String> {
    let choices = frame.prompt.iter().flat_map(|prompt| &prompt.choices);
    let labels: Vec<&str> = choices.map(|choice| choice.label.as_str()).collect();
    let at = choice_by_position(text, &labels)?;
    frame.choice_ids.get(at).cloned()
}

/// Whether the sentence names a price that the label does not: "something cheap, 20 or 30" picks none of the dearer ones.
fn other_price(utterance: &Utterance, label: &str) -> bool {
    utterance.entities.iter().any(|entity| {
        let Value::Money(money) = &entity.value else {
            return false;
        };
        let (whole, rest) = (money.minor / 100, money.minor % 100);
        let written = [
            format!("{whole}.{rest:02}"),
            format!("{whole}元"),
            format!("{whole} yuan"),
        ];
        !written.iter().any(|price| label.contains(price.as_str()))
    })
}

/// The share of the sentence that the entity of this kind covers.
fn covered(utterance: &Utterance, kind: &str) -> f32 {
    let span = utterance
        .entities
        .iter()
        .find(|entity| entity.kind == kind)
        .map_or(0, |entity| entity.end.saturating_sub(entity.start));
    if utterance.text.is_empty() {
        0.0
    } else {
        span as f32 / utterance.text.len() as f32
    }
}
