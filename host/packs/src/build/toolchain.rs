//! Makes sure that the compiler can build for packs, so that the first build needs no second command.

use std::path::Path;
use std::process::{Command, Stdio};

use super::cargo::TARGET;

/// Adds the WebAssembly target to the toolchain in use when rustup manages it and the target is missing. What cannot
/// be done here is left to cargo, whose complaint is explained with the command to run.
pub(super) fn ensure_target(dir: &Path, progress: &mut dyn FnMut(&str)) {
    let installed = Command::new("rustup")
        .args(["target", "list", "--installed"])
        .current_dir(dir)
        .stdin(Stdio::null())
        .output();
    let Ok(installed) = installed else { return };
    let missing = installed.status.success()
        && !String::from_utf8_lossy(&installed.stdout)
            .lines()
            .any(|line| line.trim() == TARGET);
    if !missing {
        return;
    }
    progress(&format!("adding the target {TARGET} with rustup"));
    let added = Command::new("rustup")
        .args(["target", "add", TARGET])
        .current_dir(dir)
        .stdin(Stdio::null())
        .output();
    if let Ok(added) = added
        && !added.status.success()
    {
        String::from_utf8_lossy(&added.stderr)
            .lines()
            .for_each(progress);
    }
}
