//! An operator at a command line, with the real binary.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use jackfield_core::Limits;
use jackfield_packs::Pack;
use serde_json::Value;

use super::{Host, JACKFIELD, pack};

/// The telecom pack.
pub const TELECOM: &str = "com.jackfield.telecom";

/// A directory with an operator in it.
pub struct Operator {
    /// Where everything lies.
    pub home: tempfile::TempDir,
    environment: Vec<(&'static str, String)>,
}

impl Operator {
    /// With a publisher's key `acme`, which is trusted.
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("data")).unwrap();
        let operator = Self {
            home,
            environment: Vec::new(),
        };
        operator.does(&["key", "new", "acme", "--no-password"]);
        let add = [
            "trust",
            "add",
            "acme.pub",
            "--name",
            "Acme",
            "--packs",
            "com.jackfield.*",
        ];
        operator.does(&add);
        operator
    }

    /// The host's data directory.
    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Sets a variable for the commands that follow.
    pub fn set(&mut self, name: &'static str, value: &str) {
        self.environment.push((name, value.to_owned()));
    }

    /// Runs a command as who has this API key; as who has the operator's token, without.
    pub fn run_as(&self, key: Option<&str>, arguments: &[&str]) -> Output {
        let mut command = Command::new(JACKFIELD);
        command
            .args(arguments)
            .envs(key.map(|key| ("JACKFIELD_API_KEY", key)))
            .current_dir(&self.home)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command.output().unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.run_as(None, arguments)
    }

    /// Runs a command that works; what it printed.
    pub fn does(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments);
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{arguments:?}: {said}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// Runs a command that is refused; what it said.
    pub fn may_not(&self, arguments: &[&str]) -> String {
        let done = self.run(arguments);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!done.status.success(), "{arguments:?} works");
        assert!(!said.contains("panicked"), "{said}");
        said
    }

    /// A signed version of the telecom pack, with its manifest changed.
    pub fn version(&self, name: &str, change: impl FnOnce(String) -> String) -> String {
        self.version_from(name, |copy| {
            let manifest = copy.join("pack.toml");
            let text = std::fs::read_to_string(&manifest).unwrap();
            std::fs::write(&manifest, change(text)).unwrap();
        })
    }

    /// The same with its directory changed.
    pub fn version_from(&self, name: &str, change: impl FnOnce(&Path)) -> String {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/telecom");
        let copy = self.home.path().join(format!("{name}-source"));
        copy_all(&source, &copy);
        change(&copy);
        let built = std::fs::read(pack()).unwrap();
        let component = Pack::open(&built, &Limits::default()).unwrap().component;
        let made = jackfield_packs::assemble(&copy, &component, &Limits::default()).unwrap();
        let file = format!("{name}.jfpack");
        std::fs::write(self.home.path().join(&file), made.archive).unwrap();
        self.does(&["pack", "sign", &file, "--key", "acme.key"]);
        file
    }

    /// A command about this host, with what names it.
    pub fn on(&self, host: &Host, arguments: &[&str]) -> Vec<String> {
        let url = format!("http://{}", host.address);
        let more = ["--url", &url, "--data", "data"];
        arguments
            .iter()
            .chain(&more)
            .map(|word| (*word).to_owned())
            .collect()
    }

    /// A command about this host that works.
    pub fn does_on(&self, host: &Host, arguments: &[&str]) -> String {
        let arguments = self.on(host, arguments);
        self.does(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// A command about this host that is refused.
    pub fn may_not_on(&self, host: &Host, arguments: &[&str]) -> String {
        let arguments = self.on(host, arguments);
        self.may_not(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// A command about this host: whether it worked, what it printed, what it said.
    pub fn tries_on(&self, host: &Host, arguments: &[&str]) -> (bool, String, String) {
        let arguments = self.on(host, arguments);
        let done = self.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (done.status.success(), text(done.stdout), text(done.stderr))
    }

    /// What the audit has, a line each.
    pub fn audit(&self) -> String {
        self.does(&["audit", "list", "--data", "data"])
    }

    /// A reviewer `rita`, who is trusted.
    pub fn trusts_rita(&self) {
        self.does(&["key", "new", "rita", "--no-password"]);
        let add = ["trust", "add", "rita.pub", "--name", "Rita", "--packs", "*"];
        self.does(&[&add[..], &["--reviewer"]].concat());
    }

    /// The entry of the telecom pack.
    pub fn entry(&self, host: &Host) -> Value {
        let listed = self.does_on(host, &["pack", "list", "--json"]);
        let listed: Value = serde_json::from_str(&listed).unwrap();
        listed[0].clone()
    }
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy_all(&path, &target),
            false => drop(std::fs::copy(&path, &target).unwrap()),
        }
    }
}

/// The telecom pack's manifest with another version.
pub fn versioned(text: String, version: &str) -> String {
    text.replacen(
        "version = \"0.1.0\"",
        &format!("version = \"{version}\""),
        1,
    )
}
