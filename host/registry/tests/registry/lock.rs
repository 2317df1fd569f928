use std::path::Path;

use jackfield_core::{Digest, ErrorCode, Limits, PackId};
use jackfield_registry::{Lock, Locked};
use semver::Version;

use crate::support::{SHOP, Shelf, newest, shop, source, version};

/// The lock of a version of the sample pack.
fn locked(text: &str, from: &str) -> Locked {
    Locked {
        pack: shop(),
        version: Version::parse(text).unwrap(),
        digest: Digest::of(&version(text)),
        source: from.to_owned(),
    }
}

#[test]
fn a_lock_file_is_the_same_however_it_came_about() {
    let home = tempfile::tempdir().unwrap();
    let of = |id: &str| Locked {
        pack: PackId::new(id).unwrap(),
        ..locked("1.0.0", "oci://packs.example/acme")
    };
    let (one, other) = (home.path().join("one.lock"), home.path().join("other.lock"));
    for id in ["com.b.b", "com.a.a"] {
        Lock::put(&one, of(id)).unwrap();
    }
    for id in ["com.a.a", "com.b.b", "com.a.a"] {
        Lock::put(&other, of(id)).unwrap();
    }
    let text = std::fs::read_to_string(&one).unwrap();
    assert_eq!(text, std::fs::read_to_string(&other).unwrap());
    let digest = Digest::of(&version("1.0.0"));
    let entry = |id| {
        format!(
            "[[pack]]\nid = \"{id}\"\nversion = \"1.0.0\"\ndigest = \"{digest}\"\nsource = \"oci://packs.example/acme\"\n"
        )
    };
    let expected = format!("version = 1\n\n{}\n{}", entry("com.a.a"), entry("com.b.b"));
    assert!(text.ends_with(&expected), "{text}");
    let packs: Vec<String> = Lock::read(&one)
        .unwrap()
        .packs()
        .map(|locked| locked.pack.to_string())
        .collect();
    assert_eq!(packs, ["com.a.a", "com.b.b"]);
}

#[tokio::test]
async fn a_lock_file_gets_the_very_bytes_and_no_others() {
    let shelf = Shelf::with(&["1.0.0", "1.1.0"]).await;
    let lock = locked("1.0.0", "");
    let fetched = shelf
        .source()
        .locked(&lock, &Limits::default())
        .await
        .unwrap();
    assert_eq!(fetched.archive, version("1.0.0"));

    // A sound pack of the same name and version, with other bytes.
    let manifest = jackfield_packs::samples::MANIFEST.replace("1.2.3", "1.0.0") + "\n# Another.\n";
    shelf.put(
        "1.0.0",
        &jackfield_packs::samples::with("pack.toml", manifest),
    );
    newest(&shelf.source(), "@1.0.0", false).await.unwrap();
    let refused = shelf
        .source()
        .locked(&lock, &Limits::default())
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::LockContradicts);

    let refused = shelf
        .source()
        .locked(&locked("1.2.0", ""), &Limits::default())
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NoRelease);
}

#[tokio::test]
async fn a_directory_beside_the_lock_file_goes_with_it() {
    let shelf = Shelf::with(&["1.0.0"]).await;
    let (beside, below) = (shelf.path().join("packs.lock"), shelf.path().join("below"));
    std::fs::create_dir(&below).unwrap();
    let from = |lock: &Path, dir: &Path| {
        Lock::put(lock, locked("1.0.0", dir.to_str().unwrap())).unwrap();
        let read = Lock::read(lock).unwrap();
        let locked = read.packs().next().unwrap();
        (locked.source.clone(), locked.source_from(lock))
    };
    assert_eq!(from(&beside, shelf.path()).0, ".");
    let (text, found) = from(&beside, &below);
    assert_eq!(
        (text.as_str(), found.as_str()),
        ("below", below.to_str().unwrap())
    );
    let (text, found) = from(&below.join("packs.lock"), shelf.path());
    let full = shelf.path().canonicalize().unwrap();
    assert_eq!(
        (text.as_str(), found.as_str()),
        (full.to_str().unwrap(), full.to_str().unwrap())
    );
    source(&found)
        .locked(&locked("1.0.0", ""), &Limits::default())
        .await
        .unwrap();
}

#[test]
fn a_file_that_is_no_lock_is_refused_and_kept() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("packs.lock");
    let entry = format!(
        "[[pack]]\nid = \"{SHOP}\"\nversion = \"1.0.0\"\ndigest = \"{}\"\nsource = \"x\"\n",
        "0".repeat(64)
    );
    for text in [
        "version = 2\n".to_owned(),
        String::new(),
        format!("version = 1\n{entry}{entry}"),
        format!("version = 1\n{entry}more = 1\n"),
        format!("version = 1\n{}", entry.replace("0000", "00")),
        format!("version = 1\n{}", entry.replace("1.0.0", "1.0")),
        "#".repeat(2 << 20),
    ] {
        std::fs::write(&file, &text).unwrap();
        assert_eq!(
            Lock::read(&file).unwrap_err().code(),
            ErrorCode::BadLock,
            "{text:.80}"
        );
        let refused = Lock::put(&file, locked("1.0.0", "x")).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::BadLock);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    }
    assert_eq!(
        Lock::read(&home.path().join("none")).unwrap_err().code(),
        ErrorCode::BadLock
    );
}
