//! Sound packs, changed at random: 4,000 times, or as often as the environment's `MUTATIONS` says.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jackfield_core::{ErrorCode, Limits};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;

use super::archive::{directory, sound};
use super::hostile::contents;
use super::memory::most_of;
use super::trust::{Person, TODAY, sidecar, trusting};
use crate::archive::{Archive, END};
use crate::samples as sample;
use crate::trust::{Role, SignedPack};
use crate::{Pack, read_manifest};

/// Nobody waits longer for a pack to be opened, in a build that is not optimised.
const LONGEST: Duration = Duration::from_secs(2);
/// Bytes of memory that opening a pack of a few thousand bytes may take.
const MOST: usize = 16 << 20;
/// The same for a manifest as long as one may be: the reader of TOML keeps some 250 bytes for each mistake.
const MOST_OF_A_LONG_ONE: usize = 96 << 20;

/// A change to an archive.
#[derive(Debug, Clone)]
enum Change {
    Flip(Index, u8),
    Splice(Index, usize, Vec<u8>),
    Cut(Index),
    /// A piece of it, once more somewhere else.
    Duplicate(Index, usize, Index),
    /// A field of an entry: which one, which field, what, and where: in the directory, in the entry, or in both.
    Field(Index, Index, u32, u8),
    /// A field of the end.
    End(Index, u32),
}

/// A change to a manifest's text.
#[derive(Debug, Clone)]
enum Edit {
    Splice(Index, usize, String),
    Swap(Index, Index),
    Copy(Index, Index),
    Repeat(Index, usize),
}

#[derive(Debug, Clone)]
enum Case {
    Archive(Vec<Change>),
    Manifest(Vec<Edit>),
}

fn case() -> impl Strategy<Value = Case> {
    let index = any::<Index>;
    let number = || {
        let known = vec![0, 1, 2, 8, 45, 0xffff, 0x7fff_ffff, u32::MAX];
        prop_oneof![prop::sample::select(known), 0..3000_u32, any::<u32>()]
    };
    let bytes = prop::collection::vec(any::<u8>(), 0..24);
    let change = prop_oneof![
        (index(), 1..=255_u8).prop_map(|(at, mask)| Change::Flip(at, mask)),
        (index(), 0..24_usize, bytes).prop_map(|(at, gone, new)| Change::Splice(at, gone, new)),
        index().prop_map(Change::Cut),
        (index(), 1..400_usize, index()).prop_map(|(at, n, to)| Change::Duplicate(at, n, to)),
        (index(), index(), number(), 1..=3_u8).prop_map(|(a, b, c, d)| Change::Field(a, b, c, d)),
        (index(), number()).prop_map(|(at, number)| Change::End(at, number)),
    ];
    let signs = vec![
        "\"",
        "\"\"\"",
        "[",
        "[[",
        "]",
        "{",
        "}",
        "=",
        "\n",
        ".",
        ",",
        "#",
        "\\",
        "\\u0000",
        "\0",
        "nan",
        "-1",
        "1e999",
        "9223372036854775808",
        "1979-05-27T07:32:00Z",
        "true",
        "..",
        "/",
        "\u{feff}",
        "\u{202e}",
        "*",
        "灯",
        "[pack]\n",
        "[capabilities.storage]\npurpose = \"x\"\n",
    ];
    let word = prop_oneof![
        prop::sample::select(signs).prop_map(str::to_owned),
        "[ -~]{0,12}",
        "\\PC{1,4}",
    ];
    let edit = prop_oneof![
        (index(), 0..20_usize, word).prop_map(|(at, gone, new)| Edit::Splice(at, gone, new)),
        (index(), index()).prop_map(|(one, other)| Edit::Swap(one, other)),
        (index(), index()).prop_map(|(from, to)| Edit::Copy(from, to)),
        (index(), 2..200_usize).prop_map(|(at, times)| Edit::Repeat(at, times)),
    ];
    prop_oneof![
        2 => prop::collection::vec(change, 1..4).prop_map(Case::Archive),
        1 => prop::collection::vec(edit, 1..5).prop_map(Case::Manifest),
    ]
}

/// Offset in a line of the directory, width, and offset in the entry's header when that repeats the field.
const FIELDS: &[(usize, usize, Option<usize>)] = &[
    (0, 4, Some(0)),
    (4, 2, None),
    (6, 2, Some(4)),
    (8, 2, Some(6)),
    (10, 2, Some(8)),
    (12, 2, Some(10)),
    (14, 2, Some(12)),
    (16, 4, Some(14)),
    (20, 4, Some(18)),
    (24, 4, Some(22)),
    (28, 2, Some(26)),
    (30, 2, Some(28)),
    (32, 2, None),
    (34, 2, None),
    (36, 2, None),
    (38, 4, None),
    (42, 4, None),
];
/// Offset in the end, and width.
const END_FIELDS: &[(usize, usize)] = &[
    (0, 4),
    (4, 2),
    (6, 2),
    (8, 2),
    (10, 2),
    (12, 4),
    (16, 4),
    (20, 2),
];

/// Where each line of the directory starts, and its entry.
fn lines(sound: &[u8]) -> Vec<(usize, usize)> {
    let mut at = directory(sound);
    let mut lines = Vec::new();
    while at + END < sound.len() {
        let half = |at: usize| usize::from(u16::from_le_bytes([sound[at], sound[at + 1]]));
        lines.push((at, half(at + 42) | half(at + 44) << 16));
        at += 46 + half(at + 28);
    }
    lines
}

fn changed(sound: &[u8], lines: &[(usize, usize)], changes: &[Change]) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    for change in changes {
        let length = bytes.len();
        if length == 0 {
            break;
        }
        let mut put = |at: usize, width: usize, number: u32| {
            if let Some(field) = bytes.get_mut(at..at + width) {
                field.copy_from_slice(&number.to_le_bytes()[..width]);
            }
        };
        match change {
            Change::Field(entry, field, number, sides) => {
                let (line, header) = *entry.get(lines);
                let (in_line, width, in_header) = *field.get(FIELDS);
                if sides & 1 != 0 {
                    put(line + in_line, width, *number);
                }
                if let Some(in_header) = in_header.filter(|_| sides & 2 != 0) {
                    put(header + in_header, width, *number);
                }
            }
            Change::End(field, number) => {
                let (at, width) = *field.get(END_FIELDS);
                put(sound.len() - END + at, width, *number);
            }
            Change::Flip(at, mask) => bytes[at.index(length)] ^= mask,
            Change::Cut(at) => bytes.truncate(at.index(length)),
            Change::Splice(at, gone, new) => {
                let at = at.index(length);
                bytes.splice(at..length.min(at + gone), new.iter().copied());
            }
            Change::Duplicate(at, count, to) => {
                let (at, to) = (at.index(length), to.index(length));
                let piece = bytes[at..length.min(at + count)].to_vec();
                bytes.splice(to..to, piece);
            }
        }
    }
    bytes
}

/// The word, or the sign, at a place.
fn token(text: &[char], at: &Index) -> std::ops::Range<usize> {
    let at = at.index(text.len());
    let part = |letter: &&char| letter.is_alphanumeric() || "-_".contains(**letter);
    let before = text[..at].iter().rev().take_while(part).count();
    let after = text[at..].iter().take_while(part).count();
    at - before..at + after.max(1)
}

fn edited(edits: &[Edit]) -> String {
    let mut text: Vec<char> = sample::MANIFEST.chars().collect();
    for edit in edits {
        let length = text.len();
        if length == 0 || length > 20_000 {
            break;
        }
        match edit {
            Edit::Splice(at, gone, new) => {
                let at = at.index(length);
                text.splice(at..length.min(at + gone), new.chars());
            }
            Edit::Swap(one, other) => {
                let (one, other) = (token(&text, one), token(&text, other));
                let (first, second) = if one.start <= other.start {
                    (one, other)
                } else {
                    (other, one)
                };
                if first.end <= second.start {
                    let (left, right) =
                        (text[first.clone()].to_vec(), text[second.clone()].to_vec());
                    text.splice(second, left);
                    text.splice(first, right);
                }
            }
            Edit::Copy(from, to) => {
                let word = text[token(&text, from)].to_vec();
                let to = token(&text, to);
                text.splice(to, word);
            }
            Edit::Repeat(at, times) => {
                let range = token(&text, at);
                let word = text[range.clone()].repeat(*times);
                text.splice(range, word);
            }
        }
    }
    text.into_iter().collect()
}

#[derive(Debug, Default)]
struct Figures {
    unchanged: u32,
    /// Changed archives with the same files.
    same: u32,
    /// Changed manifests that are sound.
    manifests: u32,
    refused: BTreeMap<String, u32>,
    slowest: Duration,
    /// Bytes of the one that took most memory.
    hungriest: usize,
}

#[test]
fn changed_packs_never_panic_hide_nothing_and_take_little_time_and_memory() {
    let cases = std::env::var("MUTATIONS").map_or(4_000, |cases| cases.parse().unwrap());
    let original = sound();
    let files = contents(&original);
    let lines = lines(&original);
    assert_eq!(lines.len(), files.len());
    let publisher = Person::new();
    let signed = sidecar([publisher.sign(&original, Role::Publisher)]);
    let trust = trusting([publisher.trusted(Role::Publisher)]);
    // Just enough for the sound pack.
    let enough = files.iter().map(|(_, content)| content.len()).sum();
    let tight = Limits {
        pack: original.len().max(enough),
        ..Limits::default()
    };
    assert!(Pack::open(&original, &tight).is_ok());

    let started = Instant::now();
    let figures = RefCell::new(Figures::default());
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let result = TestRunner::new(config).run(&case(), |case| {
        let (bytes, text) = match &case {
            Case::Archive(changes) => (changed(&original, &lines, changes), None),
            Case::Manifest(edits) => {
                let text = edited(edits);
                (sample::with("pack.toml", text.clone()), Some(text))
            }
        };
        let mut figures = figures.borrow_mut();
        let begun = Instant::now();
        let (pack, memory) = most_of(|| Pack::open(&bytes, &Limits::default()));
        let took = begun.elapsed();
        figures.slowest = figures.slowest.max(took);
        figures.hungriest = figures.hungriest.max(memory);
        prop_assert!(took < LONGEST, "{:?}", took);
        prop_assert!(memory < MOST, "{} bytes", memory);
        // No signature covers anything but the very bytes that were signed.
        let trusted = SignedPack::open(&bytes, &signed, &trust, TODAY, &Limits::default());
        let trusted = trusted.map(drop).map_err(|error| error.code());
        let expected = if bytes == original {
            Ok(())
        } else {
            Err(ErrorCode::BadSignature)
        };
        prop_assert_eq!(trusted, expected);
        match (&pack, &text) {
            (Err(error), _) => {
                prop_assert!(bytes != original);
                *figures.refused.entry(error.code().to_string()).or_default() += 1;
            }
            (Ok(_), _) if bytes == original => figures.unchanged += 1,
            // Bits that fill up the last byte of a deflated file mean nothing.
            (Ok(_), None) => {
                prop_assert_eq!(contents(&bytes), files.clone());
                figures.same += 1;
            }
            (Ok(pack), Some(text)) => {
                prop_assert_eq!(&read_manifest(text, "pack.toml").unwrap(), &pack.manifest);
                figures.manifests += 1;
            }
        }
        // Whatever an archive says, no more comes out of it than the limit.
        if let Ok(mut archive) = Archive::read(&bytes, &tight) {
            let names: Vec<String> = archive.names().map(str::to_owned).collect();
            let read = |name: &String| {
                archive
                    .extract(name)
                    .ok()
                    .flatten()
                    .map_or(0, |content| content.len())
            };
            let inflated: usize = names.iter().map(read).sum();
            prop_assert!(inflated <= tight.pack, "{}", inflated);
        }
        Ok(())
    });
    result.unwrap();
    let seconds = started.elapsed().as_secs_f64();
    eprintln!(
        "{cases} mutations in {seconds:.1} s: {:?}",
        figures.borrow()
    );
}

#[test]
fn a_manifest_with_a_mistake_in_every_byte_takes_little_time_and_memory() {
    for sign in [
        "=", ",", "[", "]", "{", "}", "\"", ".", "\0", "#", "\n", "[[", "a.", "a=", "\\", "'",
    ] {
        for from in ["=", ",", "[", "\""] {
            let many = sign.repeat(200_000 / sign.len());
            let text = sample::MANIFEST.replacen(from, &many, 1);
            let begun = Instant::now();
            let (_, memory) = most_of(|| read_manifest(&text, "pack.toml"));
            let took = begun.elapsed();
            assert!(
                memory < MOST_OF_A_LONG_ONE,
                "{sign:?} in place of {from:?}: {memory} bytes"
            );
            assert!(took < LONGEST, "{sign:?} in place of {from:?}: {took:?}");
        }
    }
}
