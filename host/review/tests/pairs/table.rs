//! The pairs.

use jackfield_sandbox::guests::{Module, burning_component};

use super::guests::{self, doing, holding};
use super::pack::{self, Pack, of, sound, with};
use super::texts;

/// A pack that breaks a rule, and one that keeps it.
pub(crate) struct Pair {
    pub(crate) rule: &'static str,
    pub(crate) breaks: Pack,
    /// Other rules that cannot but be broken with it.
    pub(crate) also: &'static [&'static str],
    /// The version before the one that breaks it.
    pub(crate) previous: Option<Pack>,
    /// The pack that keeps it; the sound one when nothing is said.
    pub(crate) keeps: Option<Pack>,
    /// The version before the one that keeps it.
    pub(crate) keeps_previous: Option<Pack>,
    /// Steps that the review may make.
    pub(crate) steps: Option<usize>,
    /// Advisories that parts are held against.
    pub(crate) advisories: Option<&'static str>,
    /// Bytes instead of a pack.
    pub(crate) raw: Option<Vec<u8>>,
}

/// A pack that breaks a rule, and nothing said of the rest.
pub(crate) fn pair(rule: &'static str, breaks: Pack) -> Pair {
    Pair {
        rule,
        breaks,
        also: &[],
        previous: None,
        keeps: None,
        keeps_previous: None,
        steps: None,
        advisories: None,
        raw: None,
    }
}

impl Pair {
    /// With rules that are broken too.
    pub(crate) fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    /// With the pack that keeps it.
    pub(crate) fn keeps(self, keeps: Pack) -> Self {
        Self {
            keeps: Some(keeps),
            ..self
        }
    }

    fn after(self, previous: Pack) -> Self {
        Self {
            keeps_previous: Some(sound().instead("1.2.3", "1.2.2")),
            keeps: self.keeps.or(Some(sound())),
            previous: Some(previous),
            ..self
        }
    }
}

/// A weakness of a part, in the OSV format.
const ADVISORIES: &str = r#"{"id": "X-1", "affected": [{"package": {"ecosystem": "crates.io", "name": "lamp"},
    "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.0"}]}]}]}"#;

/// All pairs.
pub(crate) fn pairs() -> Vec<Pair> {
    let mut pairs = of_bytes();
    pairs.extend(texts::pairs());
    pairs.extend(of_the_manifest());
    pairs.extend(of_running());
    pairs.extend(of_leaving());
    pairs.extend(of_origin());
    pairs
}

fn imports(interface: &str, function: &str) -> Pack {
    of(jackfield_packs::samples::component(&[(
        interface, function,
    )]))
}

/// Functions of other types than the contract's.
fn other_types() -> Pack {
    of(jackfield_packs::samples::component(&[]))
}

fn of_bytes() -> Vec<Pair> {
    let core = wat::parse_str("(module (func (export \"f\")))").unwrap();
    let more = r#"(component
        (core module $m (func (export "f")))
        (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i "f")))
        (instance $flow (export "handle" (func $f)) (export "migrate" (func $f)))
        (export "jackfield:flow/flow@0.0.1" (instance $flow))
        (export "acme:back/door@1.0.0" (instance $flow)))"#;
    vec![
        pair("R01.1", sound().tail(b"more")),
        Pair {
            raw: Some(vec![0; (64 << 20) + 1]),
            ..pair("R01.2", sound())
        },
        pair("R01.3", of(core)),
        pair("R02.1", imports("acme:thing/api@1.0.0", "call")),
        pair("R02.2", imports("wasi:clocks/wall-clock@0.2.0", "now")),
        pair(
            "R02.3",
            imports("jackfield:log/log@0.0.1", "erase")
                .and("[capabilities.log]\npurpose = \"Tell the operator\"\n"),
        )
        .also(&["R03.2"]),
        pair("R03.1", of(wat::parse_str("(component)").unwrap())),
        pair("R03.2", other_types()),
        pair("R03.3", of(wat::parse_str(more).unwrap())).also(&["R03.2"]),
        pair(
            "R04.1",
            with(Module {
                pages: 600,
                ..Module::default()
            }),
        )
        .also(&["R07.1", "R07.6", "R11.3", "R07.3", "R11.1", "R11.2"]),
        pair("R04.2", with(guests::starting("nop"))),
        pair("R04.3", with(holding(guests::random(64 << 10))))
            .keeps(with(holding(vec![b'a'; 64 << 10]))),
        pair("R05.1", sound().section(".debug_info", b"x")),
        pair("R05.2", sound().section("acme-hidden", b"x")),
        pair(
            "R05.3",
            with(holding(b"/home/anna/shop/src/lib.rs".to_vec())),
        ),
    ]
}

fn of_the_manifest() -> Vec<Pair> {
    let log = Module {
        imports: &["log"],
        body: "(call $log (i32.const 1) (i32.const 2048) (i32.const 5))",
        ..Module::default()
    };
    let http = |to: &str| {
        sound().and(&format!(
            "[capabilities.http]\npurpose = \"Place the order\"\ndestinations = [\"{to}\"]\n"
        ))
    };
    let limit = |fuel: u32| sound().and(&format!("[limits]\nfuel = {fuel}\n"));
    vec![
        pair("R06.1", of(log.component())),
        pair(
            "R06.2",
            sound().and("[capabilities.log]\npurpose = \"Tell the operator\"\n"),
        ),
        pair("R06.3", sound().instead("1.2.3", "one")),
        pair("R06.4", http("https://10.0.0.1")).keeps(http("https://api.example.com")),
        pair(
            "R06.5",
            of(log.component()).and("[capabilities.log]\npurpose = \"todo\"\n"),
        )
        .keeps(with(log)),
        pair("R06.6", limit(30_000_000)).keeps(limit(10_000_000)),
    ]
}

fn of_running() -> Vec<Pair> {
    let logs = |bytes: usize| {
        doing(
            &["log"],
            &format!("(call $log (i32.const 1) (i32.const 4096) (i32.const {bytes}))"),
        )
    };
    let little = |module: Module| with(module).and("[limits]\nfuel = 1000000\n");
    vec![
        pair("R07.1", with(guests::starting("unreachable"))).also(&["R04.2"]),
        pair("R07.2", with(doing(&[], "unreachable"))).also(&["R07.3", "R11.1", "R11.2"]),
        pair("R07.3", with(guests::afraid_of_events())),
        pair("R07.4", with(guests::mislabelled())),
        pair("R07.5", with(guests::confessing())),
        pair("R07.6", little(guests::counting(120_000))).keeps(little(guests::counting(1_000))),
        pair("R07.7", with(logs(20_000))).keeps(with(logs(1_000))),
        Pair {
            steps: Some(10),
            ..pair("R07.8", sound())
        },
        pair("R07.9", with(guests::afraid_to_move())).keeps(with(guests::stays())),
        pair("R08.1", of(burning_component(400_000)).and("[limits]\nguest-time-ms = 1\n")).also(&["R07.6"]),
        pair("R08.2", with(guests::reads_the_first_header())),
        pair("R09.1", with(guests::remembers())),
        pair(
            "R11.1",
            with(guests::reads(
                "{config:base}/x",
                "(if (i32.load8_u (i32.const 512)) (then unreachable))",
            )),
        )
        .keeps(with(guests::reads("{config:base}/x", ""))),
        pair("R11.2", with(guests::needs_a_setting()).and(KEY)),
        pair(
            "R11.3",
            with(doing(
                &["log"],
                "(loop $l (call $log (i32.const 1) (i32.const 2048) (i32.const 5))
                    (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 70))))",
            )),
        )
        .also(&["R07.3", "R11.1", "R11.2"]),
    ]
}

/// The setting `key`.
const KEY: &str = "[config.key]\nkind = \"text\"\ndescription = \"A setting\"\n";

fn of_leaving() -> Vec<Pair> {
    vec![
        pair("R10.1", with(guests::sends_a_setting())),
        pair("R10.2", with(guests::sends_an_attribute())),
        pair("R10.3", with(guests::logs_an_attribute())),
        pair("R10.4", with(guests::sends_an_attribute_reversed())),
        pair("R10.4", with(guests::sends_an_attribute_in_pieces())),
        pair(
            "R10.5",
            with(guests::reads("https://other.example.com/x", "")),
        )
        .keeps(with(guests::reads("{config:base}/x", ""))),
        pair("R10.6", with(guests::sends_what_was_said())),
        pair("R10.7", with(guests::tells_a_setting()).and(KEY)),
    ]
}

/// A list of parts with a lamp of this version.
fn lamp(version: &str) -> Vec<u8> {
    let purl = format!("pkg:cargo/lamp@{version}");
    format!(r#"{{"bomFormat": "CycloneDX", "components": [{{"name": "lamp", "purl": "{purl}"}}]}}"#)
        .into()
}

/// A pack of which nothing can be held against advisories.
fn unlisted(breaks: Pack) -> Pair {
    Pair {
        advisories: Some(ADVISORIES),
        ..pair("R12.5", breaks).keeps(sound().section("sbom", &lamp("1.2.0")))
    }
}

fn of_origin() -> Vec<Pair> {
    let parts =
        br#"{"bomFormat": "CycloneDX", "components": [{"name": "serde", "version": "1.0.0"}]}"#;
    let before = || sound().instead("1.2.3", "1.2.2");
    let limit = |fuel: u32| format!("[limits]\nfuel = {fuel}\n");
    let log = || {
        with(doing(
            &["log"],
            "(call $log (i32.const 1) (i32.const 2048) (i32.const 5))",
        ))
    };
    let later = |pack: pack::Pack| pack.instead("state-version = 1", "state-version = 2");
    let large = || with(holding(b"lamps and bulbs ".repeat(2000)));
    let schema = |pack: pack::Pack| {
        pack.file(
            "schemas/order.json",
            r#"{"type": "object", "maxProperties": 9}"#,
        )
    };
    vec![
        pair("R12.1", other_types())
            .also(&["R03.2"])
            .keeps(sound().section("producers", b"\0")),
        pair("R12.2", sound()).keeps(sound().section("sbom", parts)),
        pair("R12.3", sound().section("sbom", b"{}")).keeps(sound().section("sbom", parts)),
        pair("R12.4", sound().instead("license = \"MIT\"\n", "")),
        Pair {
            advisories: Some(ADVISORIES),
            ..pair("R12.5", sound().section("sbom", &lamp("1.1.0")))
                .keeps(sound().section("sbom", &lamp("1.2.0")))
        },
        unlisted(sound()),
        unlisted(sound().section("sbom", parts)),
        unlisted(sound().section("sbom", br#"{"bomFormat": "CycloneDX", "components": []}"#)),
        pair("R13.1", sound()).after(sound().instead("1.2.3", "1.2.4")),
        pair("R13.2", log()).after(before()),
        pair("R13.3", sound().and(&limit(15_000_000))).after(before().and(&limit(10_000_000))),
        pair("R13.4", large()).after(before()),
        pair("R13.5", schema(sound())).after(before()),
        pair("R13.6", later(with(guests::stays())))
            .keeps(later(sound()))
            .after(before()),
    ]
}
