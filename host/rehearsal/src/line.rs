//! One line of a conversation.

use std::time::Duration;

use crate::back_end::Declared;
use crate::duration;
use crate::script::ScriptError;

/// What a line says.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// The customer writes: `User: text`.
    Says(String),
    /// The customer taps a choice of the newest message that has some: `User> 2`, or `User> label`.
    Taps(String),
    /// The customer enters the one-time code that was shown: `User# code`.
    Code,
    /// A person gives the conversation back: `Agent: what was agreed`.
    HandsBack(String),
    /// Time goes by: `After: 3 days`.
    After(Duration),
    /// What other systems answer from here on: `Back-end GET */plans/*: 200 {"plan": "A"}`.
    BackEnd(Declared),
    /// What has to have come of the customer's last line.
    Expects(Expected),
}

/// What has to hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    /// Some message has these parts in this order: `Bot: Your plan is *`.
    Message(Vec<String>),
    /// One of these words is in the messages, their choices or cards: `Bot~ plan|tariff`.
    AnyWord(Vec<String>),
    /// None of these words is: `Bot! sorry`.
    NoWord(Vec<String>),
    /// The sentence was understood so: `Intent: change-plan`; `Intent: none`.
    Intent(String),
    /// This flow waits: `Flow: appointment`; `Flow: none`.
    Flow(String),
    /// A flow was at this step: `Step: confirm`.
    Step(String),
    /// A slot of the flow that waits has this value: `Slot day: 2026-01-06`; nothing after the colon means that it is empty.
    Slot(String, String),
    /// An outcome was recorded: `Outcome: resolved`.
    Outcome(String),
    /// A request of this name was sent to another system: `Request: change-plan`.
    Request(String),
    /// The conversation waits for a person in this queue: `Handoff: default`.
    Handoff(String),
}

impl Line {
    pub(crate) fn parse(line: &str, number: usize) -> Result<Self, ScriptError> {
        let unknown = || {
            ScriptError::new(
                number,
                format!("`{line}` is no line of a conversation"),
                "a line begins with `User:`, `User>`, `User# code`, `Agent:`, `Bot:`, `Bot~`, `Bot!`, `Intent:`, `Flow:`, `Step:`, `Slot NAME:`, \
                 `Outcome:`, `Request:`, `Handoff:`, `After:` or `Back-end METHOD ADDRESS:`",
            )
        };
        if let Some(rest) = line.strip_prefix("Back-end ") {
            return Declared::parse(rest, number).map(Self::BackEnd);
        }
        let end = line.find([':', '>', '#', '~', '!']).ok_or_else(unknown)?;
        let (word, rest) = line.split_at(end);
        let (mark, text) = rest.split_at(1);
        let text = text.trim();
        let words = |at: char| text.split(at).map(|part| part.trim().to_owned()).collect();
        let own = || text.to_owned();
        Ok(match (word, mark) {
            ("User", ":") => Self::Says(own()),
            ("User", ">") => Self::Taps(own()),
            ("User", "#") if text == "code" => Self::Code,
            ("Agent", ":") => Self::HandsBack(own()),
            ("After", ":") => Self::After(duration::read(text, number)?),
            ("Bot", ":") => Self::Expects(Expected::Message(words('*'))),
            ("Bot", "~") => Self::Expects(Expected::AnyWord(words('|'))),
            ("Bot", "!") => Self::Expects(Expected::NoWord(words('|'))),
            ("Intent", ":") => Self::Expects(Expected::Intent(own())),
            ("Flow", ":") => Self::Expects(Expected::Flow(own())),
            ("Step", ":") => Self::Expects(Expected::Step(own())),
            ("Outcome", ":") => Self::Expects(Expected::Outcome(own())),
            ("Request", ":") => Self::Expects(Expected::Request(own())),
            ("Handoff", ":") => Self::Expects(Expected::Handoff(own())),
            (slot, ":") => {
                let name = slot.strip_prefix("Slot ").ok_or_else(unknown)?;
                Self::Expects(Expected::Slot(name.trim().to_owned(), own()))
            }
            _ => return Err(unknown()),
        })
    }
}
