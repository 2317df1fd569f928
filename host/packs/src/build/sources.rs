//! Which files a build reads.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::cargo::{TARGET, cargo};
use crate::archive::MANIFEST;
use crate::manifest::named_paths;

/// Directories of a crate are not searched deeper than this.
const DEEPEST: usize = 16;

/// The files that [`build()`](crate::build()) reads: the manifest and what it names, the crate and the crates it
/// depends on by path, and whatever else the last build read. Absolute and sorted. For watching: what cannot be found out is
/// left out, and a manifest that cannot be read does not keep the rest from being listed.
pub fn source_files(dir: &Path) -> Vec<PathBuf> {
    let dir = &dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let mut files = BTreeSet::from([dir.join(MANIFEST), dir.join("Cargo.toml")]);
    let manifest = std::fs::read_to_string(dir.join(MANIFEST)).ok();
    if let Some(manifest) = manifest.and_then(|text| crate::read_manifest(&text, MANIFEST).ok()) {
        files.extend(named_paths(&manifest).iter().map(|path| dir.join(path)));
    }
    crate_files(dir, &mut files);
    if let Some(metadata) = Metadata::of(dir) {
        for beside in metadata.crates_beside(dir) {
            files.insert(beside.join("Cargo.toml"));
            crate_files(&beside, &mut files);
        }
        files.extend(metadata.read_by_last_build(dir));
    }
    files.into_iter().collect()
}

/// The files that make a crate.
fn crate_files(dir: &Path, files: &mut BTreeSet<PathBuf>) {
    let build_script = dir.join("build.rs");
    if build_script.is_file() {
        files.insert(build_script);
    }
    for part in ["src", "wit"] {
        walk(&dir.join(part), DEEPEST, files);
    }
}

fn walk(dir: &Path, depth: usize, files: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() && depth > 0 {
            walk(&entry.path(), depth - 1, files);
        } else if kind.is_file() {
            files.insert(entry.path());
        }
    }
}

/// What `cargo metadata` says of a workspace. Without dependencies from registries it needs no network, whatever
/// was downloaded before.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Dependency {
    /// The directory, when it is one.
    path: Option<PathBuf>,
    /// `dev` or `build`; absent for ordinary ones.
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    crate_types: Vec<String>,
}

impl Metadata {
    fn of(dir: &Path) -> Option<Self> {
        let output = cargo(dir)
            .args(["metadata", "--format-version=1", "--no-deps"])
            .output()
            .ok()?;
        serde_json::from_slice(&output.stdout).ok()
    }

    fn package(&self, dir: &Path) -> Option<&Package> {
        self.packages
            .iter()
            .find(|package| package.manifest_path.parent() == Some(dir))
    }

    /// The directories of the crates that the crate in `dir` depends on by path, also by way of others of its workspace.
    fn crates_beside(&self, dir: &Path) -> BTreeSet<PathBuf> {
        let mut found = BTreeSet::new();
        let mut open = vec![dir.to_owned()];
        while let Some(dir) = open.pop() {
            let dependencies = self
                .package(&dir)
                .into_iter()
                .flat_map(|package| &package.dependencies);
            let built = dependencies.filter(|dependency| dependency.kind.as_deref() != Some("dev"));
            for path in built.filter_map(|dependency| dependency.path.clone()) {
                if found.insert(path.clone()) {
                    open.push(path);
                }
            }
        }
        found
    }

    /// What the compiler noted: also files that macros read.
    fn read_by_last_build(&self, dir: &Path) -> Vec<PathBuf> {
        let mut targets = self
            .package(dir)
            .into_iter()
            .flat_map(|package| &package.targets);
        let Some(library) =
            targets.find(|target| target.crate_types.iter().any(|kind| kind == "cdylib"))
        else {
            return Vec::new();
        };
        let name = format!("{}.d", library.name.replace('-', "_"));
        let note = self
            .target_directory
            .join(TARGET)
            .join("release")
            .join(name);
        let Ok(note) = std::fs::read_to_string(note) else {
            return Vec::new();
        };
        // `output: input input …`, where a space inside of a path is escaped.
        let inputs = note
            .lines()
            .next()
            .and_then(|line| line.split_once(": "))
            .map_or("", |(_, inputs)| inputs);
        let inputs = inputs.replace("\\ ", "\0");
        inputs
            .split_whitespace()
            .map(|path| PathBuf::from(path.replace('\0', " ")))
            .filter(|path| path.is_file())
            .collect()
    }
}
