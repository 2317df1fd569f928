//! Fluent catalogues.

use jackfield_core::manifest::Manifest;
use jackfield_language::LanguageError;
use jackfield_language::catalogue::{Catalogue, Source, Variant};

use super::{Files, bad, text};
use crate::problem::Report;
use crate::{Place, Problem};

/// Reads the catalogues that the manifest names; each file's first error is reported.
pub(super) fn read(manifest: &Manifest, files: &Files, report: &mut Report) -> Option<Catalogue> {
    let before = report.count();
    let mut sources = Vec::new();
    for (locale, paths) in &manifest.language.catalogues {
        for path in paths {
            let Some(text) = text(path, files, report) else {
                continue;
            };
            let source = Source {
                locale: locale.clone(),
                variant: variant(path),
                text: text.to_owned(),
                name: path.clone(),
            };
            if let Err(error) = Catalogue::new(&[], vec![source.clone()]) {
                report.error(problem(error, path));
            }
            sources.push(source);
        }
    }
    if report.count() > before {
        return None;
    }
    // What is left are messages that stand in two files.
    let all = Catalogue::new(&manifest.pack.locales, sources)
        .map_err(|error| problem(error, crate::archive::MANIFEST));
    report.keep(all)
}

/// The channel variant that a file words, by the end of its name.
fn variant(path: &str) -> Variant {
    if path.ends_with(".short.ftl") {
        Variant::Short
    } else if path.ends_with(".spoken.ftl") {
        Variant::Spoken
    } else {
        Variant::Text
    }
}

fn problem(error: LanguageError, path: &str) -> Problem {
    let (place, what) = match error {
        LanguageError::Catalogue {
            name,
            line,
            problem,
        } => (Place::new(&name, line, 1), problem),
        other => (Place::new(path, 1, 1), other.to_string()),
    };
    bad(
        what,
        "the pack's messages are rendered from valid Fluent",
        "mend the message",
    )
    .at(place)
}
