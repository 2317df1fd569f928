//! `jackfield trust add`: a key is trusted, and not in passing otherwise than before.

use std::collections::BTreeSet;
use std::fmt::Display;

use anyhow::{bail, ensure};
use jackfield_core::{ErrorCode, is_name};
use jackfield_packs::trust::TrustedKey;

use super::TrustFile;

/// Trusts a key. What is said of a key that is trusted already takes the place of what was said before only with `replace`.
pub(super) fn add(file: &TrustFile, key: TrustedKey, replace: bool) -> anyhow::Result<()> {
    let (id, role, name) = (key.public.id(), key.role, key.name.clone());
    ensure!(
        is_name(&key.name),
        "{}: `--name {}` is no name, and lists show it; take 1 to 100 characters that can be seen, without brackets",
        ErrorCode::BadRequest,
        key.name.escape_debug()
    );
    let today = jiff::Zoned::now().date();
    if let Some(last) = key.expires.filter(|_| key.is_over(today)) {
        bail!(
            "{}: {last} is over, so that nothing could be installed with the key; name today or a later day with --expires",
            ErrorCode::ImpossibleTrust
        );
    }
    let mut changed = Vec::new();
    file.change(|trust| {
        if let Some(revocation) = trust.key_revoked(id) {
            bail!(
                "{}: the key {id} was revoked: {}; it is not trusted again",
                ErrorCode::Revoked,
                revocation.reason
            );
        }
        if let Some(known) = trust.key(id) {
            ensure!(
                known.public == key.public,
                "{}: another key with the id {id} is trusted already; have its owner make a new one with `jackfield key new`",
                ErrorCode::BadKeyFile
            );
            changed = differences(known, &key);
            let code = ErrorCode::TrustedOtherwise;
            ensure!(
                replace || changed.is_empty(),
                "{code}: the key {id} of {} is trusted already; this would change its {}. Nothing was changed; add --replace to do it",
                known.name,
                changed.join(", its ")
            );
        }
        trust.keys.retain(|known| known.public.id() != id);
        trust.keys.push(key);
        Ok(())
    })?;
    println!("{id} of {name} is trusted as a {role}");
    for change in changed {
        println!("  changed: {change}");
    }
    Ok(())
}

/// What is otherwise, a phrase each: `role from publisher to reviewer`.
fn differences(old: &TrustedKey, new: &TrustedKey) -> Vec<String> {
    let mut found = Vec::new();
    let mut compare = |what: &str, old: String, new: String| {
        if old != new {
            found.push(format!("{what} from {old} to {new}"));
        }
    };
    compare("role", old.role.to_string(), new.role.to_string());
    compare("name", old.name.clone(), new.name.clone());
    compare("packs", in_words(&old.packs), in_words(&new.packs));
    let may = |key: &TrustedKey| key.capabilities.as_ref().map_or("all".to_owned(), in_words);
    compare("capabilities", may(old), may(new));
    let last = |key: &TrustedKey| key.expires.map_or("none".to_owned(), |day| day.to_string());
    compare("last day", last(old), last(new));
    found
}

fn in_words(items: &BTreeSet<impl Display>) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    match items.is_empty() {
        true => "none".to_owned(),
        false => items.join(" "),
    }
}
