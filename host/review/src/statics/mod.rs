//! What can be known of a pack without running it.

mod component;
mod manifest;
mod problems;
mod sbom;

use std::collections::{BTreeMap, BTreeSet};

use jackfield_core::Limits;
use jackfield_packs::Pack;

pub use sbom::{Part, Sbom};

use crate::data::{self, Text};
use crate::finding::{Findings, Place};

/// The files of an archive that every pack has.
const MANIFEST: &str = "pack.toml";
const COMPONENT: &str = "plugin.wasm";

/// What the static part saw.
#[derive(Default)]
pub(crate) struct Seen {
    /// The pack, when it could be opened.
    pub(crate) pack: Option<Pack>,
    /// Files in the archive.
    pub(crate) files: usize,
    /// The component, whether or not the pack could be opened.
    pub(crate) component: Option<Vec<u8>>,
    /// The list of parts.
    pub(crate) sbom: Option<Sbom>,
}

/// Looks at everything in an archive.
pub(crate) fn examine(archive: &[u8], limits: &Limits, findings: &mut Findings) -> Seen {
    let mut seen = Seen::default();
    match Pack::open(archive, limits) {
        Ok(pack) => {
            problems::warnings(&pack.warnings, findings);
            seen.pack = Some(pack);
        }
        Err(error) => problems::refusals(&error, findings),
    }
    // Also of a pack that cannot be opened: whoever mends it should mend all of it.
    let Ok(mut files) = jackfield_packs::contents(archive, limits) else {
        return seen;
    };
    seen.files = files.len();
    let component = files.remove(COMPONENT);
    let mut declared = BTreeSet::new();
    if let Some(pack) = &seen.pack {
        declared = manifest::destinations(&pack.manifest);
        manifest::examine(&pack.manifest, findings);
    }
    texts(&files, &declared, findings);
    if let Some(pack) = &seen.pack {
        catalogues(pack, &files, findings);
        for table in pack.tables() {
            if let Some(spec) = pack.manifest.tables.get(&table.name) {
                data::table(table, &spec.file, findings);
            }
        }
    }
    if let Some(bytes) = component {
        let ask = seen.pack.as_ref().map(|pack| &pack.manifest.limits);
        seen.sbom = component::examine(&bytes, ask, &declared, findings);
        seen.component = Some(bytes);
    }
    seen
}

fn texts(files: &BTreeMap<String, Vec<u8>>, declared: &BTreeSet<String>, findings: &mut Findings) {
    for (file, content) in files {
        // What is not UTF-8 was refused.
        if let Ok(text) = std::str::from_utf8(content) {
            let text = Text {
                file,
                text,
                code: false,
            };
            // A manifest declares addresses, it does not hide them.
            let everything = BTreeSet::from_iter(addresses_of(file, text.text));
            let declared = if file == MANIFEST {
                &everything
            } else {
                declared
            };
            data::examine(&text, declared, findings);
        }
    }
}

/// The hosts that the manifest itself names.
fn addresses_of(file: &str, text: &str) -> Vec<String> {
    if file != MANIFEST {
        return Vec::new();
    }
    let words = text.split(['"', '\'', ' ', '\n', ',']);
    words
        .filter_map(|word| url::Url::parse(word).ok())
        .filter_map(|url| url.host_str().map(str::to_ascii_lowercase))
        .collect()
}

fn catalogues(pack: &Pack, files: &BTreeMap<String, Vec<u8>>, findings: &mut Findings) {
    let mut by_locale: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    for (locale, paths) in &pack.manifest.language.catalogues {
        for path in paths {
            let Some(text) = files
                .get(path)
                .and_then(|text| std::str::from_utf8(text).ok())
            else {
                continue;
            };
            // Variants say the same messages in other words.
            let variant = path
                .rsplit('.')
                .nth(1)
                .filter(|end| matches!(*end, "short" | "spoken"));
            let key = format!("{locale}{}", variant.unwrap_or_default());
            by_locale.entry(key).or_default().push((path, text));
        }
    }
    data::catalogues(&by_locale, findings);
}

/// The place of the component.
pub(crate) fn in_component() -> Option<Place> {
    Some(Place::file(COMPONENT))
}
