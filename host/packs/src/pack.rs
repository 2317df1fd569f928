//! An opened pack.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jackfield_core::manifest::Manifest;
use jackfield_core::{Digest, FlowName, Limits};
use jackfield_language::Training;
use jackfield_language::catalogue::Catalogue;

use crate::archive::{Archive, COMPONENT, MANIFEST, broken, required};
use crate::data::{Contents, Files};
use crate::manifest::named_paths;
use crate::problem::Report;
use crate::{Import, PackError, Problem, TableData, component, manifest};

/// A pack that was checked as a whole: whoever holds one need not check again.
pub struct Pack {
    /// What the pack says about itself.
    pub manifest: Manifest,
    /// SHA-256 of the archive.
    pub digest: Digest,
    /// The WebAssembly component.
    pub component: Arc<[u8]>,
    /// What the component imports.
    pub imports: Vec<Import>,
    /// What is doubtful and yet allowed.
    pub warnings: Vec<Problem>,
    contents: Contents,
}

impl Pack {
    /// Opens an archive and checks everything in it. The bytes may come from anyone.
    ///
    /// # Errors
    /// [`PackError`] with every problem found; the first one when the archive itself is not sound.
    pub fn open(bytes: &[u8], limits: &Limits) -> Result<Self, PackError> {
        let mut archive = Archive::read(bytes, limits)?;
        let text = required(&mut archive, MANIFEST)?;
        let text = String::from_utf8(text)
            .map_err(|_| broken(format!("{MANIFEST} is not UTF-8"), "a manifest is text"))?;
        let mut report = Report::default();
        let Some((manifest, document)) = manifest::read(&text, MANIFEST, &mut report) else {
            report.finish()?;
            // Not reached: without a manifest there is a problem.
            return Err(broken(
                format!("{MANIFEST} cannot be read"),
                "every pack has a manifest",
            )
            .into());
        };
        let mut expected: BTreeSet<String> = named_paths(&manifest);
        expected.extend([MANIFEST.to_owned(), COMPONENT.to_owned()]);
        if let Some(extra) = archive.names().find(|name| !expected.contains(*name)) {
            let why = "an archive contains what its manifest names and nothing else";
            return Err(broken(format!("`{extra}` is not named by the manifest"), why).into());
        }
        let component = required(&mut archive, COMPONENT)?;
        let mut files = Files::new();
        for path in named_paths(&manifest) {
            if let Some(content) = archive.extract(&path)? {
                files.insert(path, content);
            }
        }
        let imports = component::check(&component, &manifest, &document, limits, &mut report);
        let contents = Contents::read(&manifest, &document, &files, &mut report);
        let warnings = report.finish()?;
        let contents = contents
            .ok_or_else(|| broken("the data of the pack cannot be read", "a file is missing"))?;
        let digest = Digest::of(bytes);
        Ok(Self {
            manifest,
            digest,
            component: component.into(),
            imports,
            warnings,
            contents,
        })
    }

    /// What the host learns from the pack: examples, knowledge, names.
    pub fn training(&self) -> &Training {
        &self.contents.training
    }

    /// The pack's Fluent catalogues.
    pub fn catalogues(&self) -> &Arc<Catalogue> {
        &self.contents.catalogue
    }

    /// The pack's tables.
    pub fn tables(&self) -> &[TableData] {
        &self.contents.tables
    }

    /// JSON Schemas of the private states of flows that have one. They refer to nothing outside of themselves and
    /// are bounded, so that applying one costs little.
    pub fn schemas(&self) -> &BTreeMap<FlowName, serde_json::Value> {
        &self.contents.schemas
    }
}

impl fmt::Debug for Pack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let info = &self.manifest.pack;
        write!(
            f,
            "Pack({} {} {})",
            info.id,
            info.version,
            self.digest.short()
        )
    }
}
