//! Packs from directories and registries, with the real binary; the tests with Debian's registry are run by tests/registry/run.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "registry/damaged.rs"]
mod damaged;
#[path = "registry/lock_file.rs"]
mod lock_file;
mod support;
#[path = "registry/taken_back.rs"]
mod taken_back;

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use jackfield_core::{Digest, Limits};
use jackfield_packs::samples;
use serde_json::Value;

use support::{Carrier, Host, Operator, TELECOM, versioned};

/// An operator with these versions of the telecom pack published.
fn publisher(to: &str, versions: &[&str]) -> Operator {
    let operator = Operator::new();
    publish(&operator, to, versions);
    operator
}

fn publish(operator: &Operator, to: &str, versions: &[&str]) {
    for version in versions {
        let file = operator.version(version, |text| versioned(text, version));
        let said = operator.does(&["pack", "publish", &file, "--to", to]);
        assert!(
            said.contains(&format!("{TELECOM} {version} is published in {to}")),
            "{said}"
        );
    }
}

/// A version of the telecom pack that wants tables of a later host.
fn of_tomorrow(operator: &Operator, version: &str) -> Vec<u8> {
    let file = operator.version("tomorrow", |text| versioned(text, version));
    let archive = std::fs::read(operator.home.path().join(file)).unwrap();
    let mut files = jackfield_packs::contents(&archive, &Limits::default()).unwrap();
    let component = samples::component(&[("jackfield:tables/tables@0.0.9", "query")]);
    files.insert("plugin.wasm".to_owned(), component);
    samples::archive(&files)
}

/// Another operator with another host, who trusts the same publisher.
fn elsewhere(publisher: &Operator) -> Operator {
    let other = Operator::new();
    let key = publisher.home.path().join("acme.pub");
    let key = key.to_str().unwrap();
    other.does(&[
        "trust",
        "add",
        key,
        "--name",
        "Acme elsewhere",
        "--packs",
        "com.jackfield.*",
    ]);
    other
}

fn current(operator: &Operator, host: &Host) -> (String, String) {
    let current = &operator.entry(host)["current"];
    let text = |key: &str| current[key].as_str().unwrap_or_default().to_owned();
    (text("version"), text("digest"))
}

fn digest(file: &Path) -> String {
    Digest::of(&std::fs::read(file).unwrap()).to_string()
}

#[test]
fn the_newest_that_fits_is_installed_and_a_lock_file_installs_the_same_bytes_elsewhere() {
    let operator = publisher("shelf", &["1.0.0", "1.1.0", "2.0.0-rc.1"]);
    let home = operator.home.path();
    let shelf = home.join("shelf");
    let tomorrow = format!("{TELECOM}-1.2.0.jfpack");
    std::fs::write(shelf.join(&tomorrow), of_tomorrow(&operator, "1.2.0")).unwrap();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();

    let listed = operator.does(&["pack", "versions", TELECOM, "--from", "shelf"]);
    let lines: Vec<&str> = listed.lines().collect();
    assert!(
        lines[0].starts_with("2.0.0-rc.1 ") && lines[0].ends_with("a pre-release"),
        "{listed}"
    );
    assert!(
        lines[1].contains("it needs `jackfield:tables/tables@0.0.9`"),
        "{listed}"
    );
    assert!(
        lines[2].starts_with("1.1.0 ") && lines[2].ends_with("what `jackfield pack install` takes"),
        "{listed}"
    );
    let listed = operator.does(&["pack", "versions", TELECOM, "--from", "shelf", "--json"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[3]["version"], "1.0.0");
    assert_eq!(
        listed[3]["digest"],
        digest(&shelf.join(format!("{TELECOM}-1.0.0.jfpack")))
    );
    assert_eq!(listed[3]["unmet"], serde_json::json!([]));

    // An id is one only with a source, and a file only without.
    let said = operator.may_not_on(&host, &["pack", "install", TELECOM]);
    assert!(said.contains("--from"), "{said}");
    let said = operator.may_not_on(
        &host,
        &["pack", "install", "1.0.0.jfpack", "--from", "shelf"],
    );
    assert!(said.contains("without --from"), "{said}");
    let said = operator.may_not_on(
        &host,
        &[
            "pack",
            "install",
            &format!("{TELECOM}@1.2.0"),
            "--from",
            "shelf",
        ],
    );
    assert!(said.contains("JF-REG-007"), "{said}");

    // Nothing is granted in passing, and nothing locked that was not installed.
    let install = [
        "pack",
        "install",
        TELECOM,
        "--from",
        "shelf",
        "--lock",
        "packs.lock",
    ];
    let said = operator.may_not_on(&host, &install);
    assert!(
        said.contains("JF-PCK-012") && said.contains("1.2.0 is passed over"),
        "{said}"
    );
    assert!(!home.join("packs.lock").exists());
    operator.does_on(&host, &[&install[..], &["--grant"]].concat());
    let first = digest(&shelf.join(format!("{TELECOM}-1.1.0.jfpack")));
    assert_eq!(
        current(&operator, &host),
        ("1.1.0".to_owned(), first.clone())
    );
    let lock = std::fs::read_to_string(home.join("packs.lock")).unwrap();
    assert!(
        lock.contains(&first) && lock.contains("source = \"shelf\""),
        "{lock}"
    );

    // Whatever is published later, the lock file means what it meant.
    publish(&operator, "shelf", &["1.1.1"]);
    let other = elsewhere(&operator);
    let second = Host::start_installed(&other.data(), &carrier.url()).unwrap();
    let file = home.join("packs.lock");
    let locked = [
        "pack",
        "install",
        "--locked",
        file.to_str().unwrap(),
        "--grant",
    ];
    other.does_on(&second, &locked);
    assert_eq!(
        current(&other, &second),
        ("1.1.0".to_owned(), first.clone())
    );
    let said = other.does_on(&second, &locked);
    assert!(said.contains("1.1.0 is installed already"), "{said}");

    // Other bytes are refused, though they are signed by the same publisher.
    let same = operator.version("same", |text| versioned(text, "1.1.0") + "\n# Changed.\n");
    let refused = operator.may_not(&["pack", "publish", &same, "--to", "shelf"]);
    assert!(refused.contains("JF-REG-010"), "{refused}");
    std::fs::copy(
        home.join(&same),
        shelf.join(format!("{TELECOM}-1.1.0.jfpack")),
    )
    .unwrap();
    let said = other.may_not_on(&second, &locked);
    assert!(
        said.contains("JF-REG-009") && said.contains(&first),
        "{said}"
    );
    assert_eq!(current(&other, &second).1, first);
}

#[test]
fn a_reviewer_fetches_without_a_host() {
    let operator = publisher("shelf", &["1.0.0", "1.1.0"]);
    let said = operator.does(&[
        "pack",
        "fetch",
        &format!("{TELECOM}@~1.0"),
        "--from",
        "shelf",
        "-o",
        "out",
    ]);
    let file = format!("out/{TELECOM}-1.0.0.jfpack");
    assert!(said.starts_with(&file), "{said}");
    let home = operator.home.path();
    assert_eq!(
        digest(&home.join(&file)),
        digest(&home.join("1.0.0.jfpack"))
    );
    operator.does(&["pack", "verify", &file]);
    let said = operator.may_not(&["pack", "fetch", &format!("{TELECOM}@3"), "--from", "shelf"]);
    assert!(
        said.contains("JF-REG-006") && said.contains("1.1.0, 1.0.0"),
        "{said}"
    );
}

/// Debian's docker-registry on this machine, empty. Dropping it ends it.
struct Registry {
    child: Child,
    address: SocketAddr,
    _kept: tempfile::TempDir,
}

impl Registry {
    /// `users` are lines of an htpasswd file; without them everybody may do everything.
    fn start(users: Option<&str>) -> Self {
        let kept = tempfile::tempdir().unwrap();
        let path = |name: &str| kept.path().join(name).to_str().unwrap().to_owned();
        let mut config = format!(
            "version: 0.1\nstorage: {{ filesystem: {{ rootdirectory: \"{}\" }} }}\nhttp: {{ addr: \"127.0.0.1:0\" }}\n",
            path("blobs")
        );
        if let Some(users) = users {
            std::fs::write(path("users"), users).unwrap();
            config += &format!(
                "auth: {{ htpasswd: {{ realm: packs, path: \"{}\" }} }}\n",
                path("users")
            );
        }
        std::fs::write(path("config.yml"), config).unwrap();
        let program =
            std::env::var("DOCKER_REGISTRY").unwrap_or_else(|_| "docker-registry".to_owned());
        let mut child = Command::new(program)
            .args(["serve", &path("config.yml")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let address = lines.find_map(|line| {
            let (_, rest) = line.split_once("listening on ")?;
            rest.split(['"', ' ']).next()?.parse().ok()
        });
        // It goes on talking.
        std::thread::spawn(move || lines.for_each(drop));
        let address = address.expect("the registry does not listen");
        Self {
            child,
            address,
            _kept: kept,
        }
    }

    fn source(&self) -> String {
        format!("oci://{}/acme/packs", self.address)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "wants docker-registry: tests/registry/run"]
fn a_registry_of_debian_takes_packs_and_gives_them_back() {
    let registry = Registry::start(None);
    let source = registry.source();
    let operator = publisher(&source, &["1.0.0", "1.1.0", "1.2.0-rc.1"]);
    let home = operator.home.path();
    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();

    let listed = operator.does(&["pack", "versions", TELECOM, "--from", &source, "--json"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let versions: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|listed| listed["version"].as_str().unwrap())
        .collect();
    assert_eq!(versions, ["1.2.0-rc.1", "1.1.0", "1.0.0"]);
    operator.does(&[
        "pack", "fetch", TELECOM, "--from", &source, "--pre", "-o", "out",
    ]);
    let fetched = format!("out/{TELECOM}-1.2.0-rc.1.jfpack");
    assert_eq!(
        digest(&home.join(&fetched)),
        digest(&home.join("1.2.0-rc.1.jfpack"))
    );
    operator.does(&["pack", "verify", &fetched]);

    operator.does_on(
        &host,
        &[
            "pack",
            "install",
            TELECOM,
            "--from",
            &source,
            "--grant",
            "--lock",
            "packs.lock",
        ],
    );
    let first = digest(&home.join("1.1.0.jfpack"));
    assert_eq!(
        current(&operator, &host),
        ("1.1.0".to_owned(), first.clone())
    );
    publish(&operator, &source, &["1.1.1"]);
    let other = elsewhere(&operator);
    let second = Host::start_installed(&other.data(), &carrier.url()).unwrap();
    let lock = home.join("packs.lock");
    other.does_on(
        &second,
        &[
            "pack",
            "install",
            "--locked",
            lock.to_str().unwrap(),
            "--grant",
        ],
    );
    assert_eq!(current(&other, &second), ("1.1.0".to_owned(), first));

    // What is there never changes; a reviewer's signature may be added.
    let same = operator.version("same", |text| versioned(text, "1.1.0") + "\n# Changed.\n");
    let said = operator.may_not(&["pack", "publish", &same, "--to", &source]);
    assert!(said.contains("JF-REG-010"), "{said}");
    operator.does(&["key", "new", "rita", "--no-password"]);
    operator.does(&["pack", "sign", "1.1.0.jfpack", "--key", "rita.key"]);
    operator.does(&["pack", "publish", "1.1.0.jfpack", "--to", &source]);
    operator.does(&[
        "pack",
        "fetch",
        &format!("{TELECOM}@1.1.0"),
        "--from",
        &source,
        "-o",
        "out",
    ]);
    let signatures =
        std::fs::read_to_string(home.join(format!("out/{TELECOM}-1.1.0.jfpack.minisig"))).unwrap();
    assert_eq!(signatures.lines().count(), 8, "{signatures}");

    let said = operator.may_not(&[
        "pack",
        "versions",
        "com.jackfield.nothing",
        "--from",
        &source,
    ]);
    assert!(said.contains("JF-REG-006"), "{said}");
}

#[test]
#[ignore = "wants docker-registry: tests/registry/run"]
fn a_registry_that_asks_who_is_there_is_told_by_the_environment_alone() {
    // The password is `correct horse`.
    let registry = Registry::start(Some(
        "anna:$2y$05$wXtDK2AV9DtcJ.VBX96vlO8MvA9rLy/7NK9lt961H/SlCh1Kpdc.G\n",
    ));
    let source = registry.source();
    let mut operator = Operator::new();
    let file = operator.version("1.0.0", |text| versioned(text, "1.0.0"));
    let said = operator.may_not(&["pack", "publish", &file, "--to", &source]);
    assert!(
        said.contains("JF-REG-003") && said.contains("JACKFIELD_REGISTRY_USER"),
        "{said}"
    );
    operator.set("JACKFIELD_REGISTRY_USER", "anna");
    operator.set("JACKFIELD_REGISTRY_PASSWORD", "guess");
    let said = operator.may_not(&["pack", "publish", &file, "--to", &source]);
    assert!(
        said.contains("JF-REG-003") && !said.contains("guess"),
        "{said}"
    );
    operator.set("JACKFIELD_REGISTRY_PASSWORD", "correct horse");
    operator.does(&["pack", "publish", &file, "--to", &source]);

    let carrier = Carrier::start();
    let host = Host::start_installed(&operator.data(), &carrier.url()).unwrap();
    operator.does_on(
        &host,
        &[
            "pack",
            "install",
            TELECOM,
            "--from",
            &source,
            "--grant",
            "--lock",
            "packs.lock",
        ],
    );
    assert_eq!(current(&operator, &host).0, "1.0.0");
    let lock = std::fs::read_to_string(operator.home.path().join("packs.lock")).unwrap();
    assert!(!lock.contains("horse"), "{lock}");

    // A file does not get a password out of anybody.
    let locked = ["pack", "install", "--locked", "packs.lock"];
    let said = operator.may_not_on(&host, &locked);
    assert!(
        said.contains("JF-REG-003") && said.contains("JACKFIELD_REGISTRY_HOST"),
        "{said}"
    );
    operator.set("JACKFIELD_REGISTRY_HOST", "packs.example");
    operator.may_not_on(&host, &locked);
    operator.set("JACKFIELD_REGISTRY_HOST", &registry.address.to_string());
    let said = operator.does_on(&host, &locked);
    assert!(said.contains("is installed already"), "{said}");
}
