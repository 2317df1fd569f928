//! Running cargo.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jackfield_core::ErrorCode;
use serde::Deserialize;

use super::parts::Part;
use crate::Problem;

/// The target of every pack.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";
/// Bytes of heap that an instance starts with. Memory that is not touched costs nothing, and growing costs a step two
/// system calls.
const INITIAL_HEAP: usize = 1024 * 1024;
/// How large a function may be and still be put in place of its calls; the compiler's own value is 225. Fuel is written
/// back around every call, so calls cost a component more than a native program: a twelfth less fuel, a sixth more code.
const INLINED: usize = 500;
/// Lines of the compiler that an error repeats; the progress callback got all of them.
const KEPT_LINES: usize = 200;

/// What cargo made.
pub(super) struct Compiled {
    /// The WebAssembly module.
    pub(super) module: Vec<u8>,
    /// The crates in it.
    pub(super) parts: Vec<Part>,
}

/// Builds the crate in `dir`.
pub(super) fn compile(dir: &Path, progress: &mut dyn FnMut(&str)) -> Result<Compiled, Problem> {
    let mut command = cargo(dir);
    command.args([
        "build",
        "--lib",
        "--release",
        "--target",
        TARGET,
        "--message-format=json-render-diagnostics",
    ]);
    let mut flags = remapped(dir);
    flags.push(format!("-Clink-arg=--initial-heap={INITIAL_HEAP}"));
    flags.push(format!("-Cllvm-args=-inline-threshold={INLINED}"));
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    // What ships is the same whatever profile the partner's workspace sets.
    for (key, value) in [
        ("LTO", "fat"),
        ("CODEGEN_UNITS", "1"),
        ("PANIC", "abort"),
        ("STRIP", "symbols"),
        ("OPT_LEVEL", "3"),
        ("DEBUG", "false"),
        ("INCREMENTAL", "false"),
    ] {
        command.env(format!("CARGO_PROFILE_RELEASE_{key}"), value);
    }
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(|error| {
        let what = format!("cargo cannot be started: {error}");
        Problem::new(ErrorCode::NoToolchain, what, "packs in Rust are built with cargo", "install Rust from https://rustup.rs, then run `rustup target add wasm32-unknown-unknown`")
    })?;
    let stdout = child.stdout.take();
    let messages = std::thread::spawn(move || {
        let mut text = String::new();
        stdout
            .map(|mut stdout| stdout.read_to_string(&mut text))
            .transpose()
            .map(|_| text)
    });
    let mut printed = VecDeque::new();
    for line in child
        .stderr
        .take()
        .into_iter()
        .flat_map(|stderr| BufReader::new(stderr).lines())
    {
        let Ok(line) = line else { break };
        progress(&line);
        printed.push_back(line);
        if printed.len() > KEPT_LINES {
            printed.pop_front();
        }
    }
    let status = child
        .wait()
        .map_err(|error| failed(format!("cargo was lost: {error}"), ""))?;
    let messages = messages
        .join()
        .ok()
        .and_then(Result::ok)
        .unwrap_or_default();
    if !status.success() {
        return Err(explain(&printed));
    }
    let manifest = dir
        .join("Cargo.toml")
        .canonicalize()
        .unwrap_or_else(|_| dir.join("Cargo.toml"));
    let artifacts = artifacts(&messages);
    let Some(module) = module(&artifacts, &manifest) else {
        let what = format!("the crate in {} makes no WebAssembly module", dir.display());
        return Err(Problem::new(
            ErrorCode::BuildFailed,
            what,
            "a plug-in is a library of the kind `cdylib`",
            "add to Cargo.toml: [lib] crate-type = [\"cdylib\", \"rlib\"]",
        ));
    };
    let read = std::fs::read(module)
        .map_err(|error| failed(format!("{} cannot be read: {error}", module.display()), ""))?;
    Ok(Compiled {
        module: read,
        parts: parts(&artifacts),
    })
}

/// Cargo in `dir`, without the settings of the surrounding environment that would change what is built.
pub(super) fn cargo(dir: &Path) -> Command {
    let mut command =
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(dir);
    for (key, value) in std::env::vars_os() {
        let Some(name) = key.to_str() else { continue };
        if name == "CARGO_TARGET_DIR" {
            // Relative to where the user is, and not to the pack.
            command.env(
                name,
                std::path::absolute(&value).unwrap_or_else(|_| PathBuf::from(&value)),
            );
        } else if changes_the_build(name) {
            command.env_remove(name);
        }
    }
    command
}

/// Flags and profiles that the build sets by itself, and what an outer cargo tells its own children. Which
/// toolchain, linker or standard library to use stays the user's choice.
fn changes_the_build(name: &str) -> bool {
    let flags = name.ends_with("RUSTFLAGS") || name == "CARGO_BUILD_TARGET";
    let inherited = [
        "CARGO_PROFILE_",
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_",
    ];
    flags || inherited.iter().any(|prefix| name.starts_with(prefix))
}

/// Compiler flags that keep the paths of this machine out of the component, so that a build can be repeated
/// elsewhere. Of several that match, the compiler takes the last one.
fn remapped(dir: &Path) -> Vec<String> {
    let home = std::env::home_dir();
    let places = [
        (home.clone(), "/home"),
        (sysroot(dir), "/rust"),
        (
            std::env::var_os("CARGO_HOME")
                .map(PathBuf::from)
                .or_else(|| Some(home.as_ref()?.join(".cargo"))),
            "/cargo",
        ),
        (dir.canonicalize().ok(), "/pack"),
        (workspace(dir), "/source"),
    ];
    let known = places
        .into_iter()
        .filter_map(|(from, to)| Some((from.filter(|from| from.parent().is_some())?, to)));
    known
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .collect()
}

/// Where the compiler keeps the standard library, whose source may be installed beside it.
fn sysroot(dir: &Path) -> Option<PathBuf> {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let output = Command::new(compiler)
        .current_dir(dir)
        .args(["--print", "sysroot"])
        .output()
        .ok()?;
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end());
    path.is_absolute().then_some(path)
}

/// The directory of the workspace that the crate in `dir` belongs to.
fn workspace(dir: &Path) -> Option<PathBuf> {
    let output = cargo(dir)
        .args(["locate-project", "--workspace", "--message-format=plain"])
        .output()
        .ok()?;
    let manifest = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end());
    manifest
        .parent()
        .filter(|parent| parent.is_absolute())
        .map(Path::to_owned)
}

/// Something that cargo compiled.
#[derive(Deserialize)]
struct Artifact {
    reason: String,
    #[serde(default)]
    package_id: String,
    #[serde(default)]
    manifest_path: PathBuf,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

fn artifacts(messages: &str) -> Vec<Artifact> {
    let messages = messages.lines();
    let artifacts = messages.filter_map(|line| serde_json::from_str::<Artifact>(line).ok());
    artifacts
        .filter(|artifact| artifact.reason == "compiler-artifact")
        .collect()
}

/// The `.wasm` file of the crate with this `Cargo.toml`.
fn module<'a>(artifacts: &'a [Artifact], manifest: &Path) -> Option<&'a Path> {
    let mut ours = artifacts
        .iter()
        .filter(|artifact| artifact.manifest_path == manifest)
        .flat_map(|artifact| &artifact.filenames);
    ours.find(|file| file.extension().is_some_and(|end| end == "wasm"))
        .map(PathBuf::as_path)
}

/// The crates that were compiled for the target: what macros and build scripts are made of is not in the module.
fn parts(artifacts: &[Artifact]) -> Vec<Part> {
    let for_target = |file: &PathBuf| file.components().any(|part| part.as_os_str() == TARGET);
    let ours = artifacts
        .iter()
        .filter(|artifact| artifact.filenames.iter().any(for_target));
    let mut parts: Vec<Part> = ours
        .filter_map(|artifact| Part::of_package(&artifact.package_id))
        .collect();
    parts.sort();
    parts.dedup();
    parts
}

/// What to tell about a build that failed.
fn explain(printed: &VecDeque<String>) -> Problem {
    let lines = || printed.iter().map(String::as_str);
    let no_target = lines().any(|line| {
        line.contains("target may not be installed") || line.contains("can't find crate for `core`")
    });
    if no_target {
        let what = format!("the target {TARGET} is not installed");
        return Problem::new(
            ErrorCode::NoToolchain,
            what,
            "packs are compiled for it",
            format!("run `rustup target add {TARGET}`"),
        );
    }
    // Cargo's own progress is indented; what the compiler says starts at the margin.
    let errors: Vec<&str> = lines()
        .skip_while(|line| !line.starts_with("error"))
        .collect();
    let errors = if errors.is_empty() {
        lines().collect()
    } else {
        errors
    };
    failed(
        "the pack's code did not build".to_owned(),
        &errors.join("\n"),
    )
}

fn failed(what: String, compiler: &str) -> Problem {
    let why = if compiler.is_empty() {
        "the build could not be finished".to_owned()
    } else {
        format!("the compiler says\n{compiler}")
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
    fn a_missing_target_is_told_from_code_that_does_not_build() {
        let missing = [
            "   Compiling x",
            "error[E0463]: can't find crate for `core`",
            "  = note: the `wasm32-unknown-unknown` target may not be installed",
        ];
        let problem = explain(&missing.map(str::to_owned).into());
        assert_eq!(problem.code, ErrorCode::NoToolchain);
        assert_eq!(
            problem.fix,
            "run `rustup target add wasm32-unknown-unknown`"
        );

        let broken = [
            "   Compiling x",
            "error: expected `;`",
            " --> src/lib.rs:1:1",
        ];
        let problem = explain(&broken.map(str::to_owned).into());
        assert_eq!(problem.code, ErrorCode::BuildFailed);
        assert_eq!(
            problem.why,
            "the compiler says\nerror: expected `;`\n --> src/lib.rs:1:1"
        );
    }

    #[test]
    fn the_module_of_the_right_crate_is_found() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","manifest_path":"/sdk/Cargo.toml","filenames":["/t/sdk.wasm"]}"#,
            "\n",
            "not json\n",
            r#"{"reason":"compiler-artifact","manifest_path":"/pack/Cargo.toml","filenames":["/t/p.rlib","/t/p.wasm"]}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
            "\n",
        );
        let artifacts = artifacts(messages);
        assert_eq!(
            module(&artifacts, Path::new("/pack/Cargo.toml")),
            Some(Path::new("/t/p.wasm"))
        );
        assert_eq!(module(&artifacts, Path::new("/other/Cargo.toml")), None);
    }

    #[test]
    fn the_parts_are_what_was_compiled_for_the_target() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","package_id":"registry+https://example.org#serde@1.0.1","filenames":["/t/wasm32-unknown-unknown/release/deps/s.rlib"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","package_id":"registry+https://example.org#serde_derive@1.0.1","filenames":["/t/release/deps/d.so"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","package_id":"path+file:///home/anna/lamp#0.2.0","filenames":["/t/wasm32-unknown-unknown/release/lamp.wasm"]}"#,
            "\n",
        );
        let parts = parts(&artifacts(messages));
        let names: Vec<String> = parts.iter().map(Part::to_string).collect();
        assert_eq!(names, ["lamp 0.2.0", "serde 1.0.1"]);
    }

    #[test]
    fn settings_that_change_the_build_are_left_out() {
        for name in [
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_BUILD_TARGET",
            "CARGO_PROFILE_RELEASE_DEBUG",
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        ] {
            assert!(changes_the_build(name), "{name}");
        }
        for name in [
            "CARGO_HOME",
            "CARGO_NET_OFFLINE",
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER",
            "RUSTUP_TOOLCHAIN",
            "PATH",
        ] {
            assert!(!changes_the_build(name), "{name}");
        }
    }
}
