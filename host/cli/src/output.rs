//! What is printed may be read by nobody, as in `jackfield journal tail | head`, or not be written: the disk is full.

use std::io::Write as _;

/// The exit code of a program that wrote where nobody reads any more: 128 and the number of the signal, as shells have it.
const NOBODY_READS: i32 = 141;
/// The exit code of a command whose output could not be written.
const NOT_WRITTEN: i32 = 1;

/// Ends a command whose output cannot be written: without a word when nobody reads it, otherwise with one line. The library's own way
/// is a panic. Threads beside it, such as those of a host that serves, go on.
pub(crate) fn may_be_closed() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let what = panic.payload_as_str().unwrap_or_default();
        if let Some(why) = what.strip_prefix("failed printing to std")
            && std::thread::current().name() == Some("main")
        {
            std::process::exit(not_written(why));
        }
        usual(panic);
    }));
}

/// Says why something was not written, `out: No space left on device`, where that can be said; gives the exit code.
fn not_written(why: &str) -> i32 {
    if why.contains("Broken pipe") {
        return NOBODY_READS;
    }
    if let Some(why) = why.strip_prefix("out: ") {
        // Where errors are written may be as full: then only the code is left to tell.
        drop(writeln!(
            std::io::stderr(),
            "error: the output could not be written: {why}; make room, or write it elsewhere, then do it again"
        ));
    }
    NOT_WRITTEN
}
