//! Back ends that do not answer. Whoever talks to a bot should not wait seconds for a system that let everybody before
//! wait in vain: after some reads without an answer, a pack's further reads from there fail at once for a while.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jackfield_core::{ErrorCode, Failure, Response};
use parking_lot::Mutex;

use crate::breaker::Breaker;

/// Reads in a row without an answer after which more are not sent.
const SILENT: u32 = 5;
/// How long that stays so before one read is tried.
const PAUSE: Duration = Duration::from_secs(5);

/// What one pack has seen of the systems it reads from, by origin. What one pack sees says nothing to another: it may be
/// its own doing.
#[derive(Debug, Default)]
pub(crate) struct BackEnds(Mutex<HashMap<String, Arc<Breaker>>>);

impl BackEnds {
    /// Begins a read from an origin, which must be a granted one: those are few.
    ///
    /// # Errors
    /// When it has been silent and is not tried yet.
    pub(crate) fn ask(&self, origin: &str) -> Result<Asked, Failure> {
        let breaker = {
            let mut origins = self.0.lock();
            match origins.get(origin) {
                Some(breaker) => Arc::clone(breaker),
                None => {
                    let breaker = Arc::new(Breaker::new(SILENT, PAUSE));
                    origins.insert(origin.to_owned(), Arc::clone(&breaker));
                    breaker
                }
            }
        };
        if breaker.allows(Instant::now()) {
            Ok(Asked {
                breaker,
                answered: false,
            })
        } else {
            Err(Failure::Unreachable(format!(
                "{}: {origin} did not answer {SILENT} times; it is tried again after {} s",
                ErrorCode::BackEndSilent,
                PAUSE.as_secs()
            )))
        }
    }
}

/// A read under way. One that is given up, as when the turn's time is over, had no answer.
#[derive(Debug)]
pub(crate) struct Asked {
    breaker: Arc<Breaker>,
    answered: bool,
}

impl Asked {
    /// Notes how it ended. Any answer is one, an error as well.
    pub(crate) fn ended(mut self, answer: &Result<Response, Failure>) {
        self.answered = !matches!(answer, Err(Failure::TimedOut | Failure::Unreachable(_)));
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if self.answered {
            self.breaker.succeeded();
        } else if self.breaker.failed(Instant::now()) {
            metrics::counter!("jackfield_back_end_silent_total").increment(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "http://127.0.0.1:7070";

    fn answer(status: u16) -> Result<Response, Failure> {
        Ok(Response {
            status,
            headers: Vec::new(),
            body: String::new(),
        })
    }

    #[test]
    fn a_silent_back_end_is_not_waited_for_any_more() {
        let back_ends = BackEnds::default();
        for _ in 0..SILENT - 1 {
            drop(back_ends.ask(ORIGIN).unwrap());
        }
        back_ends
            .ask(ORIGIN)
            .unwrap()
            .ended(&Err(Failure::TimedOut));
        let refused = back_ends.ask(ORIGIN).unwrap_err();
        assert!(
            matches!(&refused, Failure::Unreachable(text) if text.starts_with("JF-ENG-007")),
            "{refused}"
        );
        assert!(back_ends.ask("http://127.0.0.1:7071").is_ok());
    }

    #[test]
    fn a_back_end_that_answers_with_errors_is_asked() {
        let back_ends = BackEnds::default();
        for _ in 0..SILENT * 2 {
            back_ends.ask(ORIGIN).unwrap().ended(&answer(500));
        }
        for _ in 0..SILENT - 1 {
            drop(back_ends.ask(ORIGIN).unwrap());
        }
        back_ends.ask(ORIGIN).unwrap().ended(&answer(200));
        drop(back_ends.ask(ORIGIN).unwrap());
        assert!(back_ends.ask(ORIGIN).is_ok());
    }
}
