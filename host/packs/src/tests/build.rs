//! From a directory to an archive and back.

use std::path::Path;

use jackfield_core::{Digest, ErrorCode, Limits};

use crate::samples as sample;
use crate::{Pack, assemble, source_files};

fn directory() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "pack.toml", sample::MANIFEST);
    for (name, text) in sample::FILES {
        write(dir.path(), name, text);
    }
    dir
}

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn what_is_assembled_can_be_opened() {
    let dir = directory();
    // Only what the manifest names is shipped.
    write(dir.path(), "secrets.txt", "not for others");
    let built = assemble(dir.path(), &sample::plugin(), &Limits::default()).unwrap();
    assert_eq!(built.digest, Digest::of(&built.archive));
    assert_eq!(built.archive, sample::archive(&sample::entries()));
    let pack = Pack::open(&built.archive, &Limits::default()).unwrap();
    assert_eq!(pack.digest, built.digest);
    assert_eq!(pack.imports, built.imports);
    assert_eq!(&*pack.component, sample::plugin());
}

#[test]
fn mistakes_are_found_before_anything_is_compiled() {
    let dir = directory();
    std::fs::remove_file(dir.path().join("language/examples.tsv")).unwrap();
    write(
        dir.path(),
        "data/prices.csv",
        "name,price,stock,since\nLamp,x,1,2026-01-01\n",
    );
    let mut printed = Vec::new();
    let options = crate::BuildOptions {
        limits: Limits::default(),
        progress: &mut |line: &str| printed.push(line.to_owned()),
    };
    let error = crate::build(dir.path(), options).unwrap_err();
    let found: Vec<_> = error
        .problems()
        .map(|problem| problem.what.as_str())
        .collect();
    assert_eq!(
        found,
        [
            "`price` is \"x\"",
            "the intent `order` has no examples",
            "the file `language/examples.tsv` is missing"
        ]
    );
    assert_eq!(printed, Vec::<String>::new());
}

#[test]
fn a_directory_without_a_manifest_is_no_pack() {
    let dir = tempfile::tempdir().unwrap();
    let error = assemble(dir.path(), &sample::plugin(), &Limits::default()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadManifest);
    assert!(
        error.to_string().contains("pack.toml cannot be read"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn links_out_of_the_directory_are_not_followed() {
    let dir = directory();
    let outside = tempfile::NamedTempFile::new().unwrap();
    std::fs::remove_file(dir.path().join("locales/en.ftl")).unwrap();
    std::os::unix::fs::symlink(outside.path(), dir.path().join("locales/en.ftl")).unwrap();
    let error = assemble(dir.path(), &sample::plugin(), &Limits::default()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::MissingFile);
    assert!(
        error
            .to_string()
            .contains("it is outside of the pack's directory"),
        "{error}"
    );
}

#[test]
fn a_pack_over_the_limit_is_not_built() {
    let limits = Limits {
        pack: 1_000,
        ..Limits::default()
    };
    let error = assemble(directory().path(), &sample::plugin(), &limits).unwrap_err();
    assert_eq!(error.code(), ErrorCode::PackTooLarge);
}

#[test]
fn the_files_to_watch_are_the_pack_its_crate_and_the_crates_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    let pack = root.join("pack");
    write(&pack, "pack.toml", sample::MANIFEST);
    let manifest = "[package]\nname = \"watched-shop\"\nversion = \"0.1.0\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n\n\
                    [dependencies]\nhelper = { path = \"../helper\" }\n\n[workspace]\n";
    write(&pack, "Cargo.toml", manifest);
    write(&pack, "src/lib.rs", "");
    write(&pack, "target/debug/junk", "");
    write(
        &root,
        "helper/Cargo.toml",
        "[package]\nname = \"helper\"\nversion = \"0.1.0\"\n",
    );
    write(&root, "helper/src/lib.rs", "");
    write(&root, "other/src/lib.rs", "");
    let files: Vec<_> = source_files(&pack)
        .iter()
        .map(|file| file.strip_prefix(&root).unwrap().display().to_string())
        .collect();
    let mut expected = vec![
        "helper/Cargo.toml",
        "helper/src/lib.rs",
        "pack/Cargo.toml",
        "pack/pack.toml",
        "pack/src/lib.rs",
    ];
    let named: Vec<_> = sample::FILES
        .iter()
        .map(|(name, _)| format!("pack/{name}"))
        .collect();
    expected.extend(named.iter().map(String::as_str));
    expected.sort_unstable();
    let mut files: Vec<_> = files.iter().map(String::as_str).collect();
    files.sort_unstable();
    assert_eq!(files, expected);
}

/// The packs that we ship pass every check that needs no compiler.
#[test]
fn our_own_packs_are_sound() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/telecom");
    let built = assemble(&dir, &sample::component(&[]), &Limits::default()).unwrap();
    let pack = Pack::open(&built.archive, &Limits::default()).unwrap();
    let rows: Vec<_> = pack
        .tables()
        .iter()
        .map(|table| (table.name.as_str(), table.rows.len() >= 10_000))
        .collect();
    assert_eq!(rows, [("plans", true)]);
    let about_the_component =
        |warning: &&crate::Problem| !warning.what.contains("the component does not import it");
    assert_eq!(
        pack.warnings
            .iter()
            .filter(about_the_component)
            .collect::<Vec<_>>(),
        Vec::<&crate::Problem>::new()
    );
}

/// Compiles a real pack, twice.
#[test]
fn the_telecom_pack_builds_from_source() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/telecom");
    let build = || {
        let options = crate::BuildOptions {
            limits: Limits::default(),
            progress: &mut |line: &str| println!("{line}"),
        };
        crate::build(&dir, options).unwrap_or_else(|error| panic!("{error}"))
    };
    let built = build();
    assert_eq!(built.digest, build().digest);
    let pack = Pack::open(&built.archive, &Limits::default()).unwrap();
    let files = source_files(&dir);
    let watched = |end: &str| files.iter().any(|file| file.ends_with(end));
    assert!(
        watched("wit/flow.wit") && watched("sdk/rust/src/lib.rs") && watched("telecom/src/lib.rs")
    );
    assert_eq!(pack.warnings, []);
    // Nothing in it tells where it was built.
    let text = String::from_utf8_lossy(&pack.component);
    let root = dir.join("../..").canonicalize().unwrap();
    for path in [
        root.display().to_string(),
        std::env::home_dir().unwrap().display().to_string(),
    ] {
        assert!(!text.contains(&format!("{path}/")), "{path}");
    }
}

/// The sample pack with a crate of its own; returns the failure of building it.
fn failure(lib: &str, code: &str) -> crate::PackError {
    let dir = directory();
    let manifest = format!(
        "[package]\nname = \"broken-shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\n{lib}\n\n[workspace]\n"
    );
    write(dir.path(), "Cargo.toml", &manifest);
    write(dir.path(), "src/lib.rs", code);
    let options = crate::BuildOptions {
        limits: Limits::default(),
        progress: &mut |_: &str| {},
    };
    crate::build(dir.path(), options).unwrap_err()
}

#[test]
fn code_that_does_not_compile_is_reported_with_what_the_compiler_says() {
    let error = failure("crate-type = [\"cdylib\"]", "fn broken( {}\n");
    assert_eq!(error.code(), ErrorCode::BuildFailed);
    let text = error.to_string();
    assert!(
        text.contains("the compiler says\nerror: ") && text.contains("src/lib.rs:1:"),
        "{text}"
    );
}

#[test]
fn a_crate_that_is_no_plug_in_is_told_what_is_missing() {
    let error = failure("crate-type = [\"rlib\"]", "");
    assert_eq!(error.code(), ErrorCode::BuildFailed);
    assert!(
        error
            .to_string()
            .contains("crate-type = [\"cdylib\", \"rlib\"]"),
        "{error}"
    );

    let error = failure("crate-type = [\"cdylib\"]", "");
    assert_eq!(error.code(), ErrorCode::MissingExport);
    assert!(
        error
            .to_string()
            .contains("export the pack's flows with the SDK's macro"),
        "{error}"
    );
}
