//! Which files a build reads.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::cargo::{TARGET, cargo};
use crate::archive::MANIFEST;
use crate::manifest::named_paths;

/// Directories of a crate are not searched deeper than this.
const DEEPEST: usize = 16;

/// The files that [`build()`](crate::build()) reads: the manifest and what it names, the crate and the crates it
/// depends on by path, and whatever else the last build read. Sorted. For watching: what cannot be found out is
/// left out, and a manifest that cannot be read does not keep the rest from being listed.
pub fn source_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = BTreeSet::from([dir.join(MANIFEST), dir.join("Cargo.toml")]);
    let manifest = std::fs::read_to_string(dir.join(MANIFEST)).ok();
    if let Some(manifest) = manifest.and_then(|text| crate::read_manifest(&text, MANIFEST).ok()) {
        files.extend(named_paths(&manifest).iter().map(|path| dir.join(path)));
    }
    crate_files(dir, &mut files);
    if let Some(metadata) = Metadata::of(dir) {
        let own = dir.join("Cargo.toml").canonicalize().unwrap_or_default();
        for package in metadata.path_packages(&own) {
            let Some(parent) = package.manifest_path.parent() else {
                continue;
            };
            files.insert(package.manifest_path.clone());
            if package.manifest_path != own {
                crate_files(parent, &mut files);
            }
        }
        files.extend(metadata.read_by_last_build(&own));
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

/// What `cargo metadata` says.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    manifest_path: PathBuf,
    /// Absent for packages in a directory.
    source: Option<String>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    crate_types: Vec<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    dependencies: Vec<String>,
}

impl Metadata {
    fn of(dir: &Path) -> Option<Self> {
        let arguments = [
            "metadata",
            "--format-version=1",
            "--offline",
            "--filter-platform",
            TARGET,
        ];
        let output = cargo(dir).args(arguments).output().ok()?;
        serde_json::from_slice(&output.stdout).ok()
    }

    /// The package with this `Cargo.toml` and those in directories that it depends on.
    fn path_packages(&self, own: &Path) -> Vec<&Package> {
        let packages: BTreeMap<&str, &Package> = self
            .packages
            .iter()
            .map(|package| (package.id.as_str(), package))
            .collect();
        let nodes: BTreeMap<&str, &Node> = self
            .resolve
            .nodes
            .iter()
            .map(|node| (node.id.as_str(), node))
            .collect();
        let first = self
            .packages
            .iter()
            .find(|package| package.manifest_path == own);
        let mut open: Vec<&str> = first
            .into_iter()
            .map(|package| package.id.as_str())
            .collect();
        let mut found: BTreeMap<&str, &Package> = BTreeMap::new();
        while let Some(id) = open.pop() {
            let Some(package) = packages.get(id).filter(|package| package.source.is_none()) else {
                continue;
            };
            if found.insert(id, package).is_none() {
                open.extend(
                    nodes
                        .get(id)
                        .into_iter()
                        .flat_map(|node| &node.dependencies)
                        .map(String::as_str),
                );
            }
        }
        found.into_values().collect()
    }

    /// What the compiler noted: also files that macros read.
    fn read_by_last_build(&self, own: &Path) -> Vec<PathBuf> {
        let package = self
            .packages
            .iter()
            .find(|package| package.manifest_path == own);
        let mut targets = package.into_iter().flat_map(|package| &package.targets);
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
