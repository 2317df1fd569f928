//! What a sentence says is not wanted, and what it wants instead.

use jackfield_core::{FlowId, Utterance};
use jackfield_language::{ANSWER_THRESHOLD, clauses, is_name, just_wanted, refused};

use super::{Place, Reader, SURE_ANSWER};

/// What a sentence refuses, and what it says besides.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// The flow that is not wanted; none when something is refused that no flow does.
    pub flow: Option<FlowId>,
    /// What is said besides; never empty without a flow.
    pub others: String,
    /// Where that surely leads.
    pub instead: Option<Place>,
}

impl Reader<'_> {
    /// What the sentence refuses: `我不想换套餐`, `don't change my plan`, and, with what is wanted instead, `不是要销号，是停机保号`.
    /// None when the refusal is itself what some pack was taught or knows.
    pub fn refused(&self, text: &str, utterance: &Utterance) -> Option<Refused> {
        let mut flow = None;
        let mut refuses = false;
        let mut others = Vec::new();
        for clause in clauses(text) {
            let clause = text.get(clause.at)?;
            match self.refused_flow(clause) {
                Some(refused) => flow = Some(refused.clone()),
                None if self.refuses_thing(clause) => refuses = true,
                None => others.push(clause),
            }
        }
        let nothing = flow.is_none() && (!refuses || others.is_empty());
        if nothing || self.is_verbatim(utterance) || self.is_example(utterance) {
            return None;
        }
        let mut others = others.join("，");
        let mut least = SURE_ANSWER;
        let mut says_what = false;
        if flow.is_none() {
            least = ANSWER_THRESHOLD;
            if let Some(wanted) = just_wanted(&others) {
                (others, says_what) = (wanted.to_owned(), true);
            }
        }
        let instead = self.place_of(&self.parse(&others), least);
        (flow.is_some() || says_what || instead.is_some()).then_some(Refused {
            flow,
            others,
            instead,
        })
    }

    fn refused_flow(&self, clause: &str) -> Option<&FlowId> {
        let flow = self.flow_of(&self.parse(&refused(clause)?))?;
        let whole = self.parse(clause);
        // Who refuses may want something else by that, and a pack may have been taught what.
        let same = whole.intent.is_none() || self.flow_of(&whole) == Some(flow);
        same.then_some(flow)
    }

    /// Whether a clause refuses something that is no value: `不是要销号`.
    fn refuses_thing(&self, clause: &str) -> bool {
        refused(clause).is_some_and(|rest| !rest.is_empty())
            && self.parse(clause).entities.iter().all(|e| is_name(&e.kind))
    }
}
