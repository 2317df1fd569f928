//! Compiling in a child process, and the cache. This test has no harness, because it is its own child.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use common::spec;
use jackfield_core::ErrorCode;
use jackfield_sandbox::guests::floor_component;
use jackfield_sandbox::{Compiler, LoadError, Options, Sandbox};

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("child-compile") => return jackfield_sandbox::compile::child_main(),
        Some("child-crash") => std::process::abort(),
        _ => {}
    }
    println!("compiles_in_a_child_and_loads_from_the_cache");
    compiles_in_a_child_and_loads_from_the_cache();
    println!("a_changed_file_is_compiled_again");
    a_changed_file_is_compiled_again();
    println!("failures_of_the_child_are_told_apart");
    failures_of_the_child_are_told_apart();
    ExitCode::SUCCESS
}

fn sandbox(cache: Option<&Path>, argument: &str) -> Sandbox {
    let compiler = Compiler::Child {
        exe: std::env::current_exe().unwrap(),
        args: vec![OsString::from(argument)],
    };
    Sandbox::new(Options {
        cache: cache.map(Path::to_owned),
        compiler,
        concurrency: 2,
    })
    .unwrap()
}

fn compiles_in_a_child_and_loads_from_the_cache() {
    let cache = tempfile::tempdir().unwrap();
    let component = floor_component();
    let cold = sandbox(Some(cache.path()), "child-compile")
        .load(&component, spec(&[]))
        .unwrap();
    assert!(!cold.load_report().cached);
    // A child that would fail is not even started.
    let warm = sandbox(Some(cache.path()), "child-crash");
    let mut best = Duration::MAX;
    for _ in 0..10 {
        let plugin = warm.load(&component, spec(&[])).unwrap();
        assert!(plugin.load_report().cached);
        assert_eq!(plugin.digest(), cold.digest());
        best = best.min(plugin.load_report().time);
    }
    println!("  cold {:?}, from cache {best:?}", cold.load_report().time);
    assert!(best < Duration::from_millis(5), "{best:?} from the cache");
}

fn a_changed_file_is_compiled_again() {
    let cache = tempfile::tempdir().unwrap();
    let component = floor_component();
    sandbox(Some(cache.path()), "child-compile")
        .load(&component, spec(&[]))
        .unwrap();
    let file = std::fs::read_dir(cache.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            path.extension()
                .is_some_and(|extension| extension == "cwasm")
        })
        .unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    std::fs::write(&file, bytes).unwrap();
    let again = sandbox(Some(cache.path()), "child-compile");
    assert!(
        !again
            .load(&component, spec(&[]))
            .unwrap()
            .load_report()
            .cached
    );
    assert!(
        again
            .load(&component, spec(&[]))
            .unwrap()
            .load_report()
            .cached
    );
}

fn failures_of_the_child_are_told_apart() {
    let mut damaged = floor_component();
    damaged.truncate(damaged.len() - 10);
    let error = sandbox(None, "child-compile")
        .load(&damaged, spec(&[]))
        .unwrap_err();
    assert!(matches!(error, LoadError::BadComponent(_)), "{error}");
    let error = sandbox(None, "child-crash")
        .load(&floor_component(), spec(&[]))
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::CompileFailed);
}
