//! The journal, read beside the store that writes it.

use std::sync::atomic::{AtomicBool, Ordering};

use std::path::{Path, PathBuf};

use jackfield_core::{ErrorCode, PackChange, Position};

use super::samples::*;
use crate::{
    Admin, Entry, JournalHead, JournalReader, JournalStore, Options, Store, StoreError, Verified,
};

#[test]
fn a_journal_is_read_while_it_is_written() {
    let directory = fast_directory();
    let options = Options {
        segment_bytes: 64 * 1024,
        ..options(directory.path())
    };
    let store = JournalStore::open(options.clone()).unwrap();
    let ended = AtomicBool::new(false);
    let session = std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let mut last = None;
            for number in 0..500 {
                let contact = format!("contact {}", number % 50);
                let accepted = say(&store, &contact, &number.to_string());
                let record = turn(&store, accepted.session, &[accepted.position]);
                store.commit(record, &[]).unwrap().ticket.wait().unwrap();
                last = Some(accepted.session);
            }
            ended.store(true, Ordering::Release);
            last.unwrap()
        });
        let mut most = 0;
        while !ended.load(Ordering::Acquire) {
            let found = JournalReader::open(options.clone())
                .unwrap()
                .last(usize::MAX)
                .unwrap();
            assert!(found.len() >= most, "nothing that was there goes");
            most = found.len();
        }
        writing.join().unwrap()
    });
    let reader = JournalReader::open(options).unwrap();
    let entries = store.journal(Position(0)).unwrap();
    let entries: Vec<_> = entries.map(Result::unwrap).collect();
    assert_eq!(reader.last(usize::MAX).unwrap(), entries);
    assert_eq!(reader.last(3).unwrap(), entries[entries.len() - 3..]);
    let turns = store.turns(&tenant(), session, 0, usize::MAX).unwrap();
    assert_eq!(turns.len(), 10);
    assert_eq!(reader.turns(&tenant(), session).unwrap(), turns);

    let contact = turns[0].record.session.contact;
    store.erase(&tenant(), contact).unwrap().wait().unwrap();
    let erased = |error| matches!(error, StoreError::Erased);
    assert!(reader.turns(&tenant(), session).is_err_and(erased));
    let last = reader.last(2).unwrap();
    assert_eq!(last[0].entry, Entry::Erased);
}

#[test]
fn reading_makes_nothing() {
    let directory = fast_directory();
    let nothing = || {
        std::fs::read_dir(directory.path())
            .unwrap()
            .next()
            .is_none()
    };
    let error = JournalReader::open(Options::new(directory.path())).unwrap_err();
    assert!(matches!(error, StoreError::NoData(_)), "{error}");
    assert!(nothing());
    let nowhere = directory.path().join("nowhere");
    JournalReader::open(Options::new(nowhere)).unwrap_err();
    assert!(nothing());
}

/// What a copy lacks is named, and not made.
#[test]
fn what_is_missing_is_said_and_not_made() {
    let directory = fast_directory();
    let own = Options {
        master_key: None,
        ..options(directory.path())
    };
    let store = JournalStore::open(own.clone()).unwrap();
    say(&store, "ann", "hello").ticket.wait().unwrap();
    drop(store);
    let lacks = |error: StoreError, what: &str| {
        assert_eq!(error.code(), ErrorCode::NoData, "{error}");
        assert!(error.to_string().contains(what), "{what}: {error}");
    };
    let reader = JournalReader::open(own.clone()).unwrap();
    let keys = directory.path().join("keys");
    for missing in ["contacts.keys", "master.key"] {
        std::fs::remove_file(keys.join(missing)).unwrap();
        lacks(reader.last(1).unwrap_err(), missing);
        lacks(reader.decisions().unwrap_err(), "keys");
        assert!(!keys.join(missing).exists());
    }
    // It takes no keys to see whether the journal is whole.
    assert_eq!(reader.verify(None).unwrap().records, 1);

    let journal = directory.path().join("journal");
    std::fs::remove_dir_all(&journal).unwrap();
    std::fs::create_dir(&journal).unwrap();
    lacks(reader.verify(None).unwrap_err(), "journal/*.jnl");
    assert_eq!(std::fs::read_dir(&journal).unwrap().count(), 0);
    let format = directory.path().join("format");
    std::fs::remove_file(&format).unwrap();
    lacks(JournalReader::open(own.clone()).unwrap_err(), "format");
    assert!(!format.exists());
    std::fs::remove_dir(&journal).unwrap();
    lacks(JournalReader::open(own).unwrap_err(), "journal");
}

/// A journal of four events and a decision between them.
fn audited(directory: &Path) {
    let store = JournalStore::open(options(directory)).unwrap();
    for number in 0..4 {
        say(&store, "ann", &number.to_string())
            .ticket
            .wait()
            .unwrap();
        if number == 1 {
            let grant = PackChange::Grant {
                permissions: [].into(),
            };
            let change = store.change_pack(&tenant(), 1_700_000_000_000, "Zoë", &pack(), grant);
            change.unwrap().wait().unwrap();
        }
    }
}

fn verify(directory: &Path, kept: Option<JournalHead>) -> Result<Verified, StoreError> {
    JournalReader::open(options(directory))
        .unwrap()
        .verify(kept)
}

/// The first segment, and where in it each record stands.
fn records(directory: &Path) -> (PathBuf, Vec<std::ops::Range<usize>>) {
    let reader = JournalReader::open(options(directory)).unwrap();
    let places = reader.last(usize::MAX).unwrap().into_iter().map(|record| {
        let start = record.header.position.0 as usize;
        start..start + 192 + record.header.body_bytes as usize
    });
    let segment = directory.join("journal").join(format!("{:020}.jnl", 0));
    (segment, places.collect())
}

/// Makes the checksum of a record right again.
fn mend(record: &mut [u8]) {
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(&record[..188]);
    checksum.update(&record[192..]);
    record[188..192].copy_from_slice(&checksum.finalize().to_le_bytes());
}

#[test]
fn decisions_are_found_and_an_untouched_journal_verifies() {
    let directory = fast_directory();
    audited(directory.path());
    let found = verify(directory.path(), None).unwrap();
    assert_eq!((found.records, found.decisions), (5, 1));
    let head = found.head.unwrap();
    assert_eq!(head.to_string().parse::<JournalHead>().unwrap(), head);
    assert!("17".parse::<JournalHead>().is_err());

    let reader = JournalReader::open(options(directory.path())).unwrap();
    let [decision] = &reader.decisions().unwrap()[..] else {
        panic!("one decision");
    };
    assert_eq!(decision.header.at, 1_700_000_000_000);
    assert!(matches!(&decision.entry, Entry::Admin(Admin::PackChanged { by, .. }) if by == "Zoë"));

    // The journal goes on, and still contains what was the head: beside the store that writes it too.
    let store = JournalStore::open(options(directory.path())).unwrap();
    let ann = say(&store, "ann", "more");
    ann.ticket.wait().unwrap();
    store.erase(&tenant(), ann.contact).unwrap().wait().unwrap();
    let later = verify(directory.path(), Some(head)).unwrap();
    assert_eq!((later.records, later.decisions), (7, 2));
    assert_ne!(later.head, Some(head));
}

#[test]
fn a_changed_byte_anywhere_in_a_journal_is_noticed() {
    let directory = fast_directory();
    audited(directory.path());
    // One reader for all of them: opening one costs more than reading.
    let reader = JournalReader::open(options(directory.path())).unwrap();
    let head = reader.verify(None).unwrap().head;
    let (segment, places) = records(directory.path());
    let sound = std::fs::read(&segment).unwrap();
    let last = places.last().unwrap().start;
    for (number, place) in places.iter().enumerate() {
        // In the decision every field of the header is met, and the body all over.
        let step = if number == 2 { 7 } else { 61 };
        for at in place.clone().step_by(step) {
            let mut changed = sound.clone();
            changed[at] ^= 1;
            std::fs::write(&segment, &changed).unwrap();
            let error = reader.verify(head).unwrap_err();
            assert_eq!(error.code(), ErrorCode::JournalDamaged, "byte {at}");
            // What was changed at the very end looks like a record that is being written.
            let alone = reader.verify(None);
            assert_eq!(alone.is_err(), at < last, "byte {at}");

            // Somebody who knows the format: the checksum is right again.
            if (188..192).contains(&(at - place.start)) {
                continue;
            }
            mend(&mut changed[place.clone()]);
            std::fs::write(&segment, &changed).unwrap();
            let error = reader.verify(head).unwrap_err();
            assert_eq!(error.code(), ErrorCode::JournalDamaged, "byte {at}, mended");
            if at >= place.start + 192 {
                let text = error.to_string();
                assert!(text.contains("does not match its digest"), "{text}");
                let named = format!("{} at offset {}", segment.display(), place.start);
                assert!(text.contains(&named), "{text}");
            }
        }
    }
    std::fs::write(&segment, &sound).unwrap();
    reader.verify(head).unwrap();
}

#[test]
fn a_cut_end_and_another_journal_are_noticed_by_the_head_that_was_kept() {
    let directory = fast_directory();
    audited(directory.path());
    let head = verify(directory.path(), None).unwrap().head;
    let (segment, places) = records(directory.path());
    let sound = std::fs::read(&segment).unwrap();
    for place in &places {
        let mut cut = sound.clone();
        cut[place.start..].fill(0);
        std::fs::write(&segment, cut).unwrap();
        // What is left fits together.
        let left = verify(directory.path(), None).unwrap();
        assert!(left.records < 5);
        let error = verify(directory.path(), head).unwrap_err().to_string();
        assert!(
            error.starts_with("JF-STO-004") && error.contains("is not in the journal"),
            "{error}"
        );
    }
    // A record from the middle is gone, and those behind it stand where they stood.
    let mut hole = sound;
    hole[places[2].clone()].fill(0);
    std::fs::write(&segment, hole).unwrap();
    verify(directory.path(), None).unwrap_err();

    let other = fast_directory();
    audited(other.path());
    verify(other.path(), None).unwrap();
    let error = verify(other.path(), head).unwrap_err();
    assert_eq!(error.code(), ErrorCode::JournalDamaged);
    assert!(error.to_string().contains("another record"), "{error}");
}
