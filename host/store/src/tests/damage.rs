//! Damaged, missing and foreign files.

use std::path::Path;
use std::sync::Arc;

use jackfield_core::{ErrorCode, Position};

use super::samples::*;
use crate::disk::ForgetfulDisk;
use crate::{JournalStore, Options, Store, StoreError};

fn open(directory: &Path, disk: &ForgetfulDisk) -> Result<JournalStore, StoreError> {
    JournalStore::open_on(
        Options {
            segment_bytes: 4 * 1024,
            ..options(directory)
        },
        Arc::new(disk.boot()),
    )
}

/// Ten contacts with five turns each.
fn talk(store: &dyn Store) {
    for contact in 0..10 {
        for message in 0..5 {
            let accepted = say(
                store,
                &format!("contact {contact}"),
                &format!("{contact}.{message}"),
            );
            let record = turn(store, accepted.session, &[accepted.position]);
            store.commit(record, &[]).unwrap().ticket.wait().unwrap();
        }
    }
}

fn check(store: &dyn Store) {
    for contact in 0..10 {
        let session = store
            .resolve(&tenant(), &address(&format!("contact {contact}")))
            .unwrap();
        assert_eq!(store.load(&tenant(), session).unwrap().unwrap().turn, 5);
        assert_eq!(store.turns(&tenant(), session, 0, 10).unwrap().len(), 5);
        assert!(
            say(
                store,
                &format!("contact {contact}"),
                &format!("{contact}.3")
            )
            .duplicate
        );
    }
    assert_eq!(store.pending().unwrap(), []);
}

fn segments(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(directory.join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

/// The position that a segment's first byte has.
fn base(path: &Path) -> u64 {
    path.file_stem().unwrap().to_str().unwrap().parse().unwrap()
}

#[test]
fn a_flipped_bit_in_the_journal_is_reported_with_its_place() {
    let directory = fast_directory();
    let disk = ForgetfulDisk::default();
    {
        let store = open(directory.path(), &disk).unwrap();
        talk(&store);
    }
    let names = crate::disk::Disk::list(&disk, &directory.path().join("journal")).unwrap();
    let mut bases: Vec<u64> = names.iter().map(|name| base(Path::new(name))).collect();
    bases.sort_unstable();
    let end = open(directory.path(), &disk).unwrap().stats().journal_bytes;
    let mut seen = 0;
    for offset in (0..end).step_by(499) {
        let _ = std::fs::remove_dir_all(directory.path().join("sled"));
        let disk = disk.copy();
        let start = bases.iter().rfind(|start| **start <= offset).unwrap();
        let journal = directory.path().join("journal");
        let path = journal.join(format!("{start:020}.jnl"));
        disk.flip(&path, (offset - start) as usize);
        match open(directory.path(), &disk) {
            Err(StoreError::Damaged {
                file,
                offset: found,
                ..
            }) => {
                // Named is the record that the bit is in, or where the journal was.
                let begin = if file.extension().is_some() {
                    base(&file)
                } else {
                    0
                };
                assert!(begin + found <= offset, "{}: {found}", file.display());
                assert!(offset - begin - found < 3000, "{}: {found}", file.display());
                seen += 1;
            }
            Err(error) => panic!("{error}"),
            // The last group cannot be told from one that was never finished.
            Ok(_) => assert!(
                end - offset < 3000,
                "the bit flipped at {offset} of {end} was not noticed"
            ),
        }
    }
    assert!(seen > 60, "{seen}");
}

#[test]
fn a_lost_or_damaged_index_is_made_again() {
    let directory = tempfile::tempdir().unwrap();
    let sled = directory.path().join("sled");
    {
        let store = JournalStore::open(options(directory.path())).unwrap();
        talk(&store);
        store.flush().unwrap();
    }
    type Damage = (&'static str, fn(&Path));
    let damages: [Damage; 6] = [
        ("gone", |sled| std::fs::remove_dir_all(sled).unwrap()),
        ("no conf", |sled| {
            std::fs::write(sled.join("conf"), b"nonsense").unwrap()
        }),
        ("empty db", |sled| {
            std::fs::write(sled.join("db"), b"").unwrap()
        }),
        ("db cut", |sled| {
            let file = std::fs::File::options()
                .write(true)
                .open(sled.join("db"))
                .unwrap();
            file.set_len(file.metadata().unwrap().len() / 2).unwrap();
        }),
        ("db full of nonsense", |sled| {
            let length = std::fs::metadata(sled.join("db")).unwrap().len();
            std::fs::write(sled.join("db"), vec![0xa5; length as usize]).unwrap();
        }),
        ("half a snapshot of sled", |sled| {
            std::fs::write(sled.join("snap.00000000000FFFFF.generating"), b"half").unwrap();
        }),
    ];
    for (name, damage) in damages {
        eprintln!("{name}");
        damage(&sled);
        let store = JournalStore::open(options(directory.path())).unwrap();
        check(&store);
        store.flush().unwrap();
        assert!(store.is_healthy());
    }
}

#[test]
fn a_snapshot_shortens_the_replay_and_a_damaged_one_is_passed_over() {
    let directory = tempfile::tempdir().unwrap();
    let small = || Options {
        snapshot_bytes: 16 * 1024,
        ..options(directory.path())
    };
    {
        let store = JournalStore::open(small()).unwrap();
        talk(&store);
        store.flush().unwrap();
        assert!(store.stats().snapshot_bytes > 0);
    }
    std::fs::remove_dir_all(directory.path().join("sled")).unwrap();
    {
        let store = JournalStore::open(small()).unwrap();
        assert_eq!(store.stats().replayed, 0);
        check(&store);
    }
    for entry in std::fs::read_dir(directory.path().join("snapshots")).unwrap() {
        let path = entry.unwrap().path();
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(path, bytes).unwrap();
    }
    std::fs::remove_dir_all(directory.path().join("sled")).unwrap();
    let store = JournalStore::open(small()).unwrap();
    assert_eq!(store.stats().replayed, 100);
    check(&store);
}

#[test]
fn a_torn_end_is_cut_off_and_the_journal_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let end = {
        let store = JournalStore::open(options(directory.path())).unwrap();
        talk(&store);
        store.stats().journal_bytes
    };
    // The torn record begins in one segment and ends in the next.
    let mut torn = vec![0x5a; 20 * 1024];
    torn[..4].copy_from_slice(b"JFR1");
    let (base, last) = segments(directory.path())
        .into_iter()
        .map(|path| (base(&path), path))
        .rfind(|(base, _)| *base <= end)
        .unwrap();
    let mut bytes = std::fs::read(&last).unwrap();
    let offset = (end - base) as usize;
    let (here, there) = torn.split_at(bytes.len() - offset);
    bytes[offset..].copy_from_slice(here);
    let next = last.with_file_name(format!("{:020}.jnl", base + bytes.len() as u64));
    std::fs::write(&last, bytes).unwrap();
    let mut bytes = vec![0; 16 * 1024];
    bytes[..there.len()].copy_from_slice(there);
    std::fs::write(&next, bytes).unwrap();
    {
        let store = JournalStore::open(options(directory.path())).unwrap();
        check(&store);
        say(&store, "new", "new").ticket.wait().unwrap();
    }
    let store = JournalStore::open(options(directory.path())).unwrap();
    assert!(say(&store, "new", "new").duplicate);
    assert_eq!(
        store
            .journal(Position(0))
            .unwrap()
            .map(Result::unwrap)
            .count(),
        101
    );
}

#[test]
fn a_missing_segment_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    {
        let store = JournalStore::open(options(directory.path())).unwrap();
        talk(&store);
    }
    let paths = segments(directory.path());
    assert!(paths.len() > 2, "{paths:?}");
    std::fs::remove_file(&paths[1]).unwrap();
    let error = JournalStore::open(options(directory.path())).unwrap_err();
    assert_eq!(error.code(), ErrorCode::JournalDamaged);
}

#[test]
fn a_directory_is_open_once() {
    let directory = tempfile::tempdir().unwrap();
    let store = JournalStore::open(options(directory.path())).unwrap();
    assert_eq!(
        JournalStore::open(options(directory.path()))
            .unwrap_err()
            .code(),
        ErrorCode::StoreLocked
    );
    drop(store);
    JournalStore::open(options(directory.path())).unwrap();
}

#[test]
fn a_newer_directory_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(JournalStore::open(options(directory.path())).unwrap());
    std::fs::write(directory.path().join("format"), "jackfield-store 2\n").unwrap();
    let error = JournalStore::open(options(directory.path())).unwrap_err();
    assert_eq!(error, StoreError::TooNew { found: 2, known: 1 });
}

#[test]
fn another_master_key_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    {
        let store = JournalStore::open(options(directory.path())).unwrap();
        say(&store, "ann", "1").ticket.wait().unwrap();
    }
    let other = Options {
        master_key: Some([9; 32].into()),
        ..options(directory.path())
    };
    let error = JournalStore::open(other).unwrap_err();
    assert!(error.to_string().contains("master key"), "{error}");
}

#[test]
fn an_erased_contact_leaves_no_words_and_no_key_behind() {
    let directory = tempfile::tempdir().unwrap();
    let keys = directory.path().join("keys/contacts.keys");
    let (session, contact, slots) = {
        let store = JournalStore::open(options(directory.path())).unwrap();
        let ann = say(&store, "ann", "1");
        let record = turn(&store, ann.session, &[ann.position]);
        store.commit(record, &[]).unwrap().ticket.wait().unwrap();
        store.flush().unwrap();
        let before = std::fs::read(&keys).unwrap();
        store.erase(&tenant(), ann.contact).unwrap().wait().unwrap();
        (ann.session, ann.contact, before)
    };
    let after = std::fs::read(&keys).unwrap();
    // Slot 1 is the first contact's; its wrapped key is what an eavesdropper with the master key would need.
    let wrapped = &slots[128 + 48..128 + 48 + 60];
    assert!(wrapped.iter().any(|byte| *byte != 0));
    assert!(!after.windows(60).any(|window| window == wrapped));
    for lose_index in [false, true] {
        if lose_index {
            std::fs::remove_dir_all(directory.path().join("sled")).unwrap();
        }
        let store = JournalStore::open(options(directory.path())).unwrap();
        assert_eq!(
            store.load(&tenant(), session).unwrap_err(),
            StoreError::Erased
        );
        assert_eq!(
            store.turns(&tenant(), session, 0, 10).unwrap_err(),
            StoreError::Erased
        );
        assert_eq!(
            store.erase(&tenant(), contact).unwrap_err(),
            StoreError::Erased
        );
        // The chain still verifies, from the first record to the last.
        assert_eq!(
            store
                .journal(Position(0))
                .unwrap()
                .map(Result::unwrap)
                .count(),
            3
        );
    }
}

#[test]
fn no_words_stand_in_any_file() {
    let directory = tempfile::tempdir().unwrap();
    {
        let options = Options {
            snapshot_bytes: 1,
            ..options(directory.path())
        };
        let store = JournalStore::open(options).unwrap();
        talk(&store);
        store.flush().unwrap();
    }
    let mut files = 0;
    let mut directories = vec![directory.path().to_owned()];
    while let Some(next) = directories.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            files += 1;
            let bytes = std::fs::read(&path).unwrap();
            for words in ["words of", "reply 3", "contact 7"] {
                let found = bytes
                    .windows(words.len())
                    .any(|window| window == words.as_bytes());
                assert!(!found, "`{words}` stands in {}", path.display());
            }
        }
    }
    assert!(files > 5);
}

#[test]
fn nothing_is_accepted_when_the_disk_is_nearly_full() {
    let directory = tempfile::tempdir().unwrap();
    let store = JournalStore::open(Options {
        reserve_bytes: u64::MAX,
        ..options(directory.path())
    })
    .unwrap();
    let error = store.accept(&tenant(), None, text("ann", "1")).unwrap_err();
    assert_eq!(error.code(), ErrorCode::StoreFull);
}
