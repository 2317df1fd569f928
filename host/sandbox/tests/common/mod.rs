//! What the tests share: a sandbox, a world, a step.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test uses a part of it"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use jackfield_core::{
    Channel, ChannelKind, ContactView, Event, Failure, Limits, PackId, Request, Response, Step,
    Value, Verification,
};
use jackfield_sandbox::{
    BoxFuture, ColumnKind, Compiler, KnowledgeAnswer, Options, Plugin, PluginSpec, Sandbox,
    StorageView, TableSet, World,
};

/// A sandbox that compiles here, without a cache.
pub fn sandbox() -> Sandbox {
    Sandbox::new(Options {
        cache: None,
        compiler: Compiler::ThisProcess,
        concurrency: 8,
    })
    .unwrap()
}

pub fn spec(grants: &[&str]) -> PluginSpec {
    PluginSpec {
        pack: PackId::new("com.example.test").unwrap(),
        grants: grants.iter().map(|grant| (*grant).to_owned()).collect(),
        limits: Limits::default(),
        schemas: BTreeMap::new(),
    }
}

/// A schema that the empty state and a state with a text as plan meet.
pub fn with_schema(mut spec: PluginSpec) -> PluginSpec {
    let schema = serde_json::json!({"type": "object", "properties": {"plan": {"type": "string"}}});
    spec.schemas.insert("test".to_owned(), schema);
    spec
}

pub fn floor(sandbox: &Sandbox) -> Plugin {
    sandbox
        .load(&jackfield_sandbox::guests::floor_component(), spec(&[]))
        .unwrap()
}

pub fn step() -> Step {
    Step {
        session: "s".into(),
        turn: 1,
        step: 1,
        now: 1_700_000_000_000,
        time_zone: "Asia/Shanghai".into(),
        seed: 7,
        locale: "zh-CN".into(),
        channel: Channel {
            kind: ChannelKind::Web,
            name: "web".into(),
            choices: true,
            media: true,
            longest_text: None,
        },
        contact: ContactView {
            id: "c".into(),
            verification: Verification::Anonymous,
            attributes: Vec::new(),
        },
        flow: "test".into(),
        frame: "1".into(),
        state: None,
        state_version: 1,
        slots: Vec::new(),
        events: vec![Event::Started(Vec::new())],
    }
}

/// A world with a little of everything.
pub struct TestWorld {
    pub tables: TableSet,
    pub storage: StorageView,
    pub deadline: Instant,
    pub http_calls: AtomicU32,
}

impl TestWorld {
    pub fn new() -> Self {
        let plans = vec![
            vec![Value::from("a"), Value::Integer(1)],
            vec![Value::from("b"), Value::Integer(2)],
        ];
        let columns = vec![
            ("name".to_owned(), ColumnKind::Text),
            ("price".to_owned(), ColumnKind::Integer),
        ];
        Self {
            tables: TableSet::builder()
                .table("k", columns, plans, &["name".to_owned()])
                .unwrap()
                .build(),
            storage: StorageView::default(),
            deadline: Instant::now() + Duration::from_secs(5),
            http_calls: AtomicU32::new(0),
        }
    }

    pub fn shared() -> Arc<dyn World> {
        Arc::new(Self::new())
    }
}

impl World for TestWorld {
    fn config(&self, key: &str) -> Option<Value> {
        (key == "k").then(|| Value::from("configured"))
    }

    fn search(&self, query: &str, _limit: u32) -> Vec<KnowledgeAnswer> {
        // More than was asked for: the sandbox must not hand it all to the guest.
        let answer = KnowledgeAnswer {
            id: "1".into(),
            question: query.into(),
            text: "text".into(),
            score: 0.5,
        };
        vec![answer; 10_000]
    }

    fn tables(&self) -> &TableSet {
        &self.tables
    }

    fn storage(&self) -> &StorageView {
        &self.storage
    }

    fn http_read<'a>(&'a self, request: Request) -> BoxFuture<'a, Result<Response, Failure>> {
        self.http_calls.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            match request.url.as_str() {
                "never" => std::future::pending().await,
                "giant" => Ok(Response {
                    status: 200,
                    headers: Vec::new(),
                    body: "x".repeat(3 << 20),
                }),
                _ => Ok(Response {
                    status: 200,
                    headers: Vec::new(),
                    body: "{}".into(),
                }),
            }
        })
    }

    fn http_reads_left(&self) -> u32 {
        8
    }

    fn deadline(&self) -> Instant {
        self.deadline
    }
}
