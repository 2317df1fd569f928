//! A world that answers from made-up data, fails when told to, and writes down what is asked of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jackfield_core::{Failure, Header, Request, Response, Value};
use jackfield_sandbox::{BoxFuture, KnowledgeAnswer, StorageView, TableSet, World};

/// How other systems behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Http {
    /// They answer.
    Answers,
    /// They cannot be reached, in one of the ways of [`failures`].
    Fails(usize),
    /// They answer with this status and nothing else.
    Status(u16),
    /// They answer what is no JSON.
    Garbage,
    /// They answer JSON of another form.
    OtherForm,
}

/// How the world is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mode {
    /// Other systems.
    pub(super) http: Http,
    /// They take a moment, and their headers come in another order.
    pub(super) late: bool,
    /// No setting has a value, knowledge and tables are empty.
    pub(super) bare: bool,
    /// Reads that are left.
    pub(super) reads: u32,
    /// The contact's storage is full.
    pub(super) full: bool,
}

impl Mode {
    /// A good day.
    pub(super) const USUAL: Self = Self {
        http: Http::Answers,
        late: false,
        bare: false,
        reads: 8,
        full: false,
    };
}

/// Ways in which a request fails.
pub(super) fn failures() -> [Failure; 5] {
    [
        Failure::Denied("not granted".to_owned()),
        Failure::TimedOut,
        Failure::Unreachable("connection refused".to_owned()),
        Failure::TooLarge(1 << 20),
        Failure::Invalid("no such host".to_owned()),
    ]
}

/// The world of one step.
pub(super) struct Virtual {
    pub(super) settings: Arc<BTreeMap<String, Value>>,
    pub(super) tables: Arc<TableSet>,
    pub(super) storage: StorageView,
    pub(super) mode: Mode,
    /// What other systems say about the contact.
    pub(super) answer: String,
    pub(super) deadline: Instant,
    pub(super) sent: Mutex<Vec<Request>>,
}

impl Virtual {
    /// What was sent.
    pub(super) fn sent(&self) -> Vec<Request> {
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// How a system that behaves like this answers.
pub(super) fn answer(mode: Mode, about: &str) -> Result<Response, Failure> {
    let (status, body) = match mode.http {
        Http::Answers => (200, about.to_owned()),
        Http::Fails(which) => {
            let failure = failures().into_iter().nth(which);
            return Err(failure.unwrap_or(Failure::TimedOut));
        }
        Http::Status(status) => (status, String::new()),
        Http::Garbage => (200, "<html>\u{0}\u{fffd} {\"a\":".to_owned()),
        Http::OtherForm => (200, "[[null, -1e308, \"\", {\"\": []}]]".to_owned()),
    };
    let header = |name: &str, value: &str| Header {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    let mut headers = vec![
        header("content-type", "application/json"),
        header("cache-control", "no-store"),
        header("x-request-id", "5f0c"),
    ];
    if mode.late {
        headers.reverse();
    }
    Ok(Response {
        status,
        headers,
        body,
    })
}

impl World for Virtual {
    fn config(&self, key: &str) -> Option<Value> {
        if self.mode.bare {
            None
        } else {
            self.settings.get(key).cloned()
        }
    }

    fn search(&self, query: &str, limit: u32) -> Vec<KnowledgeAnswer> {
        let count = if self.mode.bare { 0 } else { limit.min(3) };
        (0..count)
            .map(|number| KnowledgeAnswer {
                id: format!("article-{number}"),
                question: query.chars().take(80).collect(),
                text: "An answer of the knowledge base.".to_owned(),
                score: 0.9 - 0.2 * number as f32,
            })
            .collect()
    }

    fn tables(&self) -> &TableSet {
        &self.tables
    }

    fn storage(&self) -> &StorageView {
        &self.storage
    }

    fn http_read<'a>(&'a self, request: Request) -> BoxFuture<'a, Result<Response, Failure>> {
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(request);
        Box::pin(async move {
            if self.mode.late {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            answer(self.mode, &self.answer)
        })
    }

    fn http_reads_left(&self) -> u32 {
        self.mode.reads
    }

    fn deadline(&self) -> Instant {
        self.deadline
    }
}
