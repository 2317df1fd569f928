//! Several wishes in one sentence: what knowledge answers is answered at once, the first flow starts, and the others are
//! taken up when no flow is left.

use jackfield_core::{Event, Expected, Frame, LaterWish, NamedValue, Utterance, Value};
use jackfield_language::{ANSWER_THRESHOLD, refers_back, wishes};

use super::reading::arguments_of;
use super::{Failed, Turn};
use crate::reader::Place;

/// Wishes kept for later: more than anybody says in one breath.
const MOST_LATER: usize = 3;

impl Turn<'_> {
    /// Does what a sentence with several wishes says. False when it has one at most.
    pub(super) async fn several(
        &mut self,
        waiting: Option<&Frame>,
        text: &str,
        utterance: &Utterance,
    ) -> Result<bool, Failed> {
        let wishes = wishes(text, |clause| self.wish(waiting, clause));
        if wishes.is_empty() || self.reader().is_verbatim(utterance) {
            return Ok(false);
        }
        self.understood();
        let mut flows = Vec::new();
        let mut answered = Vec::new();
        for wish in wishes {
            match wish.place {
                Place::Flow(flow) => flows.push((flow, wish.text)),
                Place::Article(id) => {
                    self.give_article(&id);
                    answered.push(id.to_string());
                }
            }
        }
        let mut flows = flows.into_iter();
        let Some((first, words)) = flows.next() else {
            self.decide("answer", format!("articles {}", answered.join(", ")));
            self.ask_again();
            return Ok(true);
        };
        let first_words = self.parse(words);
        let later: Vec<LaterWish> = flows
            .take(MOST_LATER)
            .map(|(flow, words)| LaterWish {
                flow,
                arguments: arguments_of(&self.parse(words)),
            })
            .collect();
        let named: Vec<&str> = later.iter().map(|wish| wish.flow.flow.as_str()).collect();
        let why = format!("{first} first, then: {}", named.join(", "));
        if let Some(next) = later.first() {
            let titles = [
                NamedValue::new("first", self.title(&first).as_str()),
                NamedValue::new("next", self.title(&next.flow).as_str()),
            ];
            self.say("one-after-another", &titles);
        }
        self.session.later.splice(0..0, later);
        self.session.later.truncate(MOST_LATER);
        match waiting.filter(|frame| frame.flow == first) {
            Some(frame) => {
                self.decide("continue", why);
                let event = self
                    .plain_answer(frame, words, &first_words)
                    .unwrap_or(Event::Said(first_words));
                self.tell(frame.id, vec![event]).await?;
            }
            None => {
                let action = if waiting.is_some() {
                    "digress"
                } else {
                    "start"
                };
                self.decide(action, why);
                self.start_flow(first, arguments_of(&first_words), false)
                    .await?;
            }
        }
        Ok(true)
    }

    /// Where a clause surely leads. What is open below cannot be begun anew.
    fn wish(&self, waiting: Option<&Frame>, clause: &str) -> Option<Place> {
        let decides =
            waiting.is_some_and(|f| matches!(f.expects.what, Expected::YesNo | Expected::Choice));
        if decides && refers_back(clause) {
            return None;
        }
        self.reader()
            .wish(clause, ANSWER_THRESHOLD)
            .filter(|place| match place {
                Place::Flow(flow) => {
                    waiting.is_some_and(|frame| frame.flow == *flow) || !self.session.is_open(flow)
                }
                Place::Article(_) => true,
            })
    }

    /// Begins what the contact wanted besides, when no flow is left: says so, and what its flow is to be told.
    pub(super) fn take_up(&mut self) -> Result<Option<(u32, Vec<Event>)>, Failed> {
        while self.session.active().is_none() && !self.session.later.is_empty() {
            let LaterWish { flow, arguments } = self.session.later.remove(0);
            let pack = self.catalog.pack(&flow.pack);
            // The pack may have gone meanwhile.
            if pack.is_none_or(|pack| pack.flow(&flow.flow).is_none()) {
                continue;
            }
            let title = Value::Text(self.title(&flow));
            let name = "title".to_owned();
            self.say("next-wish", &[NamedValue { name, value: title }]);
            return self.begin(flow, arguments, false).map(Some);
        }
        Ok(None)
    }
}
