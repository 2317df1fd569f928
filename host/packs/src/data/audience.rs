//! For whom a pack may write articles.

use jackfield_core::manifest::Manifest;
use jackfield_language::knowledge::Scope;

use super::bad;
use crate::Problem;

/// Why scopes matter.
pub(super) const SCOPE_WHY: &str = "a scope says in which conversations an article is given";

/// What to write instead.
pub(super) fn scope_fix(manifest: &Manifest) -> String {
    format!(
        "leave it out for everyone, or write pack:{} for this pack's own conversations",
        manifest.pack.id
    )
}

/// A pack speaks for itself and, to everyone, for its subject; never in conversations of another pack only.
pub(super) fn foreign(manifest: &Manifest, scope: &Scope) -> Option<Problem> {
    match scope {
        Scope::Pack(id) if *id != manifest.pack.id.as_str() => Some(bad(
            format!("the article is for conversations of another pack, `{id}`"),
            SCOPE_WHY,
            scope_fix(manifest),
        )),
        _ => None,
    }
}
