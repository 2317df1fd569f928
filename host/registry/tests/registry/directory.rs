use jackfield_core::{ErrorCode, Limits};
use jackfield_registry::Wanted;
use semver::Version;

use crate::support::{SHOP, Shelf, newest, of_tomorrow, shop, source, version, with_new_keys};

#[tokio::test]
async fn the_newest_version_that_runs_here_is_taken_and_the_others_are_explained() {
    let shelf = Shelf::with(&["1.9.0", "1.10.0", "2.0.0-rc.1"]).await;
    shelf.put("1.11.0", &of_tomorrow("1.11.0"));
    shelf.put("1.10.1", &with_new_keys("1.10.1"));
    let found = newest(&shelf.source(), "", false).await.unwrap();
    assert_eq!(found.fetched.release.version, Version::new(1, 10, 0));
    assert_eq!(found.fetched.archive, version("1.10.0"));
    assert_eq!(
        found.fetched.sidecar.as_deref(),
        Some("signatures of 1.10.0\n")
    );
    let [links, opens] = found.skipped.as_slice() else {
        panic!("{:?}", found.skipped);
    };
    assert_eq!(links.version, Version::new(1, 11, 0));
    assert_eq!(
        links.why,
        "it needs `jackfield:tables/tables@0.0.9`, and this host has `jackfield:tables/tables@0.0.1`"
    );
    assert_eq!(opens.version, Version::new(1, 10, 1));
    assert!(opens.why.contains("unknown key `voices`"), "{}", opens.why);
}

#[tokio::test]
async fn pre_releases_come_when_asked_for() {
    let shelf = Shelf::with(&["1.0.0", "2.0.0-rc.1", "2.0.0-rc.2"]).await;
    let taken = async |wanted, pre| {
        let found = newest(&shelf.source(), wanted, pre).await.unwrap();
        found.fetched.release.version.to_string()
    };
    assert_eq!(taken("", false).await, "1.0.0");
    assert_eq!(taken("", true).await, "2.0.0-rc.2");
    assert_eq!(taken("@2.0.0-rc.1", false).await, "2.0.0-rc.1");
    let refused = newest(&shelf.source(), "@2", false).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NoRelease);
    assert!(
        refused
            .to_string()
            .contains("2.0.0-rc.2, 2.0.0-rc.1, 1.0.0"),
        "{refused}"
    );
}

#[tokio::test]
async fn what_runs_nowhere_here_is_said_with_its_reasons() {
    let shelf = Shelf::with(&["1.0.0"]).await;
    shelf.put("1.1.0", &of_tomorrow("1.1.0"));
    let refused = newest(&shelf.source(), "@1.1.0", false).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NoneFits);
    assert!(
        refused
            .to_string()
            .contains("1.1.0: it needs `jackfield:tables/tables@0.0.9`"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_directory_that_is_none_is_said() {
    let refused = newest(&source("/nowhere/at/all"), "", false)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::BadSource);
}

#[tokio::test]
async fn a_published_version_never_changes_and_its_signatures_may() {
    let shelf = Shelf::with(&["1.0.0"]).await;
    let other = with_description("1.0.0");
    let refused = shelf
        .source()
        .publish(other.clone(), None)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::AlreadyPublished);
    assert_eq!(
        std::fs::read(shelf.file("1.0.0")).unwrap(),
        version("1.0.0")
    );

    let reviewed = Some("signatures of more\n".to_owned());
    shelf
        .source()
        .publish(version("1.0.0"), reviewed.clone())
        .await
        .unwrap();
    let found = newest(&shelf.source(), "", false).await.unwrap();
    assert_eq!(found.fetched.sidecar, reviewed);

    // Whatever the file is called.
    std::fs::write(shelf.path().join("other.jfpack"), other).unwrap();
    let refused = newest(&shelf.source(), "", false).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::BadListing);
}

fn with_description(text: &str) -> Vec<u8> {
    let manifest = jackfield_packs::samples::MANIFEST.replace("1.2.3", text);
    let manifest = manifest.replace("Example Ltd", "Another Ltd");
    jackfield_packs::samples::with("pack.toml", manifest)
}

#[tokio::test]
async fn what_is_no_pack_is_not_published() {
    let shelf = Shelf::with(&[]).await;
    let refused = shelf
        .source()
        .publish(b"no archive".to_vec(), None)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::BadArchive);
    let refused = shelf
        .source()
        .publish(of_tomorrow("1.0.0"), None)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::UnknownImport);
    assert_eq!(std::fs::read_dir(shelf.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn files_that_are_none_are_noted_and_those_of_other_packs_not_read() {
    let shelf = Shelf::with(&["1.0.0"]).await;
    let put = |name: &str| std::fs::write(shelf.path().join(name), b"no archive").unwrap();
    put("mine.jfpack");
    put("com.example.other-1.0.0.jfpack");
    let listing = shelf
        .source()
        .releases(&shop(), &Wanted::all())
        .await
        .unwrap();
    assert_eq!(listing.releases.len(), 1);
    let [note] = listing.notes.as_slice() else {
        panic!("{:?}", listing.notes);
    };
    assert!(
        note.contains("mine.jfpack is passed over: JF-PCK-002"),
        "{note}"
    );
}

#[tokio::test]
async fn an_older_version_is_not_taken_in_place_of_a_damaged_one() {
    let shelf = Shelf::with(&["1.0.0", "1.1.0"]).await;
    let source = shelf.source();
    // One byte of a file that says nothing about version or needs.
    let mut archive = version("1.2.0");
    let names = jackfield_packs::contents(&archive, &Limits::default()).unwrap();
    let table = names.keys().find(|name| name.ends_with(".csv")).unwrap();
    let start = archive
        .windows(table.len())
        .position(|part| part == table.as_bytes())
        .unwrap();
    archive[start + table.len() + 2] ^= 1;
    shelf.put("1.2.0", &archive);

    for wanted in ["", "@1", "@1.2.0"] {
        let refused = newest(&source, wanted, false).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::DamagedRelease, "{wanted}");
        let said = refused.to_string();
        assert!(said.contains(&format!("{SHOP}-1.2.0.jfpack")), "{said}");
    }
    let older = newest(&source, "@1.1.0", false).await.unwrap();
    assert_eq!(older.fetched.release.version, Version::new(1, 1, 0));
    let listing = source.releases(&shop(), &Wanted::all()).await.unwrap();
    assert_eq!(listing.releases.len(), 2);
    assert_eq!(listing.damaged[0].version, Version::new(1, 2, 0));

    // It is mended by being published again; one that is older than what is taken does no harm.
    source.publish(version("1.2.0"), None).await.unwrap();
    shelf.put("0.9.0", b"no archive");
    let found = newest(&source, "", false).await.unwrap();
    assert_eq!(found.fetched.release.version, Version::new(1, 2, 0));
}

#[tokio::test]
async fn a_file_that_changes_after_it_was_listed_is_refused() {
    let shelf = Shelf::with(&["1.0.0"]).await;
    let source = shelf.source();
    let listing = source.releases(&shop(), &Wanted::all()).await.unwrap();
    let mut archive = version("1.0.0");
    *archive.last_mut().unwrap() ^= 1;
    shelf.put("1.0.0", &archive);
    let release = listing.releases[0].clone();
    let refused = source.fetch(release, &Limits::default()).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::ListingContradicts);
}

#[tokio::test]
async fn what_is_fetched_lies_in_a_directory_without_earlier_signatures() {
    let shelf = Shelf::with(&["1.0.0"]).await;
    let out = tempfile::tempdir().unwrap();
    let mut found = newest(&shelf.source(), "", false).await.unwrap();
    let file = found.fetched.write_to(out.path()).unwrap();
    let signatures = file.with_added_extension("minisig");
    assert_eq!(std::fs::read(&file).unwrap(), version("1.0.0"));
    assert_eq!(
        std::fs::read_to_string(&signatures).unwrap(),
        "signatures of 1.0.0\n"
    );
    found.fetched.sidecar = None;
    found.fetched.write_to(out.path()).unwrap();
    assert!(file.exists() && !signatures.exists());
}

#[tokio::test]
async fn a_directory_is_not_made_where_an_archive_was_meant() {
    let shelf = Shelf::with(&["1.0.0"]).await;
    let wrong = shelf.path().join("shop.jfpack");
    let refused = source(&wrong.to_string_lossy())
        .publish(version("1.1.0"), None)
        .await;
    assert_eq!(refused.unwrap_err().code(), ErrorCode::BadSource);
    assert!(!wrong.exists());
    // One that is there all the same hides nothing.
    std::fs::create_dir(&wrong).unwrap();
    let found = newest(&shelf.source(), "", false).await.unwrap();
    assert_eq!(found.fetched.release.version, Version::new(1, 0, 0));
}

/// A pipe with such a name is waited for by whoever opens it; a socket stands for it here, because it is refused instead.
#[tokio::test]
async fn what_is_no_file_is_not_opened() {
    use std::os::unix::net::UnixListener;
    let shelf = Shelf::with(&["1.0.0"]).await;
    let _socket = UnixListener::bind(shelf.file("1.1.0")).unwrap();
    let _unnamed = UnixListener::bind(shelf.path().join("other.jfpack")).unwrap();
    let found = newest(&shelf.source(), "", false).await.unwrap();
    assert_eq!(found.fetched.release.version, Version::new(1, 0, 0));
    let signatures = shelf.file("1.0.0").with_added_extension("minisig");
    std::fs::remove_file(&signatures).unwrap();
    let _signatures = UnixListener::bind(&signatures).unwrap();
    let refused = newest(&shelf.source(), "", false).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::BadSource);
    assert!(refused.to_string().contains("is no file"), "{refused}");
}
