//! The journal, read beside the store that writes it.

use std::sync::atomic::{AtomicBool, Ordering};

use jackfield_core::Position;

use super::samples::*;
use crate::{Entry, JournalReader, JournalStore, Options, Store, StoreError};

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
