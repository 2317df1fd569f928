//! Other systems, as a conversation declares them.

use std::sync::{Mutex, PoisonError};

use jackfield_core::{Failure, Method, Request, Response};
use jackfield_engine::rehearsal::BackEnd;

use crate::script::ScriptError;

/// An answer that is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    method: String,
    /// The whole address, where `*` stands for any text.
    address: String,
    answer: Answer,
}

/// What another system answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A status with a body; `@file` stands for what is in that file beside the conversation.
    Response(u16, String),
    /// It does not answer: `no answer`.
    Nothing,
}

impl Declared {
    /// Reads what stands behind `Back-end `: `GET */plans/*: 200 {"plan": "A"}`.
    pub(crate) fn parse(text: &str, number: usize) -> Result<Self, ScriptError> {
        let wrong = |what: &str| {
            ScriptError::new(
                number,
                format!("{what} in `Back-end {text}`"),
                "write the method, the address with `*` for any text, and the status with the body or `no answer`: \
                 `Back-end GET */plans/*: 200 {\"plan\": \"A\"}`",
            )
        };
        let (method, rest) = text.split_once(' ').ok_or_else(|| wrong("no address"))?;
        if !METHODS.iter().any(|known| known.as_str() == method) {
            return Err(wrong("no method"));
        }
        // An address may have colons, but none with a space behind it.
        let (address, answer) = rest.split_once(": ").ok_or_else(|| wrong("no answer"))?;
        let answer = match answer.trim() {
            "no answer" => Answer::Nothing,
            answer => {
                let (status, body) = answer.split_once(' ').unwrap_or((answer, ""));
                let status = status.parse().ok();
                let status = status.filter(|status| (100..600).contains(status));
                Answer::Response(status.ok_or_else(|| wrong("no status"))?, body.to_owned())
            }
        };
        Ok(Self {
            method: method.to_owned(),
            address: address.trim().to_owned(),
            answer,
        })
    }

    /// Puts the content of the file in place of its name, when the body is one.
    pub(crate) fn fetch(
        &mut self,
        file: impl FnOnce(&str) -> Result<String, String>,
    ) -> Result<(), String> {
        if let Answer::Response(_, body) = &mut self.answer
            && let Some(name) = body.strip_prefix('@')
        {
            *body = file(name)?;
        }
        Ok(())
    }

    fn is_for(&self, request: &Request) -> bool {
        self.method == request.method.as_str() && matches(&self.address, &request.url)
    }
}

const METHODS: [Method; 6] = [
    Method::Get,
    Method::Head,
    Method::Post,
    Method::Put,
    Method::Patch,
    Method::Delete,
];

/// Whether a text is like a pattern in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    true
}

/// What is declared so far, and what was asked and is not.
#[derive(Debug, Default)]
pub(crate) struct Others {
    declared: Mutex<Vec<Declared>>,
    missing: Mutex<Vec<String>>,
}

impl Others {
    pub(crate) fn declare(&self, declared: Declared) {
        let mut all = self.declared.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(declared);
    }

    /// Requests for which nothing is declared, each once.
    pub(crate) fn missing(&self) -> Vec<String> {
        let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        missing.clone()
    }
}

impl BackEnd for Others {
    fn answer(&self, request: &Request, _now: u64) -> Result<Response, Failure> {
        let declared = self.declared.lock().unwrap_or_else(PoisonError::into_inner);
        // What was declared last counts.
        let found = declared.iter().rev().find(|one| one.is_for(request));
        match found.map(|declared| &declared.answer) {
            Some(Answer::Response(status, body)) => Ok(Response {
                status: *status,
                headers: Vec::new(),
                body: body.clone(),
            }),
            Some(Answer::Nothing) => Err(Failure::TimedOut),
            None => {
                let asked = format!("{} {}", request.method.as_str(), request.url);
                let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
                if !missing.contains(&asked) {
                    missing.push(asked);
                }
                Err(Failure::Unreachable("nothing is declared".to_owned()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text) in [
            ("http://a/b", "http://a/b"),
            ("*/b", "http://a/b"),
            ("http://a/*", "http://a/"),
            ("*/plans/*?x=*", "http://a/plans/7?x=1"),
            ("*", ""),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("http://a/b", "http://a/b/c"),
            ("*/b", "http://a/bc"),
            ("*/plans/*", "http://a/plan/7"),
            ("", "a"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
