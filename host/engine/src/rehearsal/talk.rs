//! One conversation of a rehearsal.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jackfield_core::{
    Accepted, Address, ChoiceToken, ContactId, Content, Outbound, Outcome, Position, Session,
    SessionId, TenantId, Timer, TurnRecord,
};
use jackfield_core::{OutboxEntry, PackId};
use jackfield_sandbox::StorageView;

use super::{BackEnd, Rehearsal, Stage};
use crate::rules::Rules;
use crate::turn::{Moment, Source, Turn};

/// Turns that one event may lead to by answers of other systems: a flow that asks again and again is stopped here.
const MOST_TURNS: usize = 32;

/// One contact's conversation.
pub struct Talk<'r> {
    rehearsal: &'r Rehearsal,
    back_end: Arc<dyn BackEnd>,
    session: Session,
    stored: HashMap<PackId, StorageView>,
    locale: String,
    now: u64,
    /// Events so far: positions, message ids and seeds come from it.
    events: u64,
}

/// What came of an event.
#[derive(Debug, Default)]
pub struct Heard {
    /// The turns that it led to, in their order: its own, and those of answers of other systems.
    pub turns: Vec<TurnRecord>,
}

impl Heard {
    /// All that the contact was told.
    pub fn messages(&self) -> impl Iterator<Item = &Outbound> {
        self.turns.iter().flat_map(|turn| &turn.messages)
    }
}

impl Rehearsal {
    /// Begins a conversation on the web chat at this moment, milliseconds since 1970. Nothing is said yet: see [`Talk::open`].
    pub fn talk(&self, locale: &str, now: u64, back_end: Arc<dyn BackEnd>) -> Talk<'_> {
        let address = Address {
            channel: "web".to_owned(),
            contact: "rehearsal".to_owned(),
        };
        let tenant = TenantId::default();
        Talk {
            rehearsal: self,
            back_end,
            session: Session::new(SessionId::new(), tenant, ContactId::new(), address),
            stored: HashMap::new(),
            locale: locale.to_owned(),
            now,
            events: 0,
        }
    }
}

impl Talk<'_> {
    /// The session as the last turn left it.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Now: milliseconds since 1970.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// The contact opens the chat.
    pub async fn open(&mut self) -> Heard {
        self.take(Content::Opened).await
    }

    /// The contact writes.
    pub async fn say(&mut self, text: &str) -> Heard {
        self.take(Content::Text(text.to_owned())).await
    }

    /// The contact taps a choice.
    pub async fn choose(&mut self, token: ChoiceToken) -> Heard {
        self.take(Content::Choice(token)).await
    }

    /// A person gives the session back.
    pub async fn hand_back(&mut self, summary: &str) -> Heard {
        let summary = summary.to_owned();
        self.take(Content::HandedBack { summary }).await
    }

    /// Time goes by: what comes due meanwhile happens at its time.
    pub async fn pass(&mut self, time: Duration) -> Heard {
        let until = self.now + u64::try_from(time.as_millis()).unwrap_or(u64::MAX - self.now);
        let mut heard = Heard::default();
        while heard.turns.len() < MOST_TURNS {
            let due = |timer: &&Timer| timer.due <= until;
            let next = self.session.timers.iter().filter(due);
            let Some(timer) = next.min_by_key(|timer| timer.due).cloned() else {
                break;
            };
            self.now = self.now.max(timer.due);
            let timer = timer.id;
            let more = self.take(Content::TimerDue { timer }).await;
            heard.turns.extend(more.turns);
        }
        self.now = until;
        heard
    }

    /// An event, and what other systems answer to the requests that it leads to.
    async fn take(&mut self, content: Content) -> Heard {
        let mut heard = Heard::default();
        let mut waiting = VecDeque::from([content]);
        while let Some(content) = waiting
            .pop_front()
            .filter(|_| heard.turns.len() < MOST_TURNS)
        {
            let record = self.turn(content).await;
            for entry in &record.outbox {
                waiting.push_back(Content::RequestAnswered {
                    entry: entry.id,
                    outcome: self.answered(entry),
                });
            }
            heard.turns.push(record);
        }
        heard
    }

    fn answered(&self, entry: &OutboxEntry) -> Outcome {
        match self.back_end.answer(&entry.request, self.now) {
            Ok(response) => Outcome::Response(response),
            Err(failure) => Outcome::Failure(failure),
        }
    }

    async fn turn(&mut self, content: Content) -> TurnRecord {
        self.events += 1;
        let accepted = Accepted {
            position: Position(self.events),
            session: self.session.id,
            contact: self.session.contact,
            address: self.session.address.clone(),
            message_id: self.events.to_string(),
            received_at: self.now,
            locale: Some(self.locale.clone()),
            content,
        };
        let options = &self.rehearsal.options;
        let rules = Rules {
            phrases: &self.rehearsal.phrases,
            limits: &options.limits,
            code_delivery: &options.code_delivery,
            secret: &options.secret,
            public: None,
            locale: &options.locale,
        };
        let stage = Stage {
            back_end: &self.back_end,
            stored: &self.stored,
            now: self.now,
        };
        let turn = Turn::again(
            rules,
            Source::Staged(&stage),
            Arc::clone(&self.rehearsal.catalog),
            Moment {
                at: self.now,
                seed: self.events,
            },
            self.session.tenant.clone(),
            &self.session,
            accepted,
        );
        let record = match turn.run().await {
            Ok(finished) => finished.record,
            Err(error) => unreachable!("only a store fails, and there is none: {error}"),
        };
        self.session = record.session.clone();
        for (pack, writes) in &record.storage {
            if let Ok(pack) = pack.parse::<PackId>() {
                self.stored.entry(pack).or_default().apply(writes);
            }
        }
        record
    }
}
