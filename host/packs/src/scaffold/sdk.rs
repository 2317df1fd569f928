//! The SDK that is written beside a new pack, with the contract it is made for and the versions it was tried with: a pack builds
//! without this repository, and goes on building when the host is updated.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use jackfield_core::ErrorCode;
use toml::{Table, Value};

use super::{CodeLanguage, collect};
use crate::Problem;

static RUST: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../sdk/rust/src");
static PYTHON: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../sdk/python/src");
static WIT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../wit");
const MANIFEST: &str = include_str!("../../../../sdk/rust/Cargo.toml");
const WORKSPACE: &str = include_str!("../../../../Cargo.toml");
const LOCK: &str = include_str!("../../../../Cargo.lock");

/// Where it lies in a pack. The SDK looks for the contract two directories above itself.
pub(crate) const PLACE: &str = ".jackfield";
const CRATE: &str = "sdk/rust";
/// Parts of a crate's manifest that only this repository has a use for.
const OURS: [&str; 5] = ["lints", "example", "test", "bench", "dev-dependencies"];

/// All files with their paths in the pack.
pub(super) fn files(language: CodeLanguage) -> Result<Vec<(PathBuf, Vec<u8>)>, Problem> {
    let place = Path::new(PLACE);
    let mut files = Vec::new();
    put(&WIT, &place.join("wit"), &mut files);
    match language {
        CodeLanguage::Rust => {
            let sdk = place.join(CRATE);
            put(&RUST, &sdk.join("src"), &mut files);
            let manifest = manifest().ok_or_else(broken)?;
            files.push((sdk.join("Cargo.toml"), manifest.into_bytes()));
            // Cargo leaves out what the pack does not use.
            files.push((PathBuf::from("Cargo.lock"), LOCK.into()));
        }
        CodeLanguage::Python => put(&PYTHON, &place.join("sdk/python"), &mut files),
    }
    Ok(files)
}

/// Adds the files of a directory below `path`.
fn put(dir: &Dir<'_>, path: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    let mut found = Vec::new();
    collect(dir, &mut found);
    let placed = found
        .into_iter()
        .map(|(file, content)| (path.join(file), content.to_vec()));
    files.extend(placed);
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
