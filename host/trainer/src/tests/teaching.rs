//! What is labelled is taught, and can be taken back.

use jackfield_language::knowledge::Asker;
use jackfield_language::{Example, OutOfScope};

use super::{CONTEXT, Room, own};
use crate::{Label, Selection, Sentence, TrainerError};

#[test]
fn labels_are_taught_and_taken_back() {
    let directory = tempfile::tempdir().unwrap();
    let room = Room::open(directory.path());
    room.not_understood("a", "这个月太贵啦整个别的");
    room.not_understood("a", "今天天气怎么样");
    room.not_understood("a", "去泰国能用手机吗");
    room.not_understood("a", "哈哈哈哈");
    let dear = room.item("这个月太贵啦整个别的");
    room.label(&dear, Label::Intent("change-plan".into()));
    room.label(&room.item("今天天气怎么样"), Label::OutOfScope);
    room.label(
        &room.item("去泰国能用手机吗"),
        Label::Article("roaming".into()),
    );
    room.label(&room.item("哈哈哈哈"), Label::Dismissed);
    let typed = Sentence::Typed {
        text: "看看还有多少G".into(),
        locale: Some("zh-CN".into()),
    };
    room.trainer
        .label(
            vec![typed],
            Some(&Label::Intent("usage".into())),
            &room.pupil,
        )
        .unwrap();
    assert!(room.trainer.list(Selection::Open).is_empty());
    assert_eq!(room.trainer.draft(&room.pupil).labels.len(), 5);
    let effect = room.trainer.effect(&room.pupil).unwrap();
    assert_eq!((effect.base, effect.labels), (0, 5));
    assert!(effect.effect.after.oos_recall.is_some());

    assert_eq!(room.pupil.intent(&dear.text), None);
    let search = |room: &Room| {
        room.pupil
            .model
            .lock()
            .search("去泰国能用手机吗", &Asker::new("zh-CN"), 1)
    };
    assert!(
        search(&room)
            .first()
            .is_none_or(|answer| answer.score < 0.9)
    );
    assert_eq!(room.publish(), 1);
    assert_eq!(
        room.pupil.intent(&dear.text).as_deref(),
        Some("change-plan")
    );
    let weather = room.pupil.model.lock().parse("今天天气怎么样", &CONTEXT);
    assert_eq!((weather.intent, weather.alternatives), (None, Vec::new()));
    assert!(
        search(&room)
            .first()
            .is_some_and(|answer| answer.score > 0.9)
    );
    assert!(room.trainer.draft(&room.pupil).labels.is_empty());
    assert!(room.trainer.list(Selection::Open).is_empty());
    let version =
        std::fs::read_to_string(directory.path().join("trainer/versions/000001.json")).unwrap();
    assert!(
        version.contains("太贵") && !version.contains("哈哈"),
        "{version}"
    );

    // A published sentence can be labelled anew: here, not to be taught any more.
    room.label(&dear, Label::Dismissed);
    assert_eq!(room.publish(), 2);
    assert_eq!(room.pupil.intent(&dear.text), None);

    let back = room
        .trainer
        .rollback(&room.pupil, 1, "anna".into(), "it was right".into())
        .unwrap();
    assert_eq!((back.version.number, back.version.restores), (3, Some(1)));
    assert_eq!(
        room.pupil.intent(&dear.text).as_deref(),
        Some("change-plan")
    );
    room.trainer
        .rollback(&room.pupil, 0, "anna".into(), String::new())
        .unwrap();
    assert_eq!(room.pupil.intent(&dear.text), None);
    assert_eq!(
        room.trainer.list(Selection::Open).len(),
        4,
        "they wait for a label again"
    );
    let unknown = room
        .trainer
        .rollback(&room.pupil, 9, "anna".into(), String::new());
    assert!(matches!(unknown, Err(TrainerError::UnknownVersion(9))));
    room.close();

    let history = Room::open(directory.path()).trainer.history();
    assert_eq!(history.current, 4);
    let restores: Vec<_> = history
        .versions
        .iter()
        .map(|version| version.restores)
        .collect();
    assert_eq!(restores, [None, None, Some(1), Some(0)]);
}

#[test]
fn a_damaged_version_gives_way_to_the_one_before_it() {
    let directory = tempfile::tempdir().unwrap();
    let room = Room::open(directory.path());
    for text in ["这个月太贵啦整个别的", "看看G数"] {
        room.not_understood("a", text);
        room.label(&room.item(text), Label::Intent("change-plan".into()));
        room.publish();
    }
    room.close();
    let path = directory.path().join("trainer/versions/000002.json");
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let room = Room::open(directory.path());
    let history = room.trainer.history();
    assert_eq!(
        (history.current, history.damaged.as_slice()),
        (1, [2].as_slice())
    );
    let corrections = room
        .trainer
        .with_corrections(|corrections| corrections.iter().count());
    assert_eq!(corrections, 1);
    assert!(matches!(
        room.trainer.version(2),
        Err(TrainerError::Damaged { .. })
    ));
    room.label(&room.item("看看g数"), Label::OutOfScope);
    assert_eq!(room.publish(), 3, "a number is not given twice");
}

#[test]
fn what_cannot_be_taught_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let room = Room::open(directory.path());
    room.not_understood("a", "卡丢了");
    let item = room.item("卡丢了");
    let label = |label: Label| {
        room.trainer
            .label(vec![Sentence::Listed(item.id)], Some(&label), &room.pupil)
    };
    let error = label(Label::Intent("lost-card".into())).unwrap_err();
    assert_eq!(error.code().as_str(), "JF-TRN-002");
    assert!(error.to_string().contains("change-plan, usage"), "{error}");
    let error = label(Label::Article("romaing".into())).unwrap_err();
    assert_eq!(error.code().as_str(), "JF-TRN-002");
    assert!(error.to_string().ends_with("there are roaming"), "{error}");
    let unknown = "0123456789abcdef".parse().unwrap();
    let unknown = room
        .trainer
        .label(vec![Sentence::Listed(unknown)], None, &room.pupil);
    assert_eq!(unknown.unwrap_err().code().as_str(), "JF-TRN-001");
    assert!(matches!(
        room.trainer.effect(&room.pupil),
        Err(TrainerError::NothingToPublish)
    ));

    label(Label::OutOfScope).unwrap();
    *room.pupil.broken.lock() = true;
    assert!(
        room.trainer
            .publish(&room.pupil, "anna".into(), String::new())
            .is_err()
    );
    assert_eq!(room.trainer.history().current, 0);
    assert_eq!(
        room.trainer.draft(&room.pupil).labels.len(),
        1,
        "the draft is kept"
    );
    *room.pupil.broken.lock() = false;
    // A version that cannot be written is not taught.
    let versions = directory.path().join("trainer/versions");
    std::fs::rename(&versions, versions.with_extension("away")).unwrap();
    let failed = room
        .trainer
        .publish(&room.pupil, "anna".into(), String::new());
    assert_eq!(failed.unwrap_err().code().as_str(), "JF-TRN-006");
    std::fs::rename(versions.with_extension("away"), &versions).unwrap();
    assert_eq!(room.publish(), 1);
    room.trainer
        .label(vec![Sentence::Listed(item.id)], None, &room.pupil)
        .unwrap();
    assert!(room.trainer.draft(&room.pupil).labels.is_empty());
}

#[test]
fn what_a_pack_takes_for_nothing_means_what_staff_say() {
    let directory = tempfile::tempdir().unwrap();
    let room = Room::open(directory.path());
    room.not_understood("a", "帮我看看卡");
    room.label(&room.item("帮我看看卡"), Label::Intent("usage".into()));
    room.publish();
    let mut silent = own();
    silent.out_of_scope.push(OutOfScope {
        locale: "zh-CN".into(),
        text: "帮我看看卡！".into(),
    });
    let taught = room
        .trainer
        .with_corrections(|corrections| corrections.applied_to(&silent));
    assert_eq!(taught.training.out_of_scope, []);
    let examples = &taught.training.examples;
    assert!(
        examples
            .iter()
            .any(|e| e.text == "帮我看看卡" && e.intent == "usage")
    );
}

#[test]
fn a_pack_without_the_intent_leaves_its_corrections_without_effect() {
    let directory = tempfile::tempdir().unwrap();
    let room = Room::open(directory.path());
    room.not_understood("a", "卡丢了");
    room.label(&room.item("卡丢了"), Label::Intent("usage".into()));
    room.publish();
    let mut other = own();
    other.examples.retain(|example| example.intent != "usage");
    let taught = room
        .trainer
        .with_corrections(|corrections| corrections.applied_to(&other));
    assert_eq!(taught.without_effect.len(), 1);
    assert_eq!(taught.training, other);
    // Where pack and staff differ, staff is right.
    let taught = room.trainer.with_corrections(|corrections| {
        let mut own = own();
        own.examples.push(Example {
            intent: "change-plan".into(),
            locale: "zh-CN".into(),
            text: "卡丢了".into(),
        });
        corrections.applied_to(&own)
    });
    let intents = taught
        .training
        .examples
        .iter()
        .filter(|example| example.text == "卡丢了");
    assert_eq!(
        intents
            .map(|example| example.intent.as_str())
            .collect::<Vec<_>>(),
        ["usage"]
    );
}
