//! What operators are told before they grant something.

use jackfield_core::Permission;

use crate::samples as sample;
use crate::{Wording, explained};

#[test]
fn everything_that_is_asked_for_is_explained_in_both_languages() {
    let manifest = crate::read_manifest(sample::MANIFEST, "pack.toml").unwrap();
    let asked = Permission::asked(&manifest);
    assert!(asked.len() >= 5, "{asked:?}");
    for permission in &asked {
        let (en, zh) = (
            explained(permission, &manifest, Wording::English),
            explained(permission, &manifest, Wording::Chinese),
        );
        assert!(!en.contains("does not know"), "{permission}");
        assert!(zh.chars().any(|c| c > '\u{2e80}'), "{permission}: {zh}");
    }
    let to = Permission::Destination("shop-url".to_owned());
    assert!(explained(&to, &manifest, Wording::English).contains("Where the shop is"));
}

#[test]
fn a_publishers_words_cannot_draw_on_the_terminal() {
    let mut manifest = crate::read_manifest(sample::MANIFEST, "pack.toml").unwrap();
    if let Some(tables) = &mut manifest.capabilities.tables {
        tables.purpose = "nothing\u{1b}[2J\r\n\u{202e}gnihtyreve".to_owned();
    }
    let tables = Permission::Capability("tables".to_owned());
    let told = explained(&tables, &manifest, Wording::English);
    assert!(
        !told.contains(['\u{1b}', '\r', '\n', '\u{202e}']),
        "{told:?}"
    );
}
