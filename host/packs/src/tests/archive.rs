//! Archives that someone made by hand.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};

use jackfield_core::{ErrorCode, Limits};
use zip::write::SimpleFileOptions;

use crate::archive::{Archive, END, LOCAL_HEADER, write};
use crate::samples as sample;
use crate::{Pack, PackError};

fn open(bytes: &[u8]) -> Result<Pack, PackError> {
    Pack::open(bytes, &Limits::default())
}

/// The first line of the refusal.
fn refusal(bytes: &[u8]) -> String {
    let error = open(bytes).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadArchive, "{error}");
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .replace("JF-PCK-002: ", "")
}

pub(super) fn sound() -> Vec<u8> {
    sample::archive(&sample::entries())
}

/// The sound archive with every occurrence of a name replaced by one of the same length.
fn renamed(from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = sound();
    for at in 0..bytes.len() - from.len() {
        if &bytes[at..at + from.len()] == from.as_bytes() {
            bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
        }
    }
    bytes
}

/// Where the directory starts, and where its first line does.
pub(super) fn directory(bytes: &[u8]) -> usize {
    let end = bytes.len() - END;
    u32::from_le_bytes(bytes[end + 16..end + 20].try_into().unwrap()) as usize
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let first = sound();
    assert_eq!(first, sound());
    // Whoever changes these bytes changes the digest of every pack that was ever built.
    let files = BTreeMap::from([
        ("a.txt", b"hello hello hello".as_slice()),
        ("pack.toml", b"".as_slice()),
    ]);
    let digest = jackfield_core::Digest::of(&write(&files).unwrap()).short();
    assert_eq!(digest, "f210111d3bae");
}

#[test]
fn other_tools_can_read_the_archive() {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(sound())).unwrap();
    assert_eq!(archive.len(), sample::FILES.len() + 2);
    let mut text = String::new();
    archive
        .by_name("pack.toml")
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text, sample::MANIFEST);
}

#[test]
fn what_was_written_is_what_is_read() {
    let bytes = sound();
    let mut archive = Archive::read(&bytes, &Limits::default()).unwrap();
    for (name, content) in sample::entries() {
        assert_eq!(archive.extract(&name).unwrap(), Some(content), "{name}");
    }
    assert_eq!(archive.extract("absent").unwrap(), None);
}

#[test]
fn dangerous_names_are_refused() {
    for (name, rule) in [
        ("../ocal/en.ftl", "starts with a dot"),
        ("locales/../x.f", "starts with a dot"),
        ("/locales/e.ftl", "relative"),
        ("locales\\en.ftl", "backslash"),
        ("C:locale/en.ft", "drive"),
        ("locales/\0n.ftl", "NUL"),
        ("locales//n.ftl", "empty"),
        ("locales/en.ft/", "directories"),
        ("locales/é.ftl", "letters"),
    ] {
        let error = open(&renamed("locales/en.ftl", name)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadArchive);
        assert!(error.to_string().contains(rule), "{name}: {error}");
    }
}

#[test]
fn two_entries_of_one_name_are_refused() {
    // Two names of the same length, of which one becomes the other.
    let mut entries = sample::entries();
    entries.insert("locales/xx.ftl".to_owned(), b"ask = other".to_vec());
    let bytes = sample::archive(&entries);
    for name in ["locales/en.ftl", "LOCALES/EN.FTL"] {
        let mut twice = bytes.clone();
        for at in 0..twice.len() - 14 {
            if &twice[at..at + 14] == b"locales/xx.ftl" {
                twice[at..at + 14].copy_from_slice(name.as_bytes());
            }
        }
        assert_eq!(
            refusal(&twice),
            format!("`{name}` stands twice in the archive")
        );
    }
}

#[test]
fn links_directories_and_encryption_are_refused() {
    let bytes = sound();
    let at = directory(&bytes);
    let with = |offset: usize, value: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[at + offset..at + offset + value.len()].copy_from_slice(value);
        refusal(&bytes)
    };
    assert_eq!(
        with(38, &(0o120_777_u32 << 16).to_le_bytes()),
        "`data/prices.csv` is a symbolic link"
    );
    assert_eq!(
        with(38, &(0o040_755_u32 << 16).to_le_bytes()),
        "`data/prices.csv` is not a regular file"
    );
    assert_eq!(
        with(8, &1_u16.to_le_bytes()),
        "`data/prices.csv` is encrypted"
    );
    // A data descriptor hides the sizes behind the data.
    assert_eq!(
        with(8, &8_u16.to_le_bytes()),
        "`data/prices.csv` was not written by `jackfield pack build`"
    );
}

#[test]
fn archives_of_other_tools_are_refused_even_when_harmless() {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in sample::entries() {
        let options =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file(name, options).unwrap();
        writer.write_all(&content).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    assert_eq!(
        refusal(&bytes),
        "`data/prices.csv` was not written by `jackfield pack build`"
    );
}

#[test]
fn nothing_may_hide_before_between_or_after_the_entries() {
    let bytes = sound();
    let attached = [bytes.as_slice(), b"x"].concat();
    assert!(refusal(&attached).starts_with("the archive is cut off, or something is attached"));
    let before = [b"x".as_slice(), &bytes].concat();
    assert!(refusal(&before).starts_with("the archive is cut off, or something is attached"));

    // A gap before the directory, with the directory's start mended.
    let at = directory(&bytes);
    let mut gap = [&bytes[..at], b"hidden", &bytes[at..]].concat();
    let end = gap.len() - END;
    gap[end + 16..end + 20].copy_from_slice(&(at as u32 + 6).to_le_bytes());
    assert_eq!(
        refusal(&gap),
        "the archive contains bytes that no entry accounts for"
    );

    // A comment, honestly announced.
    let mut comment = bytes.clone();
    let end = comment.len() - END;
    comment[end + 20] = 2;
    comment.extend(b"hi");
    assert!(refusal(&comment).starts_with("the archive is cut off"));
}

#[test]
fn an_entry_must_agree_with_the_directory() {
    let mut bytes = sound();
    bytes[LOCAL_HEADER] = b'X';
    assert_eq!(
        refusal(&bytes),
        "`data/prices.csv` does not agree with the directory of the archive"
    );
    let mut bytes = sound();
    let size = directory(&bytes) + 24;
    bytes[size] ^= 1;
    assert_eq!(
        refusal(&bytes),
        "`data/prices.csv` does not agree with the directory of the archive"
    );
}

#[test]
fn damaged_content_is_noticed() {
    // Both checksums of the manifest say something else than its content.
    let bytes = sound();
    let crc = crc32fast::hash(sample::MANIFEST.as_bytes()).to_le_bytes();
    let mut damaged = bytes.clone();
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == crc {
            damaged[at] ^= 1;
        }
    }
    assert_eq!(
        refusal(&damaged),
        "`pack.toml` does not match its size and checksum"
    );
}

#[test]
fn every_cut_archive_is_refused() {
    let bytes = sound();
    for length in 0..bytes.len() {
        assert!(open(&bytes[..length]).is_err(), "{length}");
    }
}

#[test]
fn entries_that_the_manifest_does_not_name_are_refused() {
    assert_eq!(
        refusal(&sample::with("extra.txt", "hello")),
        "`extra.txt` is not named by the manifest"
    );
    let mut entries = sample::entries();
    entries.remove("plugin.wasm");
    assert_eq!(
        refusal(&sample::archive(&entries)),
        "plugin.wasm is missing"
    );
    entries.remove("pack.toml");
    assert_eq!(refusal(&sample::archive(&entries)), "pack.toml is missing");
}

#[test]
fn an_archive_inside_an_archive_is_no_data() {
    let error = open(&sample::with("data/prices.csv", sound())).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadPackData);
    assert!(error.to_string().contains("this is not UTF-8"), "{error}");
}

#[test]
fn too_many_entries_are_refused() {
    let mut entries = sample::entries();
    for i in 0..600 {
        entries.insert(format!("more/{i}"), Vec::new());
    }
    assert_eq!(
        refusal(&sample::archive(&entries)),
        "the archive has 609 entries"
    );
}

#[test]
fn a_bomb_is_stopped_while_it_inflates() {
    let bomb = sample::with("data/prices.csv", vec![b'x'; 50 << 20]);
    assert!(bomb.len() < 100_000);
    assert!(refusal(&bomb).starts_with("`data/prices.csv` inflates to more than"));
}

#[test]
fn what_all_files_inflate_to_is_bounded() {
    let limits = Limits {
        pack: 8_000,
        ..Limits::default()
    };
    let text = "name,price,stock,since\n".to_owned() + &"Lamp,1.00,1,2026-01-01\n".repeat(350);
    let bytes = sample::with("data/prices.csv", text);
    assert!(bytes.len() < limits.pack);
    let error = Pack::open(&bytes, &limits).unwrap_err();
    assert_eq!(error.code(), ErrorCode::PackTooLarge);
    assert!(
        error
            .to_string()
            .contains("the files of the archive together are larger than the limit"),
        "{error}"
    );

    let small = Limits {
        pack: 1_000,
        ..Limits::default()
    };
    assert_eq!(
        Pack::open(&sound(), &small).unwrap_err().code(),
        ErrorCode::PackTooLarge
    );
}

#[test]
fn sizes_that_lie_are_not_believed() {
    // Entry and directory both say that the manifest has one byte less.
    let length = (sample::MANIFEST.len() as u32).to_le_bytes();
    let bytes = sound();
    let mut lying = bytes.clone();
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == length {
            lying[at] = lying[at].wrapping_sub(1);
        }
    }
    assert_ne!(lying, bytes);
    assert_eq!(
        refusal(&lying),
        "`pack.toml` does not match its size and checksum"
    );
}
