//! What the contact says they do not want: it is not begun, and given up when it is open.

use jackfield_core::{FlowId, NamedValue, Utterance};

use super::{Failed, Turn};
use crate::reader::{Place, Refused};

/// A refused flow, if it is one, and what is wanted instead.
pub(super) struct Refusal {
    flow: Option<FlowId>,
    instead: Option<String>,
}

impl Turn<'_> {
    /// What a sentence refuses. None when that is a value, as in `不要换59的，换128的`.
    pub(super) fn refusal(&self, text: &str, utterance: &Utterance) -> Option<Refusal> {
        let Refused {
            flow,
            others,
            instead,
        } = self.reader().refused(text, utterance)?;
        let instead = match (&flow, instead) {
            (Some(flow), Some(Place::Flow(same))) if same == *flow => return None,
            (Some(flow), None) if self.gives_value(flow, &self.parse(&others)) => return None,
            (Some(_), None) => None,
            _ => Some(others),
        };
        Some(Refusal { flow, instead })
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
