//! The SDK that is written beside a new pack, with the contract it is made for and the versions it was tried with: a pack builds
//! without this repository, and goes on building when the host is updated.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use jackfield_core::ErrorCode;
use toml::{Table, Value};

use super::collect;
use crate::Problem;

static SOURCE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../sdk/rust/src");
static WIT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../wit");
const MANIFEST: &str = include_str!("../../../../sdk/rust/Cargo.toml");
const WORKSPACE: &str = include_str!("../../../../Cargo.toml");
const LOCK: &str = include_str!("../../../../Cargo.lock");

/// Where it lies in a pack. The SDK looks for the contract two directories above itself.
const PLACE: &str = ".jackfield";
const CRATE: &str = "sdk/rust";
/// Parts of a crate's manifest that only this repository has a use for.
const OURS: [&str; 5] = ["lints", "example", "test", "bench", "dev-dependencies"];

/// All files with their paths in the pack.
pub(super) fn files() -> Result<Vec<(PathBuf, Vec<u8>)>, Problem> {
    let place = Path::new(PLACE);
    let mut files = vec![
        // Cargo leaves out what the pack does not use.
        (PathBuf::from("Cargo.lock"), LOCK.into()),
        (
            place.join(CRATE).join("Cargo.toml"),
            manifest().ok_or_else(broken)?.into_bytes(),
        ),
    ];
    for (dir, path) in [
        (&SOURCE, place.join(CRATE).join("src")),
        (&WIT, place.join("wit")),
    ] {
        let mut found = Vec::new();
        collect(dir, &mut found);
        let placed = |(file, content): (PathBuf, &[u8])| (path.join(file), content.to_vec());
        files.extend(found.into_iter().map(placed));
    }
    Ok(files)
}

/// The SDK's manifest with what it takes from the workspace written into it.
fn manifest() -> Option<String> {
    let workspace: Table = WORKSPACE.parse().ok()?;
    let workspace = workspace.get("workspace")?.as_table()?;
    let mut manifest: Table = MANIFEST.parse().ok()?;
    for part in OURS {
        manifest.remove(part);
    }
    let shared = workspace.get("package")?.as_table()?;
    inherit(manifest.get_mut("package")?.as_table_mut()?, shared)?;
    let shared = workspace.get("dependencies")?.as_table()?;
    inherit(manifest.get_mut("dependencies")?.as_table_mut()?, shared)?;
    let targets = manifest.get_mut("target").and_then(Value::as_table_mut);
    for (_, target) in targets.into_iter().flatten() {
        inherit(target.get_mut("dependencies")?.as_table_mut()?, shared)?;
    }
    toml::to_string(&manifest).ok()
}

/// Puts what is shared in place of `x.workspace = true`. `None` when it is not shared.
fn inherit(own: &mut Table, shared: &Table) -> Option<()> {
    for (key, value) in own.iter_mut() {
        let inherits = value.get("workspace").and_then(Value::as_bool);
        if inherits == Some(true) {
            *value = shared.get(key)?.clone();
        }
    }
    Some(())
}

fn broken() -> Problem {
    Problem::new(
        ErrorCode::Internal,
        "the SDK in this program cannot be written",
        "its manifest is not as it was when the program was built",
        "report it with the version of the program",
    )
}
