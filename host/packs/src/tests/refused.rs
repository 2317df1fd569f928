//! Packs that must not open, each with the code that says why: one table of them all.

use std::collections::BTreeSet;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use jackfield_core::{Digest, ErrorCode, ErrorCode::*, Limits};

use super::archive::{directory, sound};
use super::trust::{Person, SIGNATURE_OF_MINISIGN, TODAY, sidecar, statement, trusting};
use crate::Pack;
use crate::archive::{END, LOCAL_HEADER};
use crate::samples as sample;
use crate::trust::{
    Revocation, Role, Sidecar, Signature, SignedPack, Statement, Trust, TrustedKey,
};

/// What was refused, and whether with the right code.
#[derive(Default)]
struct Table {
    seen: BTreeSet<Digest>,
    wrong: Vec<String>,
}

impl Table {
    fn note(&mut self, what: &str, identity: &str, code: ErrorCode, got: Result<(), ErrorCode>) {
        if !self.seen.insert(Digest::of(identity.as_bytes())) {
            self.wrong
                .push(format!("{what}: stands twice in the table"));
        }
        if got != Err(code) {
            self.wrong
                .push(format!("{what}: {got:?} instead of {code:?}"));
        }
    }

    fn archive(&mut self, what: &str, bytes: &[u8], code: ErrorCode) {
        self.limited(what, bytes, &Limits::default(), code);
    }

    fn limited(&mut self, what: &str, bytes: &[u8], limits: &Limits, code: ErrorCode) {
        let got = Pack::open(bytes, limits)
            .map(drop)
            .map_err(|error| error.code());
        self.note(what, &format!("{}{limits:?}", Digest::of(bytes)), code, got);
    }

    fn entry(&mut self, name: &str, content: impl Into<Vec<u8>>, code: ErrorCode) {
        let content = content.into();
        let shown: String = String::from_utf8_lossy(&content).chars().take(60).collect();
        self.archive(
            &format!("{name}: {shown:?}"),
            &sample::with(name, content),
            code,
        );
    }

    fn signed(
        &mut self,
        what: &str,
        archive: &[u8],
        sidecar: &str,
        trust: &Trust,
        code: ErrorCode,
    ) {
        let got = sidecar.parse::<Sidecar>().and_then(|sidecar| {
            SignedPack::open(archive, &sidecar, trust, TODAY, &Limits::default())
        });
        let got = got.map(drop).map_err(|error| error.code());
        self.note(
            what,
            &format!("{}{sidecar}{trust:?}", Digest::of(archive)),
            code,
            got,
        );
    }
}

/// Name, deflated content, checksum, size.
type File = (Vec<u8>, Vec<u8>, u32, u32);

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// An archive in the one form that is read, whatever the files say of themselves.
fn raw(files: &[File]) -> Vec<u8> {
    let (mut archive, mut lines) = (Vec::new(), Vec::new());
    for (name, compressed, crc, size) in files {
        let mut header = Vec::new();
        header.extend([20, 0, 0, 0, 8, 0, 0, 0, 33, 0]);
        for word in [*crc, compressed.len() as u32, *size, name.len() as u32] {
            header.extend(word.to_le_bytes());
        }
        lines.extend(*b"PK\x01\x02\x14\x03");
        lines.extend(&header);
        lines.extend([0; 6]);
        lines.extend((0o100_644_u32 << 16).to_le_bytes());
        lines.extend((archive.len() as u32).to_le_bytes());
        lines.extend(name);
        archive.extend(*b"PK\x03\x04");
        archive.extend(&header);
        archive.extend(name);
        archive.extend(compressed);
    }
    let (start, count) = (archive.len() as u32, (files.len() as u16).to_le_bytes());
    archive.extend(&lines);
    archive.extend(*b"PK\x05\x06\0\0\0\0");
    archive.extend([count, count].concat());
    archive.extend((lines.len() as u32).to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0; 2]);
    archive
}

/// The files of the sample.
fn files() -> Vec<File> {
    let file = |(name, content): (String, Vec<u8>)| {
        let (crc, size) = (crc32fast::hash(&content), content.len() as u32);
        (name.into_bytes(), deflated(&content), crc, size)
    };
    sample::entries().into_iter().map(file).collect()
}

fn names(table: &mut Table) {
    let long = "a".repeat(201);
    let named = |name: &[u8]| {
        let mut files = files();
        let file = files.iter_mut().find(|file| file.0 == b"locales/en.ftl");
        file.unwrap().0 = name.to_vec();
        raw(&files)
    };
    for name in [
        "../en.ftl",
        "locales/../../etc/passwd",
        "locales/..",
        "/etc/passwd",
        "//server/share",
        "\\\\server\\share",
        "locales\\en.ftl",
        "..\\en.ftl",
        "C:/en.ftl",
        "C:en.ftl",
        "c:\\en.ftl",
        "en.ftl:stream",
        "en.ftl\0.png",
        "\0",
        "locales//en.ftl",
        "locales/",
        "./en.ftl",
        ".hidden",
        "locales/.git/config",
        "",
        &long,
        "locales/é.ftl",
        "en\n.ftl",
        "en .ftl",
        "~/en.ftl",
        "%2e%2e/en.ftl",
        "\u{202e}ltf.ne",
        "*",
        "\u{1b}[2J",
        // Twice the same, in one spelling or in several.
        "locales/zh-CN.ftl",
        "LOCALES/ZH-CN.FTL",
        "pack.toml",
        "Pack.toml",
        "PLUGIN.WASM",
        // Sound, and named by nothing.
        "locales/other.ftl",
        "inner.jfpack",
    ] {
        table.archive(
            &format!("an entry named {name:?}"),
            &named(name.as_bytes()),
            BadArchive,
        );
    }
    table.archive(
        "a name that is not UTF-8",
        &named(b"locales/\xff\xfe.ftl"),
        BadArchive,
    );
    table.archive("an overlong `/`", &named(b"..\xc0\xafen.ftl"), BadArchive);
}

fn structure(table: &mut Table) {
    let sound = sound();
    let (at, end) = (directory(&sound), sound.len() - END);
    // The first entry's header, and its line in the directory.
    let mut change = |what: &str, edits: &[(usize, &[u8])]| {
        let mut bytes = sound.clone();
        for (place, value) in edits {
            bytes[*place..place + value.len()].copy_from_slice(value);
        }
        table.archive(what, &bytes, BadArchive);
    };
    for mode in [
        // Links, directories, devices, pipes, sockets; set-uid, executable, nothing.
        0o120_777_u32,
        0o040_755,
        0o020_666,
        0o060_666,
        0o010_644,
        0o140_755,
        0o104_755,
        0o100_755,
        0,
    ] {
        change(
            &format!("mode {mode:o}"),
            &[(at + 38, &(mode << 16).to_le_bytes())],
        );
    }
    change("a directory of MS-DOS", &[(at + 38, &[0x10])]);
    change("made by MS-DOS", &[(at + 5, &[0])]);
    for (what, field, value) in [
        ("encrypted", 2, &[1_u8, 0][..]),
        ("strongly encrypted", 2, &[0x41, 0]),
        ("sizes behind the data", 2, &[8, 0]),
        ("stored", 4, &[0, 0]),
        ("encrypted with AES", 4, &[99, 0]),
        ("a time", 6, &[1, 0]),
        ("needs zip64", 0, &[45, 0]),
        ("a wrong checksum", 10, &[1, 2, 3, 4]),
        ("sizes of zip64", 14, &[0xff; 8]),
        ("a size of nothing", 18, &[0; 4]),
        ("a size of 4 GiB", 18, &[0xff; 4]),
        ("an extra field", 24, &[4, 0]),
    ] {
        change(
            &format!("{what}, both agree"),
            &[(4 + field, value), (at + 6 + field, value)],
        );
        change(&format!("{what}, in the entry only"), &[(4 + field, value)]);
        change(
            &format!("{what}, in the directory only"),
            &[(at + 6 + field, value)],
        );
    }
    change("no header of an entry", &[(0, b"PK\x07\x08")]);
    change("no line of the directory", &[(at, b"PK\x05\x05")]);
    change("another name in the entry", &[(LOCAL_HEADER, b"D")]);
    change("a comment of an entry", &[(at + 32, &[1, 0])]);
    change("an entry on another disk", &[(at + 34, &[1, 0])]);
    change("an entry that starts elsewhere", &[(at + 42, &[1])]);
    change("no end", &[(end, b"PK\x06\x06")]);
    change("several disks", &[(end + 4, &[1, 0])]);
    change("counts that differ", &[(end + 8, &[1, 0])]);
    change("counts that are too small", &[(end + 8, &[1, 0, 1, 0])]);
    change("counts of zip64", &[(end + 8, &[0xff; 4])]);
    change("a directory of another size", &[(end + 12, &[0; 4])]);
    change("a directory of zip64", &[(end + 12, &[0xff; 8])]);
    change("a comment that is missing", &[(end + 20, &[5, 0])]);

    // The end says where the directory is now.
    let mended = |bytes: Vec<u8>, start: usize| {
        let (mut bytes, end) = (bytes.clone(), bytes.len() - END);
        bytes[end + 12..end + 16].copy_from_slice(&((end - start) as u32).to_le_bytes());
        bytes[end + 16..end + 20].copy_from_slice(&(start as u32).to_le_bytes());
        bytes
    };
    let (entries, lines, last) = (&sound[..at], &sound[at..end], &sound[end..]);
    let zip64 = [b"PK\x06\x06".as_slice(), &[0; 52], b"PK\x06\x07", &[0; 16]].concat();
    let mut said = [&sound[..], b"hi"].concat();
    said[end + 20] = 2;
    for (what, bytes) in [
        (
            "a gap before the directory",
            mended([entries, b"hidden", lines, last].concat(), at + 6),
        ),
        (
            "something before the archive",
            mended([b"#!/bin/sh\n", &sound[..]].concat(), at + 10),
        ),
        (
            "something behind the directory",
            mended([entries, lines, b"hidden", last].concat(), at),
        ),
        (
            "an end of zip64 in the directory",
            mended([entries, lines, &zip64, last].concat(), at),
        ),
        ("an end of zip64", [entries, lines, &zip64, last].concat()),
        ("a comment of the archive", said),
        ("something attached", [&sound[..], b"x"].concat()),
        ("something in front", [b"x", &sound[..]].concat()),
        ("two archives", [&sound[..], &sound[..]].concat()),
        ("half an archive", sound[..sound.len() / 2].to_vec()),
        ("without its first byte", sound[1..].to_vec()),
        ("no bytes", Vec::new()),
        (
            "an end and nothing else",
            [b"PK\x05\x06".as_slice(), &[0; 18]].concat(),
        ),
    ] {
        table.archive(what, &bytes, BadArchive);
    }
}

fn contents(table: &mut Table) {
    let mut with = |what: &str, change: &dyn Fn(&mut File)| {
        let mut files = files();
        change(
            files
                .iter_mut()
                .find(|file| file.0 == b"pack.toml")
                .unwrap(),
        );
        table.archive(what, &raw(&files), BadArchive);
    };
    with("a checksum of something else", &|file| file.2 ^= 1);
    with("one byte less than announced", &|file| file.3 += 1);
    with("one byte more than announced", &|file| file.3 -= 1);
    with("bytes behind the deflated ones", &|file| {
        file.1.extend(*b"hidden")
    });
    with("a file that was cut", &|file| file.1.truncate(40));
    with("a file that is not deflated", &|file| {
        file.1 = vec![0xff; 40]
    });
    with("an empty file", &|file| file.1.clear());
    let mut many = files();
    many.extend((0..600).map(|i| (format!("more/{i}").into_bytes(), deflated(b""), 0, 0)));
    table.archive("too many entries", &raw(&many), BadArchive);
    for (gone, code) in [
        ("pack.toml", BadArchive),
        ("plugin.wasm", BadArchive),
        ("data/prices.csv", MissingFile),
        ("locales/en.ftl", MissingFile),
        ("schemas/order.json", MissingFile),
    ] {
        let mut entries = sample::entries();
        entries.remove(gone);
        table.archive(&format!("without {gone}"), &sample::archive(&entries), code);
    }
    for name in ["data/prices.csv", "pack.toml", "plugin.wasm"] {
        table.entry(name, vec![b'x'; 3 << 20], BadArchive);
    }
    table.entry("extra.txt", "hello", BadArchive);
    table.entry("pack.toml", b"[pack]\nid = \"\xff\"".to_vec(), BadArchive);

    let small = |pack| Limits {
        pack,
        ..Limits::default()
    };
    table.limited(
        "an archive above the limit",
        &sound(),
        &small(1000),
        PackTooLarge,
    );
    let text = format!(
        "name,price,stock,since\n{}",
        "Lamp,1.00,1,2026-01-01\n".repeat(350)
    );
    let long = sample::with("data/prices.csv", text);
    table.limited(
        "files above the limit together",
        &long,
        &small(8000),
        PackTooLarge,
    );
    let component = Limits {
        component: 100,
        ..Limits::default()
    };
    table.limited(
        "a component above the limit",
        &sound(),
        &component,
        ComponentTooLarge,
    );
}

fn manifests(table: &mut Table) {
    let huge: String = (0..60_000).map(|i| format!("# {i}\n")).collect();
    table.entry("pack.toml", huge, BadManifest);
    for depth in [50, 300] {
        let deep = format!(
            "x = {}{}\n{}",
            "[".repeat(depth),
            "]".repeat(depth),
            sample::MANIFEST
        );
        table.entry("pack.toml", deep, BadManifest);
    }
    for text in [
        "",
        "hello",
        "[pack]\nid = \"a\"\nid = \"b\"",
        "\0",
        "[pack",
        "pack = 1\nflows = 2",
    ] {
        table.entry("pack.toml", text, BadManifest);
    }
    for (from, to) in [
        ("[limits]", "[limitz]"),
        ("publisher =", "publischer ="),
        ("\"com.example.shop\"", "\"../shop\""),
        ("\"com.example.shop\"", "\"COM EXAMPLE\""),
        ("version = \"1.2.3\"", "version = \"1\""),
        ("version = \"1.2.3\"", "version = 2026-01-01"),
        ("state-version = 1", "state-version = -1"),
        ("fuel = 30000000", "fuel = 100000001"),
        ("fuel = 30000000", "fuel = 99999999999999999999"),
        ("fuel = 30000000", "fuel = nan"),
        ("fuel = 30000000", "memory-mib = 129"),
        ("\"https://api.example.com\"", "\"http://api.example.com\""),
        (
            "\"https://api.example.com\"",
            "\"https://me:secret@api.example.com\"",
        ),
        ("\"https://api.example.com\"", "\"file:///etc/passwd\""),
        ("\"data/prices.csv\"", "\"../prices.csv\""),
        ("\"data/prices.csv\"", "\"/etc/passwd\""),
        ("\"data/prices.csv\"", "\"data\\\\prices.csv\""),
        ("\"data/prices.csv\"", "\"plugin.wasm\""),
        ("\"data/prices.csv\"", "\"Locales/EN.ftl\""),
        ("money:EUR", "blob"),
        ("indexed = [\"name\"]", "indexed = [\"nam\"]"),
        ("purpose = \"Look up prices\"", "purpose = \"\""),
        ("[capabilities.tables]", "[capabilities.filesystem]"),
        ("en = \"Shop\", ", ""),
    ] {
        table.entry(
            "pack.toml",
            sample::MANIFEST.replacen(from, to, 1),
            BadManifest,
        );
    }
}

fn data(table: &mut Table) {
    let prices = "data/prices.csv";
    for rows in [
        "",
        "name,price,stock\n",
        "name,price,stock,since,more\n",
        "name,price,stock,stock\n",
        "name,price,stock,since\nLamp,12.505,3,2026-01-31\n",
        "name,price,stock,since\nLamp,1,many,2026-01-31\n",
        "name,price,stock,since\nLamp,1,1,31.1.2026\n",
        "name,price,stock,since\nLamp,1,1\n",
        "name,price,stock,since\nLamp,1,1,\"2026-01-31\n",
    ] {
        table.entry(prices, rows, BadPackData);
    }
    table.entry(prices, sound(), BadPackData);
    for text in ["ask = { $", "= nothing", "ask = a\nask = b\n"] {
        table.entry("locales/en.ftl", text, BadPackData);
    }
    table.entry("locales/en.ftl", b"ask = \xff\n".to_vec(), BadPackData);
    for row in ["other\ten\tI want it\n", "order\tfr\tJe veux\n"] {
        table.entry(
            "language/examples.tsv",
            format!("intent\tlocale\ttext\n{row}"),
            BadPackData,
        );
    }
    let deep = format!("{}{{}}{}", "{\"not\":".repeat(70), "}".repeat(70));
    for schema in [
        r#"{"$ref": "https://example.com/schema.json"}"#,
        r#"{"$ref": "file:///etc/passwd"}"#,
        r#"{"$ref": "other.json#/a"}"#,
        r##"{"$ref": "#/$defs/absent"}"##,
        r##"{"$ref": "#"}"##,
        r#"{"$id": "https://example.com/", "type": "object"}"#,
        r##"{"$dynamicRef": "#x"}"##,
        r#"{"type": "objekt"}"#,
        r#"{"type": }"#,
        r#"{"pattern": "(?=x)(a+)+$"}"#,
        "",
        &deep,
    ] {
        table.entry("schemas/order.json", schema, BadSchema);
    }
    let wat = |text: &str| wat::parse_str(text).unwrap();
    let import = |interface, function| sample::component(&[(interface, function)]);
    let plugin = sample::plugin();
    for (component, code) in [
        (wat("(module)"), CoreModule),
        (wat("(module (func (export \"handle\")))"), CoreModule),
        (b"hello".to_vec(), BadComponent),
        (Vec::new(), BadComponent),
        (plugin[..plugin.len() - 1].to_vec(), BadComponent),
        (
            wat("(component (core module (memory i64 1)))"),
            BadComponent,
        ),
        (
            wat("(component (core module (memory 1 1 shared)))"),
            BadComponent,
        ),
        (wat("(component)"), MissingExport),
        (wat("(component (import \"do-it\" (func)))"), UnknownImport),
        (import("wasi:clocks/wall-clock@0.2.0", "now"), UnknownImport),
        (
            import("jackfield:tables/tables@0.0.2", "query"),
            UnknownImport,
        ),
        (import("jackfield:shell/shell@0.0.1", "run"), UnknownImport),
        (
            import("jackfield:storage/storage@0.0.1", "get"),
            UngrantedImport,
        ),
    ] {
        table.entry("plugin.wasm", component, code);
    }
}

fn signatures(table: &mut Table) {
    let archive = sound();
    let (publisher, reviewer, stranger) = (Person::new(), Person::new(), Person::new());
    let by = |person: &Person, role| person.sign(&archive, role);
    let signed = sidecar([by(&publisher, Role::Publisher)]).to_string();
    let key = publisher.trusted(Role::Publisher);
    let trust = trusting([key.clone(), reviewer.trusted(Role::Reviewer)]);

    table.signed("unsigned", &archive, "", &trust, BadSidecar);
    table.signed(
        "nobody is trusted",
        &archive,
        &signed,
        &Trust::default(),
        UnknownSigner,
    );
    let other = sidecar([by(&stranger, Role::Publisher)]).to_string();
    table.signed("a stranger's key", &archive, &other, &trust, UnknownSigner);
    let only = sidecar([by(&reviewer, Role::Reviewer)]).to_string();
    table.signed(
        "a reviewer and no publisher",
        &archive,
        &only,
        &trust,
        UnknownSigner,
    );
    let elsewhere = sample::with("locales/en.ftl", "ask = Anything?\n");
    table.signed("other bytes", &elsewhere, &signed, &trust, BadSignature);
    table.signed(
        "one byte more",
        &[&archive[..], b"x"].concat(),
        &signed,
        &trust,
        BadSignature,
    );
    table.signed(
        "one byte less",
        &archive[..archive.len() - 1],
        &signed,
        &trust,
        BadSignature,
    );
    let vouched = signed.replace("version=1.2.3", "version=1.2.4");
    table.signed(
        "a statement that was changed",
        &archive,
        &vouched,
        &trust,
        BadSignature,
    );

    let mut scoped = |what: &str, key: TrustedKey, code| {
        table.signed(what, &archive, &signed, &trusting([key]), code);
    };
    let yesterday = Some(TODAY.yesterday().unwrap());
    scoped(
        "an expired key",
        TrustedKey {
            expires: yesterday,
            ..key.clone()
        },
        KeyExpired,
    );
    let packs = ["com.other.*".parse().unwrap()].into();
    scoped(
        "a pack out of scope",
        TrustedKey {
            packs,
            ..key.clone()
        },
        OutOfScope,
    );
    let capabilities = Some(["tables".to_owned()].into());
    scoped(
        "a capability out of scope",
        TrustedKey {
            capabilities,
            ..key.clone()
        },
        OutOfScope,
    );
    scoped(
        "a publisher trusted to review",
        publisher.trusted(Role::Reviewer),
        SignatureContradicts,
    );
    for (what, key, pack) in [
        ("a revoked key", Some(publisher.public.id()), None),
        ("a revoked pack", None, Some(Digest::of(&archive))),
    ] {
        let mut trust = trust.clone();
        trust.revoked.push(Revocation {
            key,
            pack,
            reason: "stolen".to_owned(),
        });
        table.signed(what, &archive, &signed, &trust, Revoked);
    }
    let mut reviewed = trust.clone();
    reviewed.policy.reviewers = 1;
    table.signed("not reviewed", &archive, &signed, &reviewed, NotReviewed);
    reviewed.policy.reviewers = 2;
    let one = sidecar([
        by(&publisher, Role::Publisher),
        by(&reviewer, Role::Reviewer),
    ])
    .to_string();
    table.signed(
        "reviewed by too few",
        &archive,
        &one,
        &reviewed,
        NotReviewed,
    );

    let right = statement(&archive, Role::Publisher);
    for wrong in [
        Statement {
            role: Role::Reviewer,
            ..right.clone()
        },
        Statement {
            pack: "com.example.other".to_owned(),
            ..right.clone()
        },
        Statement {
            version: "1.2.4".to_owned(),
            ..right.clone()
        },
        Statement {
            digest: Digest::of(b"x"),
            ..right.clone()
        },
    ] {
        let signature = Signature::make(&publisher.secret, &archive, &wrong).unwrap();
        let text = sidecar([signature]).to_string();
        table.signed(
            &wrong.to_string(),
            &archive,
            &text,
            &trust,
            SignatureContradicts,
        );
    }
    let lines: Vec<&str> = signed.lines().collect();
    for (what, text) in [
        ("a sidecar of words", "x".to_owned()),
        ("a sidecar that was cut", lines[..3].join("\n")),
        (
            "a sidecar with a short line",
            signed.replace(lines[3], &lines[3][1..]),
        ),
        ("a sidecar that stands twice", format!("{signed}{signed}")),
        ("a sidecar with empty lines", format!("{signed}\n\n\n\n")),
        ("a sidecar that is too long", signed.repeat(220)),
        (
            "a sidecar that is no base64",
            signed.replace(lines[1], &"!".repeat(lines[1].len())),
        ),
        (
            "a signature of the old form",
            signed.replacen("\nRU", "\nRW", 1),
        ),
        (
            "minisign's of the old form",
            SIGNATURE_OF_MINISIGN.replacen("\nRU", "\nRW", 1),
        ),
    ] {
        table.signed(what, &archive, &text, &trust, BadSidecar);
    }
}

#[test]
fn every_hostile_pack_is_refused_with_the_right_code() {
    // What the table's own writer makes is sound, but for what is said.
    assert_eq!(raw(&files()), sound());
    let mut table = Table::default();
    for rows in [names, structure, contents, manifests, data, signatures] {
        rows(&mut table);
    }
    let count = table.seen.len();
    eprintln!("{count} hostile packs refused, each with the right code");
    assert!(table.wrong.is_empty(), "{}", table.wrong.join("\n"));
    assert!(count >= 60, "{count}");
}
