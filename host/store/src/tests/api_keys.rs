//! API keys outlive whatever happens to the process and to the index.

use std::collections::BTreeMap;

use jackfield_core::{
    ApiKey, Digest, ImpossibleKey, KeyChange, KeyEvent, KeyId, MOST_KEYS, Position, Role, TenantId,
};

use super::samples::*;
use crate::{Admin, Entry, JournalStore, Store, StoreError};

/// A key as it is made.
pub(super) fn key(number: usize) -> ApiKey {
    ApiKey {
        id: KeyId::new(format!("{number:012x}")).unwrap(),
        name: format!("number {number}"),
        roles: [Role::Operator, Role::Author].into(),
        secret: Digest::of(&number.to_le_bytes()),
        created: number as u64,
        expires: None,
        revoked: None,
    }
}

/// What every store does.
pub(super) fn follow_each_other(store: &dyn Store) {
    let change = |tenant: &TenantId, at, change| store.change_api_key(tenant, at, "ann", change);
    assert!(store.api_keys(&tenant()).is_empty());
    for number in [1, 2] {
        let made = change(&tenant(), 7, KeyChange::Make(key(number))).unwrap();
        assert_eq!(*made.0, key(number));
        made.1.wait().unwrap();
    }
    change(&tenant(), 9, KeyChange::Revoke(key(1).id)).unwrap();
    let unknown = change(&tenant(), 9, KeyChange::Revoke(key(3).id));
    assert_eq!(
        unknown.unwrap_err(),
        StoreError::ImpossibleKey(ImpossibleKey::Unknown)
    );
    let revoked = ApiKey {
        revoked: Some(9),
        ..key(1)
    };
    assert_eq!(*store.api_key(&tenant(), &key(1).id).unwrap(), revoked);
    assert_eq!(*store.api_key(&tenant(), &key(2).id).unwrap(), key(2));
    // Another tenant has keys of its own.
    let other = TenantId::new("other").unwrap();
    assert_eq!(store.api_key(&other, &key(2).id), None);
    change(&other, 7, KeyChange::Make(key(3))).unwrap();
    assert_eq!(store.api_keys(&tenant()).len(), 2);

    // What was decided is found in pages, that of the tenant only.
    store.flush().unwrap();
    let (mut told, mut after) = (Vec::new(), None);
    loop {
        let page = store.decisions(&tenant(), after, 2).unwrap();
        assert!(page.records.len() <= 2);
        for record in page.records {
            let Entry::Admin(Admin::KeyChanged {
                by, event, after, ..
            }) = record.entry
            else {
                panic!("something else than a key: {:?}", record.entry);
            };
            told.push((by, event, after.id, record.header.at));
        }
        match page.more_after {
            None => break,
            more => after = more,
        }
    }
    let ann = "ann".to_owned();
    assert_eq!(
        told,
        [
            (ann.clone(), KeyEvent::Made, key(1).id, 7),
            (ann.clone(), KeyEvent::Made, key(2).id, 7),
            (ann, KeyEvent::Revoked, key(1).id, 9),
        ]
    );
}

#[test]
fn keys_outlive_the_process_and_the_index() {
    let directory = fast_directory();
    let options = || options(directory.path());
    let kept = |store: &JournalStore| -> BTreeMap<KeyId, Option<u64>> {
        let keys = store.api_keys(&tenant()).into_iter();
        keys.map(|key| (key.id.clone(), key.revoked)).collect()
    };
    let store = JournalStore::open(options()).unwrap();
    let change = |store: &JournalStore, change| {
        store
            .change_api_key(&tenant(), 5_000, "ann", change)
            .unwrap()
            .1
    };
    for number in 0..MOST_KEYS {
        change(&store, KeyChange::Make(key(number)));
    }
    change(&store, KeyChange::Revoke(key(17).id));
    store.flush().unwrap();
    let full = store.change_api_key(&tenant(), 5_000, "ann", KeyChange::Make(key(MOST_KEYS)));
    // The one that was revoked made room for the new one.
    full.unwrap().1.wait().unwrap();
    let more = store.change_api_key(&tenant(), 5_000, "ann", KeyChange::Make(key(MOST_KEYS + 1)));
    assert_eq!(
        more.unwrap_err(),
        StoreError::ImpossibleKey(ImpossibleKey::TooMany)
    );
    change(&store, KeyChange::Revoke(key(40).id))
        .wait()
        .unwrap();
    let expected = kept(&store);
    assert_eq!(expected.len(), MOST_KEYS);
    assert!(!expected.contains_key(&key(17).id));
    assert_eq!(expected[&key(40).id], Some(5_000));

    // With the index behind the journal, with the index up to date, and without one.
    drop(store);
    let store = JournalStore::open(options()).unwrap();
    assert_eq!(kept(&store), expected);
    store.flush().unwrap();
    drop(store);
    assert_eq!(kept(&JournalStore::open(options()).unwrap()), expected);
    std::fs::remove_dir_all(directory.path().join("sled")).unwrap();
    assert_eq!(kept(&JournalStore::open(options()).unwrap()), expected);
}

#[test]
fn decisions_are_looked_for_after_a_record_and_nowhere_else() {
    let directory = fast_directory();
    let store = JournalStore::open(options(directory.path())).unwrap();
    let said = say(&store, "ann", "1");
    let make = store.change_api_key(&tenant(), 1, "ann", KeyChange::Make(key(1)));
    make.unwrap().1.wait().unwrap();
    let found = store.decisions(&tenant(), Some(said.position), 10).unwrap();
    assert_eq!((found.records.len(), found.more_after), (1, None));
    let after = found.records[0].header.position;
    assert!(
        store
            .decisions(&tenant(), Some(after), 10)
            .unwrap()
            .records
            .is_empty()
    );
    let within = store.decisions(&tenant(), Some(Position(after.0 + 1)), 10);
    assert!(
        matches!(within, Err(StoreError::Damaged { .. })),
        "{within:?}"
    );
}
