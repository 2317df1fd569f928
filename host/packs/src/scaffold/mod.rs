//! Begins a pack: a small one that can be built, tested and talked to at once, with the SDK beside it.

mod sdk;

/// Where the SDK and the contract lie in a pack.
pub(crate) use self::sdk::PLACE as SDK;

use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, DirEntry, include_dir};
use jackfield_core::ErrorCode;

use crate::{PackError, Problem};

/// What a pack has in any language.
static COMMON: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../sdk/template");
/// What it has in Rust.
static RUST: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../sdk/rust/template");
/// What it has in Python.
static PYTHON: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../sdk/python/template");
/// Files whose names would mean something where they are kept have this at their end.
const TEMPLATE_END: &str = ".template";
/// Stands for the pack's name.
const NAME: &str = "{{name}}";
/// The longest name, bytes.
const LONGEST: usize = 40;

/// What a pack is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeLanguage {
    /// Rust, compiled by cargo.
    Rust,
    /// Python, put into a component by componentize-py.
    Python,
}

/// Writes a new pack into `dir`, named as the directory is. Returns the files that are a partner's to change, sorted.
///
/// # Errors
/// [`ErrorCode::CannotBegin`] when the directory is not empty, has no usable name, or cannot be written.
pub fn begin(dir: &Path, language: CodeLanguage) -> Result<Vec<PathBuf>, PackError> {
    let name = name_of(dir)?;
    let used = fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    if used {
        let what = format!("{} is not empty", dir.display());
        return Err(refused(what, "a new pack would lie among other files").into());
    }
    let mut files = Vec::new();
    collect(&COMMON, &mut files);
    let own = match language {
        CodeLanguage::Rust => &RUST,
        CodeLanguage::Python => &PYTHON,
    };
    collect(own, &mut files);
    files.sort();
    let mut written = Vec::new();
    for (path, content) in &files {
        let path = target(path);
        // Templates are texts; a test writes each of them.
        let content = String::from_utf8_lossy(content).replace(NAME, &name);
        write(dir, &path, content.as_bytes())?;
        written.push(path);
    }
    for (path, content) in sdk::files(language)? {
        write(dir, &path, &content)?;
    }
    Ok(written)
}

/// The name of a pack in this directory: it becomes part of its id, and the name of its crate.
fn name_of(dir: &Path) -> Result<String, Problem> {
    let full = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let name = full.file_name().and_then(|name| name.to_str());
    let name = name.unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let usable = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(plain)
        && !name.ends_with('-')
        && name.len() <= LONGEST;
    if !usable {
        let what = format!("`{name}` cannot be the name of a pack");
        let why = format!(
            "a name has lower-case letters, digits and hyphens, begins with a letter, and has at most {LONGEST} of them"
        );
        return Err(refused(what, why));
    }
    Ok(name.to_owned())
}

fn refused(what: impl Into<String>, why: impl Into<String>) -> Problem {
    Problem::new(
        ErrorCode::CannotBegin,
        what,
        why,
        "name a directory that does not exist yet, such as my-flow",
    )
}

/// All files of an embedded directory, with their paths in it.
fn collect<'d>(dir: &Dir<'d>, into: &mut Vec<(PathBuf, &'d [u8])>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(below) => collect(below, into),
            DirEntry::File(file) => into.push((file.path().to_owned(), file.contents())),
        }
    }
}

/// Where a file of the template goes.
fn target(path: &Path) -> PathBuf {
    let name = path.to_string_lossy();
    match name.strip_suffix(TEMPLATE_END) {
        Some("gitignore") => PathBuf::from(".gitignore"),
        Some(plain) => PathBuf::from(plain),
        None => path.to_owned(),
    }
}

fn write(dir: &Path, path: &Path, content: &[u8]) -> Result<(), Problem> {
    let full = dir.join(path);
    let made = full.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(&full, content))
        .map_err(|error| {
            let what = format!("{} cannot be written: {error}", full.display());
            refused(what, "the pack is a directory of files")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_pack_passes_its_checks_and_needs_nothing_beside_it() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("my-shop");
        let written = begin(&dir, CodeLanguage::Rust).unwrap();
        assert!(
            written.contains(&PathBuf::from("src/lib.rs")),
            "{written:?}"
        );
        let source = crate::read_source(&dir).unwrap();
        assert_eq!(source.manifest.pack.id.to_string(), "com.example.my-shop");
        assert!(source.warnings.is_empty(), "{:?}", source.warnings);
        let mut left = Vec::new();
        for path in written {
            let text = fs::read_to_string(dir.join(&path)).unwrap();
            if text.contains("{{") || text.contains("workspace = true") {
                left.push(path);
            }
        }
        assert_eq!(left, Vec::<PathBuf>::new(), "these need something else");
        let manifest = dir.join(".jackfield/sdk/rust/Cargo.toml");
        let manifest = fs::read_to_string(manifest).unwrap();
        assert!(!manifest.contains("workspace"), "{manifest}");
    }

    #[test]
    fn what_is_there_is_never_written_over_and_a_name_must_be_one() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("my-shop");
        fs::create_dir(&dir).unwrap();
        fs::write(dir.join("pack.toml"), "mine").unwrap();
        let refused = begin(&dir, CodeLanguage::Python).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::CannotBegin);
        assert_eq!(fs::read_to_string(dir.join("pack.toml")).unwrap(), "mine");
        for name in ["My-Shop", "1shop", "my shop", "my-", "店", &"x".repeat(41)] {
            let refused = begin(&place.path().join(name), CodeLanguage::Rust).unwrap_err();
            assert_eq!(refused.code(), ErrorCode::CannotBegin, "{name}");
            assert!(!place.path().join(name).exists(), "{name}");
        }
    }
}
