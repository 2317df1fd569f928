//! Packs in Python: componentize-py puts the interpreter, the SDK and the pack into one component.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jackfield_core::ErrorCode;
use jackfield_core::manifest::Capabilities;

use crate::Problem;
use crate::scaffold::SDK;

/// What makes a pack one in Python.
const MODULE: &str = "src/pack.py";
/// The program that builds it.
const PROGRAM: &str = "componentize-py";
/// The version of it that the SDK is tried with.
const VERSION: &str = "0.25.1";
/// What the component exports, in the SDK.
const COMPONENT: &str = "jackfield_component";
/// The world of a plug-in, in the contract.
const WORLD: &str = "world plugin {";
/// Lines of the program that an error repeats.
const KEPT_LINES: usize = 200;

/// Whether the pack in `dir` is one in Python.
pub(super) fn is_one(dir: &Path) -> bool {
    dir.join(MODULE).is_file()
}

/// Builds the component. The interpreter is put into it as it is after the pack was imported, with whatever seed it had by then, so that
/// two builds are not the same bytes.
pub(super) fn compile(
    dir: &Path,
    capabilities: &Capabilities,
    progress: &mut dyn FnMut(&str),
) -> Result<Vec<u8>, Problem> {
    let made = dir.join("target").join("python");
    let sdk = dir.join(SDK);
    let interfaces = capabilities.interfaces();
    let as_it_is = |text: String| text;
    // Copies: the interpreter leaves compiled files beside what it imports.
    let [wit, library, source] = ["wit", "sdk", "src"].map(|part| made.join(part));
    copied(&sdk.join("wit"), &wit, &|text| narrowed(&text, &interfaces))
        .and_then(|()| copied(&sdk.join("sdk/python"), &library, &as_it_is))
        .and_then(|()| copied(&dir.join("src"), &source, &as_it_is))
        .map_err(|error| {
            let what = format!("the pack cannot be copied to {}: {error}", made.display());
            failed(what, "")
        })?;
    let component = made.join("plugin.wasm");
    let mut command = Command::new(PROGRAM);
    command.args(["-w", "plugin", "-d"]).arg(&wit);
    command.args(["componentize", "--stub-wasi", COMPONENT, "-p"]);
    command.arg(&library).arg("-p").arg(&source);
    command.arg("-o").arg(&component);
    // Packages of the environment are none of the pack.
    command.env_remove("VIRTUAL_ENV").env_remove("PYTHONPATH");
    command.env("RUST_BACKTRACE", "0");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    progress("   Compiling a Python pack");
    let mut child = command.spawn().map_err(|error| {
        let what = format!("{PROGRAM} cannot be started: {error}");
        let fix = format!(
            "install it with `pip install {PROGRAM}=={VERSION}`, and see that it is on the PATH"
        );
        Problem::new(
            ErrorCode::NoToolchain,
            what,
            "packs in Python are built with it",
            fix,
        )
    })?;
    let mut printed = Vec::new();
    for line in child
        .stderr
        .take()
        .into_iter()
        .flat_map(|stderr| BufReader::new(stderr).lines())
    {
        let Ok(line) = line else { break };
        if printed.len() < KEPT_LINES {
            printed.push(line);
        }
    }
    let status = child
        .wait()
        .map_err(|error| failed(format!("{PROGRAM} was lost: {error}"), ""))?;
    if !status.success() {
        return Err(failed(
            "the pack's code did not build".to_owned(),
            &of_the_pack(&printed, &source),
        ));
    }
    std::fs::read(&component).map_err(|error| {
        failed(
            format!("{} cannot be read: {error}", component.display()),
            "",
        )
    })
}

/// Copies the texts of a directory, each changed, in place of what was there. What is no text is no source.
fn copied(from: &Path, to: &Path, change: &dyn Fn(String) -> String) -> std::io::Result<()> {
    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    let mut open = vec![PathBuf::new()];
    while let Some(path) = open.pop() {
        std::fs::create_dir_all(to.join(&path))?;
        for entry in std::fs::read_dir(from.join(&path))? {
            let entry = entry?;
            let path = path.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                open.push(path);
            } else if let Ok(text) = std::fs::read_to_string(entry.path()) {
                std::fs::write(to.join(&path), change(text))?;
            }
        }
    }
    Ok(())
}

/// What the program says of the pack's own files: from the first of them that the trace names, with its name as the pack has it. All of
/// it when it names none.
fn of_the_pack(printed: &[String], source: &Path) -> String {
    // The directories of the sources are numbered; the pack's is the second.
    let own = "File \"/1/";
    let first = printed.iter().position(|line| line.contains(own));
    let Some(first) = first else {
        return printed.join("\n");
    };
    let name = source.file_name().unwrap_or_default().to_string_lossy();
    let trace = printed.iter().skip(first);
    let trace = trace.take_while(|line| !line.trim().is_empty());
    let trace = trace.map(|line| line.replace(own, &format!("File \"{name}/")));
    trace.collect::<Vec<_>>().join("\n")
}

/// A file of the contract without the imports of other capabilities than these.
fn narrowed(text: &str, capabilities: &[&str]) -> String {
    let mut in_world = false;
    let mut out = String::new();
    for line in text.lines() {
        in_world |= line.trim_start().starts_with(WORLD);
        let import = line.trim_start().strip_prefix("import jackfield:");
        let name = import.and_then(|import| import.split('/').next());
        if in_world && name.is_some_and(|name| !capabilities.contains(&name)) {
            continue;
        }
        out += line;
        out.push('\n');
    }
    out
}

fn failed(what: String, said: &str) -> Problem {
    let why = if said.is_empty() {
        "the build could not be finished".to_owned()
    } else {
        format!("{PROGRAM} says\n{said}")
    };
    Problem::new(
        ErrorCode::BuildFailed,
        what,
        why,
        "mend the code, then build again",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_has_only_what_the_pack_asks_for() {
        let contract = include_str!("../../../../wit/flow.wit");
        let narrow = narrowed(contract, &["log", "http"]);
        assert!(
            narrow.contains("import jackfield:log/log@")
                && narrow.contains("import jackfield:http/http@")
        );
        for other in ["config", "knowledge", "tables", "storage"] {
            assert!(
                !narrow.contains(&format!("import jackfield:{other}/")),
                "{other}"
            );
        }
        assert!(narrow.contains("export flow;"));
    }
}
