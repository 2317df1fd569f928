//! Good guests: steps, records, replays, migrations.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::Arc;

use common::{TestWorld, floor, sandbox, spec, step, with_schema};
use jackfield_core::{ErrorCode, StepOutcome, StorageWrite};
use jackfield_sandbox::guests::{busy_component, stateful_component};
use jackfield_sandbox::{DivergenceKind, LoadError, LogLevel};

const ALL: &[&str] = &["log", "config", "knowledge", "tables", "storage", "http"];

#[tokio::test]
async fn the_floor_replies() {
    let sandbox = sandbox();
    let result = floor(&sandbox).handle(&step(), TestWorld::shared()).await;
    let StepOutcome::Replied(reply) = result.outcome else {
        panic!("{:?}", result.outcome)
    };
    assert_eq!((reply.step.as_str(), reply.state.as_str()), ("floor", "{}"));
    assert!(
        result.fuel > 0 && result.fuel < 10_000,
        "{} fuel",
        result.fuel
    );
    assert_eq!(result.peak_memory, 2 << 16);
}

#[tokio::test]
async fn every_call_is_recorded_and_a_replay_needs_no_world() {
    let sandbox = sandbox();
    let plugin = sandbox.load(&busy_component(), spec(ALL)).unwrap();
    assert_eq!(plugin.interfaces().len(), 6);
    let first = plugin.handle(&step(), TestWorld::shared()).await;
    assert!(
        matches!(first.outcome, StepOutcome::Replied(_)),
        "{:?}",
        first.outcome
    );
    let functions: Vec<_> = first.calls.iter().map(|call| &*call.function).collect();
    assert_eq!(
        functions,
        [
            "log.write",
            "config.get",
            "knowledge.search",
            "tables.query",
            "storage.set",
            "storage.get",
            "storage.add",
            "storage.keys",
            "http.read"
        ]
    );
    assert!(
        first
            .calls
            .iter()
            .all(|call| call.answer.is_some() != (call.function == "log.write"))
    );
    assert_eq!(first.log[0].text, "k-key");
    assert_eq!(first.log[0].level, LogLevel::Info);
    assert!(first.storage_read);
    assert_eq!(
        first.storage_writes,
        [
            StorageWrite::Set {
                key: "k".into(),
                value: Some("k-key".into())
            },
            StorageWrite::Add {
                counter: "k".into(),
                amount: 2
            }
        ]
    );

    let (again, divergences) = plugin.replay(&step(), &first.calls).await;
    assert_eq!(divergences, []);
    assert_eq!(again.outcome, first.outcome);
    assert_eq!(again.calls, first.calls);
    assert_eq!(again.storage_writes, first.storage_writes);
    assert_eq!(again.fuel, first.fuel, "fuel is deterministic");
}

#[tokio::test]
async fn a_replay_reports_what_the_record_does_not_have() {
    let sandbox = sandbox();
    let plugin = sandbox.load(&busy_component(), spec(ALL)).unwrap();
    let mut calls = plugin.handle(&step(), TestWorld::shared()).await.calls;
    let removed = calls.remove(3);
    let mut other = calls[0].clone();
    other.function = "config.get".into();
    calls.push(other);
    let (result, divergences) = plugin.replay(&step(), &calls).await;
    assert!(matches!(result.outcome, StepOutcome::Replied(_)));
    let found: Vec<_> = divergences
        .iter()
        .map(|d| (d.function.as_str(), d.kind))
        .collect();
    assert_eq!(
        found,
        [
            (&*removed.function, DivergenceKind::NotRecorded),
            ("config.get", DivergenceKind::NotCalled)
        ]
    );
}

#[tokio::test]
async fn a_step_sees_its_own_writes_and_those_of_earlier_steps() {
    let sandbox = sandbox();
    let plugin = sandbox.load(&busy_component(), spec(ALL)).unwrap();
    let mut world = TestWorld::new();
    world.storage.set("early".into(), Some("1".into()));
    let result = plugin.handle(&step(), Arc::new(world)).await;
    let keys = result
        .calls
        .iter()
        .find(|call| call.function == "storage.keys")
        .unwrap();
    let keys: Vec<String> = minicbor::decode(keys.answer.as_ref().unwrap()).unwrap();
    assert_eq!(keys, ["early", "k"]);
}

#[tokio::test]
async fn answers_are_bounded_even_when_the_world_gives_more() {
    let sandbox = sandbox();
    let plugin = sandbox.load(&busy_component(), spec(ALL)).unwrap();
    let result = plugin.handle(&step(), TestWorld::shared()).await;
    let search = result
        .calls
        .iter()
        .find(|call| call.function == "knowledge.search")
        .unwrap();
    let answers: Vec<jackfield_sandbox::KnowledgeAnswer> =
        minicbor::decode(search.answer.as_ref().unwrap()).unwrap();
    assert_eq!(answers.len(), 3);
}

#[tokio::test]
async fn each_capability_needs_its_own_grant() {
    let sandbox = sandbox();
    for missing in ALL {
        let grants: Vec<_> = ALL
            .iter()
            .copied()
            .filter(|grant| grant != missing)
            .collect();
        let error = sandbox.load(&busy_component(), spec(&grants)).unwrap_err();
        let LoadError::UngrantedImport {
            import,
            capability,
            manifest,
            ..
        } = &error
        else {
            panic!("{error}")
        };
        assert_eq!(capability, missing);
        assert_eq!(*import, format!("jackfield:{missing}/{missing}@0.0.1"));
        assert!(
            manifest.contains(&format!("[capabilities]\n{missing} = {{ purpose")),
            "{manifest}"
        );
        assert!(error.to_string().contains("operator"), "{error}");
    }
}

#[tokio::test]
async fn a_migrated_state_is_checked_like_any_other() {
    let sandbox = sandbox();
    let good = sandbox
        .load(
            &stateful_component(r#"{"plan":"g-50"}"#),
            with_schema(spec(&[])),
        )
        .unwrap();
    assert_eq!(
        good.migrate("test", 1, "{}").await,
        Ok(r#"{"plan":"g-50"}"#.to_owned())
    );
    let bad = sandbox
        .load(&stateful_component(r#"{"plan":1}"#), with_schema(spec(&[])))
        .unwrap();
    let Err(StepOutcome::Stopped { code, detail }) = bad.migrate("test", 1, "{}").await else {
        panic!()
    };
    assert_eq!(code, ErrorCode::StateBreaksSchema);
    assert!(detail.contains("/plan"), "{detail}");
}

#[tokio::test]
async fn a_schema_that_reaches_out_is_refused_at_load() {
    let mut spec = spec(&[]);
    spec.schemas.insert(
        "test".into(),
        serde_json::json!({"$ref": "https://example.com/schema.json"}),
    );
    let error = sandbox().load(&stateful_component("{}"), spec).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadSchema);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_steps_than_slots_wait_for_their_turn() {
    let sandbox = sandbox();
    let plugin = floor(&sandbox);
    let steps: Vec<_> = (0..200)
        .map(|_| {
            let plugin = plugin.clone();
            tokio::spawn(async move { plugin.handle(&step(), TestWorld::shared()).await.outcome })
        })
        .collect();
    for step in steps {
        assert!(matches!(step.await.unwrap(), StepOutcome::Replied(_)));
    }
}

#[tokio::test]
async fn a_plugin_outlives_its_sandbox() {
    let plugin = floor(&sandbox());
    assert!(matches!(
        plugin.handle(&step(), TestWorld::shared()).await.outcome,
        StepOutcome::Replied(_)
    ));
}
