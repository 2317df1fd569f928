//! What comes on the list, and what leaves it.

use jackfield_core::TenantId;

use super::Room;
use crate::{Label, Selection, TrainerError, Why};

#[test]
fn what_was_not_understood_lands_on_the_list_and_nothing_else_does() {
    let directory = tempfile::tempdir().unwrap();
    let room = Room::open(directory.path());
    let (_, session) = room.not_understood("a", "SIM卡丢了怎么办");
    room.not_understood("b", "ＳＩＭ卡丢了怎么办");
    room.said(
        "a",
        "这个怎么弄",
        "clarify",
        "nothing is sure, something is plausible",
    );
    room.said("b", "流量的事", "start", "usage at 0.55");
    room.said(
        "b",
        "卡不见了",
        "hand-off",
        "not understood three times in a row",
    );
    room.said(
        "a",
        "13800138001的卡丢了",
        "fallback",
        "not understood, 2 in a row",
    );
    // Understood, asked for, masked, or no words at all.
    room.said("a", "转人工", "hand-off", "asked for a person");
    room.said("a", "北京", "continue", "fills province");
    room.said("b", "国际漫游怎么开通", "answer", "article roaming at 0.99");
    room.said("a", "13800138001", "fallback", "not understood, 3 in a row");
    room.said("c", "", "fallback", "not understood, 1 in a row");
    room.not_understood("z", "最后一句");
    room.item("最后一句");
    let items = room.trainer.list(Selection::Open);
    let mut texts: Vec<(&str, u64, Why)> = items
        .iter()
        .map(|item| (item.text.as_str(), item.count, item.why))
        .collect();
    texts.sort_unstable_by_key(|(text, ..)| *text);
    assert_eq!(
        texts,
        [
            ("sim卡丢了怎么办", 2, Why::NotUnderstood),
            ("•••的卡丢了", 1, Why::NotUnderstood),
            ("卡不见了", 1, Why::NotUnderstood),
            ("最后一句", 1, Why::NotUnderstood),
            ("流量的事", 1, Why::Unsure),
            ("这个怎么弄", 1, Why::Asked),
        ]
    );
    let sim = room.item("sim卡丢了怎么办");
    assert_eq!(
        items.first().unwrap().id,
        sim.id,
        "what was said most comes first"
    );
    assert_eq!(sim.sessions.len(), 2);
    assert!(sim.sessions.contains(&session));
    assert_eq!(sim.readings.first().unwrap().intent, "change-plan");
    let groups = room.trainer.groups();
    assert_eq!(
        groups
            .iter()
            .map(|group| group.members.len())
            .sum::<usize>(),
        items.len()
    );
    assert!(
        groups.first().unwrap().members.contains(&sim.id),
        "{groups:#?}"
    );
}

#[test]
fn the_list_survives_a_restart_without_words_on_the_disk_and_is_made_anew_from_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let list = directory.path().join("trainer/list.json");
    for start in 0..4 {
        let room = Room::open(directory.path());
        if start == 0 {
            room.not_understood("a", "SIM卡丢了怎么办");
            room.not_understood("b", "SIM卡丢了怎么办");
        }
        room.not_understood("c", &format!("新的一句话{start}"));
        room.item(&format!("新的一句话{start}"));
        let item = room.item("sim卡丢了怎么办");
        assert_eq!((item.count, item.sessions.len()), (2, 2), "start {start}");
        assert_eq!(room.trainer.list(Selection::Open).len(), start + 2);
        room.close();
        let saved = std::fs::read_to_string(&list).unwrap();
        assert!(!saved.contains("丢") && !saved.contains("sim"), "{saved}");
        match start {
            1 => std::fs::remove_file(&list).unwrap(),
            2 => std::fs::write(&list, saved.replace("\"count\": 2", "\"count\": 9")).unwrap(),
            _ => {}
        }
    }
}

#[test]
fn an_erased_contacts_sentences_vanish_from_list_and_draft() {
    let directory = tempfile::tempdir().unwrap();
    let room = Room::open(directory.path());
    let (contact, _) = room.not_understood("a", "我住在学院路");
    room.not_understood("a", "卡丢了");
    room.not_understood("b", "卡丢了");
    let alone = room.item("我住在学院路");
    room.item("卡丢了");
    room.label(&alone, Label::OutOfScope);
    room.store
        .erase(&TenantId::default(), contact)
        .unwrap()
        .wait()
        .unwrap();
    room.until("the list without it", |_| {
        room.trainer.entry(alone.id).is_err()
    });
    assert_eq!(room.item("卡丢了").sessions.len(), 1);
    assert_eq!(
        room.trainer.draft(&room.pupil).labels.first().unwrap().text,
        None
    );
    let nothing = room
        .trainer
        .publish(&room.pupil, "anna".into(), String::new());
    assert!(matches!(nothing, Err(TrainerError::NothingToPublish)));
    room.close();
    for file in ["list.json", "draft.json"] {
        let text = std::fs::read_to_string(directory.path().join("trainer").join(file)).unwrap();
        assert!(!text.contains("学院"), "{text}");
    }
    // What was written down before the erasure leads nowhere either.
    let room = Room::open(directory.path());
    room.item("卡丢了");
    assert!(room.trainer.entry(alone.id).is_err());
}
