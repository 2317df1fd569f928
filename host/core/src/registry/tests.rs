//! What decisions do to the versions of a pack.

use super::*;

fn zoe() -> Decided {
    Decided {
        by: "zoe".to_owned(),
        at: 7,
    }
}

fn version(number: u8) -> PackVersion {
    PackVersion {
        digest: Digest::of(&[number]),
        version: format!("1.{number}.0"),
        at: number.into(),
        signers: Vec::new(),
    }
}

fn after(changes: &[PackChange]) -> Result<PackEntry, ImpossibleChange> {
    changes
        .iter()
        .try_fold(PackEntry::default(), |entry, change| {
            entry.after(change, &zoe())
        })
}

fn install(number: u8) -> PackChange {
    PackChange::Install {
        version: version(number),
    }
}

fn try_out(number: u8) -> PackChange {
    let canary = Canary {
        version: version(number),
        share: 10,
        contacts: Vec::new(),
        since: 0,
    };
    PackChange::Try { canary }
}

fn back() -> PackChange {
    PackChange::RollBack {
        reason: "bad".to_owned(),
    }
}

#[test]
fn going_back_ends_a_trial_first_and_then_takes_the_last_sound_version() {
    let entry = after(&[install(1), install(2), try_out(3), back()]).unwrap();
    assert_eq!(entry.current, Some(version(2)));
    let entry = entry.after(&back(), &zoe()).unwrap();
    assert_eq!(entry.current, Some(version(1)));
    assert_eq!(
        entry.after(&back(), &zoe()),
        Err(ImpossibleChange::NoEarlier)
    );
    assert_eq!(entry.newest.as_deref(), Some("1.3.0"));
    // What was taken back may be installed again, on purpose.
    let again = entry.after(&install(2), &zoe()).unwrap();
    assert_eq!(again.current, Some(version(2)));
    assert_eq!(again.versions().count(), 3);
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (changes, why) in [
        (vec![try_out(1)], ImpossibleChange::NotInstalled),
        (vec![install(1), install(1)], ImpossibleChange::InUse),
        (vec![install(1), try_out(1)], ImpossibleChange::InUse),
        (
            vec![install(1), PackChange::Promote],
            ImpossibleChange::NoCanary,
        ),
        (vec![PackChange::Remove], ImpossibleChange::NotInstalled),
        (
            vec![
                install(1),
                PackChange::Forget {
                    digest: version(1).digest,
                },
            ],
            ImpossibleChange::Unknown,
        ),
    ] {
        assert_eq!(after(&changes), Err(why), "{changes:?}");
    }
}

#[test]
fn a_promoted_version_is_the_current_one() {
    let entry = after(&[
        install(1),
        try_out(2),
        PackChange::Promote,
        PackChange::Move,
    ])
    .unwrap();
    assert_eq!((entry.current, entry.canary), (Some(version(2)), None));
    assert_eq!(entry.earlier[0].leaving, Leaving::Moving);
}

fn revoke(number: u8) -> PackChange {
    PackChange::Revoke {
        digest: version(number).digest,
        reason: "the key is revoked: stolen".to_owned(),
    }
}

#[test]
fn what_is_revoked_leaves_also_when_nothing_else_is_left() {
    let only = after(&[install(1), revoke(1)]).unwrap();
    assert_eq!(only.current, None);
    let (reason, decided) = only.withdrawn(version(1).digest).unwrap();
    assert_eq!(
        (reason, decided),
        ("the key is revoked: stolen", Some(&zoe()))
    );
    let before = after(&[install(1), install(2), revoke(2)]).unwrap();
    assert_eq!(before.current, Some(version(1)));
    // The trial of another version ends with the version that it was compared with, and is not held to be the bad one.
    let both = after(&[install(1), install(2), try_out(3), revoke(2)]).unwrap();
    assert_eq!((both.current, both.canary), (Some(version(1)), None));
    let tried = after(&[install(1), try_out(2), revoke(2)]).unwrap();
    assert_eq!((tried.current, tried.canary), (Some(version(1)), None));
    assert_eq!(
        after(&[install(1), install(2), revoke(1)]),
        Err(ImpossibleChange::NotInUse)
    );
}

#[test]
fn who_granted_a_line_first_is_remembered() {
    let grant = |lines: &[&str]| PackChange::Grant {
        permissions: lines.iter().map(|line| line.parse().unwrap()).collect(),
    };
    let (log, http) = ("log".parse().unwrap(), "http to a".parse().unwrap());
    let entry = after(&[grant(&["log"])]).unwrap();
    let anna = Decided {
        by: "anna".to_owned(),
        at: 9,
    };
    let entry = entry.after(&grant(&["log", "http to a"]), &anna).unwrap();
    assert_eq!(entry.granted_by.get(&log), Some(&zoe()));
    assert_eq!(entry.granted_by.get(&http), Some(&anna));
    let entry = entry.after(&grant(&["http to a"]), &zoe()).unwrap();
    assert_eq!(entry.granted_by.get(&log), None);
    assert_eq!(entry.granted_by.get(&http), Some(&anna));
}

#[test]
fn an_entry_that_was_kept_before_names_were_noted_is_read() {
    #[derive(minicbor::Encode)]
    enum Leaving {
        #[n(2)]
        Withdrawn {
            #[n(0)]
            reason: String,
        },
    }
    let reason = "bad".to_owned();
    let old = minicbor::to_vec(Leaving::Withdrawn { reason }).unwrap();
    let read: super::Leaving = minicbor::decode(&old).unwrap();
    let reason = "bad".to_owned();
    let decided = None;
    assert_eq!(read, super::Leaving::Withdrawn { reason, decided });
    // An entry without versions, as it was written then.
    let entry: PackEntry = minicbor::decode(&[0xa2, 0x02, 0x80, 0x03, 0x80]).unwrap();
    assert_eq!(entry, PackEntry::default());
}
