//! Holds a conversation, line by line.

use std::fmt::Write as _;
use std::sync::Arc;

use jackfield_core::{ChoiceToken, Outbound, Owner, Session, Speaker, StepOutcome, TurnRecord};
use jackfield_engine::rehearsal::{Heard, Rehearsal, Talk};

use crate::back_end::Others;
use crate::line::{Expected, Line};
use crate::script::Script;

/// A conversation that was held.
#[derive(Debug, Default)]
pub struct Held {
    /// What was said, for people.
    pub transcript: String,
    /// All turns in their order.
    pub turns: Vec<TurnRecord>,
    /// The first line that did not hold; the conversation ends there.
    pub missed: Option<Missed>,
    /// Requests to other systems for which nothing is declared.
    pub undeclared: Vec<String>,
}

/// What did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// The line of the file, from 1.
    pub line: usize,
    /// What was expected, and what came.
    pub what: String,
}

/// Holds a conversation up to the first line that does not hold.
pub async fn hold(script: &Script, rehearsal: &Rehearsal) -> Held {
    let others = Arc::new(Others::default());
    let talk = rehearsal.talk(&script.locale, script.now, others.clone());
    let mut stage = Stage {
        talk,
        others: Arc::clone(&others),
        held: Held::default(),
        heard: 0,
    };
    let greeting = stage.talk.open().await;
    stage.take(greeting);
    for (number, line) in &script.lines {
        if let Err(what) = stage.line(line).await {
            let line = *number;
            let what = match stage.fault() {
                Some(fault) => format!("{what}; a step failed: {fault}"),
                None => what,
            };
            stage.held.missed = Some(Missed { line, what });
            break;
        }
    }
    Held {
        undeclared: others.missing(),
        ..stage.held
    }
}

struct Stage<'r> {
    talk: Talk<'r>,
    others: Arc<Others>,
    held: Held,
    /// The first turn since the customer's last line.
    heard: usize,
}

impl Stage<'_> {
    async fn line(&mut self, line: &Line) -> Result<(), String> {
        let heard = match line {
            Line::Expects(expected) => return self.expect(expected),
            Line::BackEnd(declared) => {
                self.others.declare(declared.clone());
                return Ok(());
            }
            Line::Says(text) => self.say(text).await,
            Line::Code => {
                let code = self.code().ok_or("no one-time code was shown")?;
                self.say(&code).await
            }
            Line::Taps(which) => {
                let (token, label) = self
                    .choice(which)
                    .ok_or_else(|| format!("there is no choice `{which}` to tap"))?;
                self.said(&format!("[{label}]"));
                self.talk.choose(token).await
            }
            Line::HandsBack(summary) => {
                self.told("Agent", summary);
                self.talk.hand_back(summary).await
            }
            Line::After(time) => {
                self.told("After", &format!("{} s", time.as_secs()));
                self.talk.pass(*time).await
            }
        };
        self.take(heard);
        Ok(())
    }

    async fn say(&mut self, text: &str) -> Heard {
        self.said(text);
        self.talk.say(text).await
    }

    fn said(&mut self, text: &str) {
        self.told("User", text);
    }

    /// Somebody's line; what is expected next is about what comes of it.
    fn told(&mut self, who: &str, text: &str) {
        let _ = writeln!(self.held.transcript, "  {who}: {text}");
        self.heard = self.held.turns.len();
    }

    fn take(&mut self, heard: Heard) {
        for message in heard.messages() {
            let text = message.text.replace('\n', "\n       ");
            let _ = writeln!(self.held.transcript, "  Bot: {text}");
            for (choice, place) in message.choices.iter().zip(1..) {
                let _ = writeln!(self.held.transcript, "       {place}) {}", choice.label);
            }
        }
        self.held.turns.extend(heard.turns);
    }

    /// The turns since the customer's last line.
    fn newest(&self) -> &[TurnRecord] {
        self.held.turns.get(self.heard..).unwrap_or_default()
    }

    fn messages(&self) -> impl Iterator<Item = &Outbound> {
        self.newest().iter().flat_map(|turn| &turn.messages)
    }

    /// Why the bot apologised, when it did.
    fn fault(&self) -> Option<&str> {
        let mut turns = self.newest().iter();
        let failed = turns.find(|turn| turn.decision.action == "fault")?;
        Some(&failed.decision.reason)
    }

    fn choice(&self, which: &str) -> Option<(ChoiceToken, String)> {
        let mut messages = self
            .held
            .turns
            .iter()
            .rev()
            .flat_map(|turn| turn.messages.iter().rev());
        let choices = &messages
            .find(|message| !message.choices.is_empty())?
            .choices;
        let place: Option<usize> = which.parse().ok();
        let by_place = place.and_then(|place| choices.get(place.checked_sub(1)?));
        let by_label = || choices.iter().find(|choice| choice.label.contains(which));
        let choice = by_place.or_else(by_label)?;
        Some((choice.token, choice.label.clone()))
    }

    /// The newest one-time code that the host showed.
    fn code(&self) -> Option<String> {
        let mut messages = self.held.turns.iter().rev().flat_map(|turn| &turn.messages);
        messages.find_map(|message| {
            let mut runs = message.text.split(|c: char| !c.is_ascii_digit());
            let code = runs.find(|run| run.len() == 6)?;
            (message.speaker == Speaker::System).then(|| code.to_owned())
        })
    }

    fn expect(&self, expected: &Expected) -> Result<(), String> {
        let session = self.talk.session();
        match expected {
            Expected::Message(parts) => holds(
                self.messages()
                    .any(|message| in_order(&message.text, parts)),
                || format!("no message has `{}`", parts.join("*")),
            ),
            Expected::AnyWord(words) => holds(self.words_among(words).is_some(), || {
                format!("none of `{}` was said", words.join("|"))
            }),
            Expected::NoWord(words) => match self.words_among(words) {
                None => Ok(()),
                Some(word) => Err(format!("`{word}` was said")),
            },
            Expected::Intent(name) => {
                let utterance = self
                    .newest()
                    .first()
                    .and_then(|turn| turn.decision.utterance.as_ref());
                let was = utterance.and_then(|utterance| utterance.intent.as_deref());
                is("the intent", was.unwrap_or("none"), name)
            }
            Expected::Flow(name) => {
                let was = session.active().map(|frame| frame.flow.flow.as_str());
                is("the flow that waits", was.unwrap_or("none"), name)
            }
            Expected::Step(label) => among("step", self.newest().iter().flat_map(steps), label),
            Expected::Slot(name, value) => {
                is(&format!("the slot `{name}`"), &slot(session, name), value)
            }
            Expected::Outcome(code) => {
                let all = self.newest().iter().flat_map(|turn| &turn.outcomes);
                among("outcome", all.map(String::as_str), code)
            }
            Expected::Request(name) => {
                let all = self.newest().iter().flat_map(|turn| &turn.outbox);
                among("request", all.map(|entry| entry.name.as_str()), name)
            }
            Expected::Handoff(queue) => {
                let was = match &session.owner {
                    Owner::Bot => "nobody waits for a person".to_owned(),
                    Owner::Queue(queue) => queue.clone(),
                    Owner::Agent(agent) => agent.to_string(),
                };
                is("the queue", &was, queue)
            }
        }
    }

    /// The first of these words that is in what was said.
    fn words_among<'w>(&self, words: &'w [String]) -> Option<&'w str> {
        let mut all = String::new();
        for message in self.messages() {
            let labels = message.choices.iter().map(|choice| choice.label.as_str());
            let card = message.card.iter().flat_map(|card| {
                let facts = card
                    .facts
                    .iter()
                    .flat_map(|(name, value)| [name.as_str(), value]);
                [card.title.as_str()]
                    .into_iter()
                    .chain(card.text.as_deref())
                    .chain(facts)
            });
            for part in [message.text.as_str()]
                .into_iter()
                .chain(labels)
                .chain(card)
            {
                all.push_str(&part.to_lowercase());
                all.push('\n');
            }
        }
        words
            .iter()
            .map(String::as_str)
            .find(|word| all.contains(&word.to_lowercase()))
    }
}

fn holds(it: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if it { Ok(()) } else { Err(otherwise()) }
}

fn is(what: &str, was: &str, expected: &str) -> Result<(), String> {
    holds(was == expected, || {
        format!("{what} is not `{expected}`, but `{was}`")
    })
}

/// Whether one of those that came is the expected one.
fn among<'a>(
    what: &str,
    came: impl Iterator<Item = &'a str>,
    expected: &str,
) -> Result<(), String> {
    let came: Vec<&str> = came.collect();
    holds(came.contains(&expected), || match came.as_slice() {
        [] => format!("no {what} `{expected}`, and no other"),
        came => format!("no {what} `{expected}`, but `{}`", came.join("`, `")),
    })
}

fn steps(turn: &TurnRecord) -> impl Iterator<Item = &str> {
    turn.steps.iter().filter_map(|step| match &step.outcome {
        StepOutcome::Replied(reply) => Some(reply.step.as_str()),
        StepOutcome::Faulted(_) | StepOutcome::Stopped { .. } => None,
    })
}

/// The value of a slot of the flow that waits; empty when it has none.
fn slot(session: &Session, name: &str) -> String {
    let slots = session.active().map(|frame| frame.slots.as_slice());
    let mut slots = slots.unwrap_or_default().iter();
    let slot = slots.find(|slot| slot.name == name);
    slot.map_or_else(String::new, |slot| slot.value.to_string())
}

/// Whether a text has all parts, one behind the other.
fn in_order(text: &str, parts: &[String]) -> bool {
    // Figures keep to their units by other spaces than people type.
    let text = text.replace(['\u{a0}', '\u{202f}'], " ");
    let mut rest = text.as_str();
    parts.iter().all(|part| {
        rest.split_once(part.as_str()).is_some_and(|(_, behind)| {
            rest = behind;
            true
        })
    })
}
