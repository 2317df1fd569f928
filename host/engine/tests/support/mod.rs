//! The engine on the in-memory store, with small guests made for tests.

#![allow(dead_code, reason = "each test program uses its part")]

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jackfield_core::{Address, Content, Digest, Inbound, Limits, PackId, SessionId, TenantId};
use jackfield_engine::{Catalog, Destinations, Engine, InstalledPack, Options};
use jackfield_language::catalogue::Catalogue;
use jackfield_language::{Example, Model, Training};
use jackfield_sandbox::{Compiler, PluginSpec, Sandbox, TableSet, guests};
use jackfield_store::{MemoryStore, StoredTurn};

pub(crate) const MANIFEST: &str = r#"
[pack]
id = "com.example.test"
version = "1.0.0"
publisher = "Test"
state-version = 1
locales = ["en-US"]
name = { en-US = "Test" }

[flows.test]
title = { en-US = "The test flow" }
intents = ["test"]
steps = ["asked"]
"#;

/// Another flow, and the step that the small guests reply with.
pub(crate) const CALLABLE: &str = r#"
[flows.harm]
title = { en-US = "A flow to call" }
steps = ["floor"]
"#;

/// What a test's pack is and may do.
pub(crate) struct Setup {
    pub(crate) manifest: String,
    pub(crate) destinations: Destinations,
    pub(crate) limits: Limits,
    pub(crate) training: Training,
}

impl Default for Setup {
    /// A turn also ends on a machine that is busy with something else: steps that run aside get what is left of it.
    fn default() -> Self {
        Self {
            manifest: MANIFEST.to_owned(),
            destinations: Destinations::default(),
            limits: Limits {
                turn_time: Duration::from_secs(120),
                ..Limits::default()
            },
            training: Training {
                examples: examples(
                    "test",
                    &[
                        "run the test flow",
                        "start the test",
                        "please do the test now",
                        "test flow please",
                    ],
                ),
                ..Training::default()
            },
        }
    }
}

/// Examples of an intent.
pub(crate) fn examples(intent: &str, texts: &[&str]) -> Vec<Example> {
    let example = |text: &&str| Example {
        intent: intent.into(),
        locale: "en-US".into(),
        text: (*text).into(),
    };
    texts.iter().map(example).collect()
}

/// An engine whose only flow `test` is this component.
pub(crate) fn engine(component: &[u8], store: Arc<MemoryStore>) -> Engine {
    engine_with(component, store, Setup::default())
}

pub(crate) fn engine_with(component: &[u8], store: Arc<MemoryStore>, setup: Setup) -> Engine {
    let options = Options {
        limits: setup.limits.clone(),
        ..Options::default()
    };
    Engine::new(store, catalog(component, setup), options).unwrap()
}

/// The pack of a test, installed.
pub(crate) fn catalog(component: &[u8], setup: Setup) -> Catalog {
    Catalog::new(
        vec![Arc::new(pack(component, &setup))],
        Arc::new(Model::train(&setup.training).unwrap()),
        None,
    )
}

/// A version of the test's pack: this component.
pub(crate) fn pack(component: &[u8], setup: &Setup) -> InstalledPack {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    let sandbox = SANDBOX.get_or_init(|| {
        Sandbox::new(jackfield_sandbox::Options {
            cache: None,
            compiler: Compiler::ThisProcess,
            concurrency: 4,
        })
        .unwrap()
    });
    let spec = PluginSpec {
        pack: PackId::new("com.example.test").unwrap(),
        grants: ["log", "config", "knowledge", "tables", "storage", "http"]
            .map(str::to_owned)
            .into(),
        limits: setup.limits.clone(),
        schemas: BTreeMap::new(),
    };
    InstalledPack::new(
        Digest::of(component),
        toml::from_str(&setup.manifest).unwrap(),
        sandbox.load(component, spec).unwrap(),
        Arc::new(Catalogue::new(&["en-US".to_owned()], Vec::new()).unwrap()),
        TableSet::builder().build(),
        BTreeMap::new(),
        setup.destinations.clone(),
    )
}

pub(crate) fn address() -> Address {
    Address {
        channel: "web".into(),
        contact: "somebody".into(),
    }
}

pub(crate) fn said(id: &str, text: &str) -> Inbound {
    Inbound {
        address: address(),
        message_id: id.into(),
        received_at: 0,
        sent_at: None,
        locale: Some("en-US".into()),
        content: Content::Text(text.into()),
    }
}

/// Sends texts one after another and waits until all turns are committed.
pub(crate) async fn talk(engine: &Engine, texts: &[&str]) -> Vec<StoredTurn> {
    let tenant = TenantId::default();
    let mut session = None;
    for (number, text) in texts.iter().enumerate() {
        session = Some(
            engine
                .accept(&tenant, None, said(&number.to_string(), text))
                .await
                .unwrap()
                .session,
        );
    }
    turns(engine, session.unwrap(), texts.len()).await
}

pub(crate) async fn turns(engine: &Engine, session: SessionId, count: usize) -> Vec<StoredTurn> {
    loop {
        let turns = engine
            .store()
            .turns(&TenantId::default(), session, 0, usize::MAX)
            .unwrap();
        if turns.len() >= count {
            return turns;
        }
        // Not a busy loop: steps that run aside get what processor others leave, and their turn's time would be over.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

pub(crate) fn hostile(name: &str) -> Vec<u8> {
    let all = guests::hostile();
    let guest = all.iter().find(|guest| guest.name == name);
    guest
        .unwrap_or_else(|| panic!("no hostile guest `{name}`"))
        .component
        .clone()
}
