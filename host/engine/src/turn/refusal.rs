//! What the contact says they do not want: it is not begun, and given up when it is open.

use jackfield_core::{FlowId, NamedValue, Utterance};
use jackfield_language::{ANSWER_THRESHOLD, clauses, is_name, just_wanted, normalise, refused};

use super::reading::{Place, SURE_ANSWER};
use super::{Failed, Turn};

/// A refused flow, if it is one, and what is wanted instead.
pub(super) struct Refusal {
    flow: Option<FlowId>,
    instead: Option<String>,
}

impl Turn<'_> {
    /// The flow that a sentence refuses: `我不想换套餐`, `don't change my plan`. None when what is refused is a value, as in
    /// `不要换59的，换128的`, and when the refusal is itself what some pack was taught or knows.
    pub(super) fn refusal(&self, text: &str, utterance: &Utterance) -> Option<Refusal> {
        let mut flow = None;
        let mut refuses = false;
        let mut others = Vec::new();
        for clause in clauses(text) {
            let clause = text.get(clause.at)?;
            match self.refused_flow(clause) {
                Some(refused) => flow = Some(refused),
                None if self.refuses_thing(clause) => refuses = true,
                None => others.push(clause),
            }
        }
        let Some(flow) = flow else {
            return self.other_wish(refuses, &others, utterance);
        };
        if self.is_verbatim(utterance) || self.is_taught(utterance) {
            return None;
        }
        let instead = others.join("，");
        let other = self.parse(&instead);
        match self.place_of(&other, SURE_ANSWER) {
            Some(Place::Flow(same)) if same == flow => None,
            Some(_) => Some(Refusal {
                flow: Some(flow),
                instead: Some(instead),
            }),
            None if self.gives_value(&flow, &other) => None,
            None => Some(Refusal {
                flow: Some(flow),
                instead: None,
            }),
        }
    }

    /// Whether a clause refuses something that is no value: `不是要销号`.
    fn refuses_thing(&self, clause: &str) -> bool {
        refused(clause).is_some_and(|rest| !rest.is_empty())
            && self.parse(clause).entities.iter().all(|e| is_name(&e.kind))
    }

    /// What is wanted by who refuses something that no flow does: `不是要销号，是停机保号`.
    fn other_wish(&self, refuses: bool, others: &[&str], utterance: &Utterance) -> Option<Refusal> {
        if !refuses || others.is_empty() || self.is_verbatim(utterance) || self.is_taught(utterance)
        {
            return None;
        }
        let said = others.join("，");
        let after_all = just_wanted(&said);
        let instead = after_all.unwrap_or(&said).to_owned();
        let leads = self.place_of(&self.parse(&instead), ANSWER_THRESHOLD);
        if after_all.is_none() && leads.is_none() {
            return None;
        }
        Some(Refusal {
            flow: None,
            instead: Some(instead),
        })
    }

    fn refused_flow(&self, clause: &str) -> Option<FlowId> {
        let flow = self.flow_of(&self.parse(&refused(clause)?))?.clone();
        let whole = self.parse(clause);
        // Who refuses may want something else by that, and a pack may have been taught what.
        let same = whole.intent.is_none() || self.flow_of(&whole) == Some(&flow);
        same.then_some(flow)
    }

    /// Whether the sentence is an example of its intent, word for word.
    pub(super) fn is_taught(&self, utterance: &Utterance) -> bool {
        utterance.intent.as_deref().is_some_and(|intent| {
            let mut examples = self.catalog.model.examples_of(intent);
            examples.any(|example| normalise(example) == utterance.text)
        })
    }

    /// Whether the sentence has a value for some slot of the flow.
    fn gives_value(&self, flow: &FlowId, utterance: &Utterance) -> bool {
        let pack = self.catalog.pack(&flow.pack);
        pack.and_then(|pack| pack.flow(&flow.flow))
            .is_some_and(|spec| {
                let kinds = || spec.slots.values().map(|slot| &slot.kind);
                let mut entities = utterance.entities.iter();
                entities.any(|entity| kinds().any(|kind| *kind == entity.kind))
            })
    }

    /// Does not do what was refused. Returns what is wanted instead.
    pub(super) async fn refuse(&mut self, refusal: Refusal) -> Result<Option<String>, Failed> {
        let Refusal { flow, instead } = refusal;
        let Some(flow) = flow else {
            return Ok(instead);
        };
        self.understood();
        self.session.later.retain(|wish| wish.flow != flow);
        if self.is_being_done(&flow) {
            self.cancel().await?;
            return Ok(instead);
        }
        if instead.is_some() {
            return Ok(instead);
        }
        self.decide("decline", format!("the contact does not want {flow}"));
        let interrupted = self.session.frames.iter();
        let interrupted = interrupted
            .filter(|frame| frame.flow == flow && !frame.background && !frame.called)
            .map(|frame| frame.id)
            .find(|frame| !self.is_under_way(*frame));
        if let Some(frame) = interrupted {
            self.tell_cancelled(frame).await;
            self.drop_frame(frame);
        }
        let title = NamedValue::new("title", self.title(&flow).as_str());
        self.say("declined", &[title]);
        self.ask_again();
        Ok(None)
    }

    /// Whether the refusal gives up what is being done.
    pub(super) fn is_given_up(&self, refusal: &Refusal) -> bool {
        refusal
            .flow
            .as_ref()
            .is_some_and(|flow| self.is_being_done(flow))
    }

    /// Whether the active flow is this one, or was called by it.
    fn is_being_done(&self, flow: &FlowId) -> bool {
        for frame in self.session.frames.iter().rev().filter(|f| !f.background) {
            if frame.flow == *flow {
                return true;
            }
            if !frame.called {
                break;
            }
        }
        false
    }
}
