//! The `jackfield` program in a process of its own.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::Connection;

/// The telecom pack as an archive: `JACKFIELD_TEST_PACK`, or built from source.
pub(crate) fn pack() -> PathBuf {
    if let Some(pack) = std::env::var_os("JACKFIELD_TEST_PACK") {
        return pack.into();
    }
    let pack = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("telecom-{}.jfpack", std::process::id()));
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plugins/telecom");
    let built = Command::new(env!("CARGO_BIN_EXE_jackfield"))
        .args(["pack", "build", source, "-o"])
        .arg(&pack)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(built.success(), "the telecom pack does not build");
    pack
}

/// A host that was started; killed when dropped.
pub(crate) struct Process {
    child: Child,
    address: watch::Receiver<Option<SocketAddr>>,
    started: Instant,
    /// Its standard error, all lives one after the other.
    log: PathBuf,
}

impl Process {
    /// Starts `jackfield serve` with a data directory; does not wait for anything.
    pub(crate) fn start(packs: &[PathBuf], data: &Path, log: &Path) -> Self {
        Self::start_with(packs, data, log, &[])
    }

    /// The same with other arguments.
    pub(crate) fn start_with(
        packs: &[PathBuf],
        data: &Path,
        log: &Path,
        arguments: &[&str],
    ) -> Self {
        let error = File::options().create(true).append(true).open(log).unwrap();
        let started = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_jackfield"))
            .arg("serve")
            .args(packs)
            .args(["--allow-unsigned", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(arguments)
            .env(
                "JACKFIELD_LOG",
                std::env::var("JACKFIELD_LOG").unwrap_or_else(|_| "error".to_owned()),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(error)
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        let (say, address) = watch::channel(None);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(rest) = line.split("http://").nth(1) {
                    say.send_replace(rest.trim_end_matches('/').parse().ok());
                }
            }
        });
        Self {
            child,
            address,
            started,
            log: log.to_owned(),
        }
    }

    /// Waits for `/ready`: the address, and how long it took from the start.
    pub(crate) async fn ready(
        &mut self,
        patience: Duration,
    ) -> Result<(SocketAddr, Duration), String> {
        while self.started.elapsed() < patience {
            if let Some(status) = self.child.try_wait().unwrap() {
                let log = std::fs::read_to_string(&self.log).unwrap_or_default();
                let end = log.lines().rev().take(5).collect::<Vec<_>>();
                return Err(format!("the start failed: {status}: {end:?}"));
            }
            let address = *self.address.borrow();
            if let Some(address) = address
                && let Ok(mut connection) = Connection::open(address).await
                && let Ok((200, _)) = connection.get("/ready").await
            {
                return Ok((address, self.started.elapsed()));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Err(format!("not ready after {patience:?}"))
    }

    /// Where it listens, once it does.
    pub(crate) fn address(&self) -> watch::Receiver<Option<SocketAddr>> {
        self.address.clone()
    }

    /// `kill -9`, whatever it is doing. False when it had ended by itself.
    pub(crate) fn kill(&mut self) -> bool {
        let lived = self.child.try_wait().unwrap().is_none();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        lived
    }

    /// Asks it to end (SIGTERM) and waits.
    pub(crate) async fn stop(&mut self, patience: Duration) -> Result<ExitStatus, String> {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM)
            .map_err(|error| error.to_string())?;
        let asked = Instant::now();
        while asked.elapsed() < patience {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Ok(status);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Err(format!("still running {patience:?} after SIGTERM"))
    }

    /// Whether it runs.
    pub(crate) fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Resident memory, MiB.
    pub(crate) fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        line.trim()
            .trim_end_matches("kB")
            .trim()
            .parse::<f64>()
            .unwrap()
            / 1024.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
