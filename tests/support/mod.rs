//! What the end-to-end tests share: the real binary with the real telecom pack, the simulated operator in this
//! process, and a small client of the web chat. Everything blocks, with deadlines; run several in threads.

#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(
    unused_imports,
    unreachable_pub,
    reason = "each test program uses a part of it"
)]
#![allow(clippy::unwrap_used, reason = "tests")]

mod chat;
mod described;
mod http;
mod operator;

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{LazyLock, OnceLock};

use anyhow::{Context as _, ensure};

pub use chat::{Chat, Choice, Message, Said, Turn};
pub use described::Described;
use http::post_with;
pub use http::{get, post, send};
pub use operator::{Operator, TELECOM, versioned};

/// The binary under test.
pub const JACKFIELD: &str = env!("CARGO_BIN_EXE_jackfield");

/// Where the simulated operator runs.
static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Runtime::new().unwrap());

/// The telecom pack, built once in a test program.
pub fn pack() -> &'static Path {
    static PACK: OnceLock<PathBuf> = OnceLock::new();
    PACK.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let name = format!("telecom-{}.jfpack", std::process::id());
        let pack = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let built = Command::new(JACKFIELD)
            .args(["pack", "build"])
            .arg(root.join("plugins/telecom"))
            .arg("-o")
            .arg(&pack)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "the pack does not build:\n{said}");
        pack
    })
}

/// The simulated operator, in this process.
pub struct Carrier {
    running: Option<carrier_api::Running>,
    address: SocketAddr,
}

impl Carrier {
    /// A fresh operator on a free port.
    pub fn start() -> Self {
        let running = start_carrier(0);
        Self {
            address: running.address(),
            running: Some(running),
        }
    }

    /// Forgets all changes and goes back to `normal`, at the same address.
    pub fn start_afresh(&mut self) {
        if let Some(running) = self.running.take() {
            RUNTIME.block_on(running.stop());
        }
        self.running = Some(start_carrier(self.address.port()));
    }

    /// The base address of its interface.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Tells it how to behave from now on.
    pub fn behave(&self, setting: carrier_api::Setting) {
        self.running.as_ref().unwrap().control(setting);
    }

    /// Changes a plan as somebody else would; the status of the answer.
    pub fn change(&self, phone: &str, plan: &str) -> anyhow::Result<u16> {
        let body = serde_json::json!({ "phone": phone, "plan_id": plan });
        let key = "idempotency-key: somebody-else\r\n";
        let answer = post_with(self.address, "/plan-changes", key, &body)?;
        Ok(answer.0)
    }

    /// `GET /plan-changes`.
    pub fn changes(&self) -> serde_json::Value {
        serde_json::from_str(&get(self.address, "/plan-changes").unwrap().1).unwrap()
    }

    /// What it called back so far: addresses and bodies.
    pub fn called(&self) -> Vec<(String, String)> {
        self.running.as_ref().unwrap().called()
    }

    /// `GET /codes`: the one-time codes it was given, newest first.
    pub fn codes(&self) -> serde_json::Value {
        serde_json::from_str(&get(self.address, "/codes").unwrap().1).unwrap()
    }

    /// How many changes were applied.
    pub fn applied(&self) -> u64 {
        self.changes()["applied"].as_u64().unwrap()
    }
}

fn start_carrier(port: u16) -> carrier_api::Running {
    let options = carrier_api::Options {
        port,
        ..Default::default()
    };
    RUNTIME.block_on(carrier_api::start(options)).unwrap()
}

/// A running `jackfield serve` with the telecom pack. Dropping it kills it.
pub struct Host {
    child: Child,
    data: PathBuf,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Host {
    /// Starts on a free port, with `data` as its data directory, and waits until it serves. One-time codes are
    /// shown in the conversation. Its log goes to `host.log` in `data`.
    pub fn start(data: &Path, carrier: &str) -> anyhow::Result<Self> {
        Self::start_with(data, carrier, |_| {})
    }

    /// The same, with the last word on the command that starts it.
    pub fn start_with(
        data: &Path,
        carrier: &str,
        change: impl FnOnce(&mut Command),
    ) -> anyhow::Result<Self> {
        Self::start_full(data, carrier, "\"shown\"", "127.0.0.1:0", |command| {
            command.arg(pack()).arg("--allow-unsigned");
            change(command);
        })
    }

    /// The same with the packs that are installed in `data`, and no other.
    pub fn start_installed(data: &Path, carrier: &str) -> anyhow::Result<Self> {
        Self::start_full(data, carrier, "\"shown\"", "127.0.0.1:0", |_| {})
    }

    /// The same with this archive and no settings.
    pub fn start_archive(data: &Path, archive: &Path) -> anyhow::Result<Self> {
        Self::start_command(data, "127.0.0.1:0", |command| {
            command.arg(archive).arg("--allow-unsigned");
        })
    }

    /// Starts where one that is gone listened.
    pub fn start_again(data: &Path, carrier: &str, address: SocketAddr) -> anyhow::Result<Self> {
        Self::start_full(
            data,
            carrier,
            "\"shown\"",
            &address.to_string(),
            |command| {
                command.arg(pack()).arg("--allow-unsigned");
            },
        )
    }

    /// The same as [`start`](Self::start), with one-time codes sent by the operator's gateway.
    pub fn start_with_gateway(data: &Path, carrier: &str) -> anyhow::Result<Self> {
        let gateway = format!("{{ gateway = {{ url = \"{carrier}/codes\" }} }}");
        Self::start_full(data, carrier, &gateway, "127.0.0.1:0", |command| {
            command.arg(pack()).arg("--allow-unsigned");
        })
    }

    fn start_full(
        data: &Path,
        carrier: &str,
        code: &str,
        listen: &str,
        change: impl FnOnce(&mut Command),
    ) -> anyhow::Result<Self> {
        let config = data.join("jackfield.toml");
        let settings = format!(
            "[packs.\"com.jackfield.telecom\"]\nallow-private = true\n\
             [packs.\"com.jackfield.telecom\".config]\ncarrier-base = \"{carrier}\"\ncarrier-calls-back = \"true\"\n\
             [identity]\ncode = {code}\n"
        );
        std::fs::write(&config, settings)?;
        Self::start_command(data, listen, |command| {
            command.arg("--config").arg(&config);
            change(command);
        })
    }

    fn start_command(
        data: &Path,
        listen: &str,
        change: impl FnOnce(&mut Command),
    ) -> anyhow::Result<Self> {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(data.join("host.log"))?;
        let mut command = Command::new(JACKFIELD);
        command
            .args(["serve", "--listen", listen, "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        change(&mut command);
        let mut child = command.spawn()?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("no stdout")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line
            .trim()
            .strip_prefix("serving on http://")
            .map(|rest| rest.trim_end_matches('/'));
        let Some(address) = address.and_then(|address| address.parse().ok()) else {
            let _ = child.kill();
            let status = child.wait()?;
            anyhow::bail!(
                "the host did not start ({status}), it said {line:?}:\n{}",
                log_of(data)
            );
        };
        Ok(Self {
            child,
            data: data.to_owned(),
            address,
        })
    }

    /// How many requests to back ends wait for an answer.
    pub fn unanswered(&self) -> u64 {
        let (_, metrics) = get(self.address, "/metrics").unwrap();
        let depth = metrics
            .lines()
            .find_map(|line| line.strip_prefix("jackfield_outbox_depth "));
        depth.map_or(0, |depth| depth.parse::<f64>().unwrap() as u64)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: no chance to finish anything.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and waits until it has finished.
    pub fn stop(mut self) -> anyhow::Result<ExitStatus> {
        rustix::process::kill_process(
            rustix::process::Pid::from_child(&self.child),
            rustix::process::Signal::TERM,
        )?;
        Ok(self.child.wait()?)
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        log_of(&self.data)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn log_of(data: &Path) -> String {
    std::fs::read_to_string(data.join("host.log")).unwrap_or_default()
}

/// The turns of a session as `jackfield journal show --json` prints them; no host may run on `data` meanwhile.
pub fn journal(data: &Path, session: &str) -> anyhow::Result<Vec<serde_json::Value>> {
    let shown = Command::new(JACKFIELD)
        .args(["journal", "show", session, "--json", "--data"])
        .arg(data)
        .output()?;
    ensure!(
        shown.status.success(),
        "journal show: {}",
        String::from_utf8_lossy(&shown.stderr)
    );
    let lines = String::from_utf8(shown.stdout)?;
    Ok(lines
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?)
}
