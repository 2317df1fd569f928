//! Nothing that comes from outside may bring the host down.

use jackfield_core::Limits;
use proptest::prelude::*;

use crate::archive::Archive;
use crate::samples as sample;
use crate::{Pack, imports, read_manifest};

/// Changes to bytes: positions (as a share of the length) and what is written there.
fn changes() -> impl Strategy<Value = Vec<(f64, Vec<u8>)>> {
    prop::collection::vec((0.0..1.0, prop::collection::vec(any::<u8>(), 1..6)), 1..8)
}

fn changed(bytes: &[u8], changes: &[(f64, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (share, written) in changes {
        let at = (bytes.len() as f64 * share) as usize;
        let end = (at + written.len()).min(bytes.len());
        bytes[at..end].copy_from_slice(&written[..end - at]);
    }
    bytes
}

/// The files of a sound archive.
pub(super) fn contents(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = Archive::read(archive, &Limits::default()).unwrap();
    let names: Vec<String> = archive.names().map(str::to_owned).collect();
    let mut content = |name: String| {
        let content = archive.extract(&name).unwrap().unwrap();
        (name, content)
    };
    names.into_iter().map(&mut content).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_archives_are_refused_and_never_panic(changes in changes()) {
        let sound = sample::archive(&sample::entries());
        let changed = changed(&sound, &changes);
        match Pack::open(&changed, &Limits::default()) {
            Err(_) => prop_assert!(changed != sound),
            // Every byte of an archive is accounted for, but for the bits that fill up the last byte of a deflated file.
            Ok(_) => prop_assert_eq!(contents(&changed), contents(&sound)),
        }
    }

    #[test]
    fn changed_manifests_never_panic(changes in changes()) {
        let text = String::from_utf8_lossy(&changed(sample::MANIFEST.as_bytes(), &changes)).into_owned();
        if let Err(error) = read_manifest(&text, "pack.toml") {
            let lines = text.lines().count().max(1);
            for problem in error.problems() {
                let line = problem.place.as_ref().map_or(1, |place| place.line);
                prop_assert!((1..=lines + 1).contains(&line), "{}", problem);
            }
        }
    }

    #[test]
    fn shuffled_manifest_lines_never_panic(lines in prop::sample::subsequence(sample::MANIFEST.lines().collect::<Vec<_>>(), 0..40)) {
        let _ = read_manifest(&lines.join("\n"), "pack.toml");
    }

    #[test]
    fn changed_components_never_panic(changes in changes()) {
        let _ = imports(&changed(&sample::plugin(), &changes));
    }

    #[test]
    fn changed_data_never_panics(changes in changes(), file in 0..sample::FILES.len()) {
        let (name, text) = sample::FILES[file];
        let _ = Pack::open(&sample::with(name, changed(text.as_bytes(), &changes)), &Limits::default());
    }

    #[test]
    fn arbitrary_tables_and_sentences_never_panic(text in "[a-z0-9\t,\"\n\r.\u{4e00}-\u{4e10}-]{0,200}") {
        for name in ["data/prices.csv", "language/examples.tsv", "language/knowledge.tsv", "language/products.tsv"] {
            let header = sample::FILES.iter().find(|(file, _)| *file == name).unwrap().1.lines().next().unwrap();
            let _ = Pack::open(&sample::with(name, format!("{header}\n{text}")), &Limits::default());
        }
    }
}
