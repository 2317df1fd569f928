//! A server under test: this program, in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;

/// A child process that printed its address; ended when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start(arguments: &[&str]) -> anyhow::Result<Self> {
        Self::start_logging(arguments, "error")
    }

    /// One that logs this much, unless the environment says otherwise.
    pub(crate) fn start_logging(arguments: &[&str], log: &str) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(arguments)
            .env(
                "JACKFIELD_LOG",
                std::env::var("JACKFIELD_LOG").unwrap_or_else(|_| log.to_owned()),
            )
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the server")?;
        let output = child.stdout.take().context("the server has no output")?;
        let mut server = Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        let mut lines = BufReader::new(output).lines();
        for line in lines.by_ref() {
            let line = line?;
            if let Some(rest) = line.split("http://").nth(1) {
                server.address = rest.trim_end_matches('/').parse()?;
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(server);
            }
        }
        anyhow::bail!("the server ended before it printed its address")
    }

    /// Resident memory, MiB.
    pub(crate) fn rss_mib(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
