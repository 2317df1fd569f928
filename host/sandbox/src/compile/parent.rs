//! The serving side: runs the compiling child within bounds.

use std::ffi::OsString;
use std::io::{Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::child::INVALID;
use crate::error::LoadError;
use crate::stop::printable;

/// The longest a child may take, whatever it does. Its processor time is bounded by itself.
const TIMEOUT: Duration = Duration::from_secs(180);
/// The most compiled code that is accepted, bytes.
const MOST_CODE: u64 = 1 << 30;
/// The longest message that is read from a child.
const MOST_STDERR: u64 = 16 << 10;

pub(super) fn compile(
    exe: &Path,
    args: &[OsString],
    component: &[u8],
) -> Result<Vec<u8>, LoadError> {
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        LoadError::CompileFailed(format!("{what} `{}`: {error}", exe.display()))
    };
    let mut child = Command::new(exe)
        .args(args)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map(Killed)
        .map_err(|error| failed("cannot start", &error))?;
    let (stdin, stdout, stderr) = (
        child.0.stdin.take(),
        child.0.stdout.take(),
        child.0.stderr.take(),
    );
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
        return Err(failed("cannot talk to", &"no pipes"));
    };
    // All three pipes are served at once, or one that is full would stop the child for ever.
    std::thread::scope(|scope| {
        scope.spawn(move || {
            // A child that stops reading has failed and says why on stderr.
            let _ = stdin.write_all(component);
        });
        let message = scope.spawn(move || read(stderr, MOST_STDERR));
        let (sender, receiver) = mpsc::channel();
        scope.spawn(move || {
            let _ = sender.send(read(stdout, MOST_CODE));
        });
        let code = receiver.recv_timeout(TIMEOUT);
        let status = code.is_ok().then(|| child.wait()).flatten();
        // Ends a child that is still there, so that the threads above end too.
        drop(child);
        let message = message.join().unwrap_or_default();
        let text = printable(String::from_utf8_lossy(&message).trim());
        match (status, code) {
            (Some(status), Ok(code)) if status.success() && (code.len() as u64) < MOST_CODE => {
                Ok(code)
            }
            (Some(status), _) if status.code() == Some(i32::from(INVALID)) => {
                Err(LoadError::BadComponent(text))
            }
            (Some(status), _) => Err(LoadError::CompileFailed(format!(
                "the compiler ended with {status}. {text}"
            ))),
            (None, _) => Err(LoadError::CompileFailed(format!(
                "it took longer than {} s",
                TIMEOUT.as_secs()
            ))),
        }
    })
}

fn read(from: impl Read, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What could be read before an error is what there is; the exit status tells whether it is all.
    let _ = from.take(most).read_to_end(&mut bytes);
    bytes
}

/// A child that does not outlive its owner.
struct Killed(Child);

impl Killed {
    /// Waits a moment for a child that has closed its output.
    fn wait(&mut self) -> Option<ExitStatus> {
        let until = Instant::now() + Duration::from_secs(5);
        loop {
            match self.0.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < until => {
                    std::thread::sleep(Duration::from_micros(500))
                }
                Ok(None) | Err(_) => return None,
            }
        }
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        // Already ended, or ended now; waiting takes it off the list of processes.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
