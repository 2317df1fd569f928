//! What is printed may be read by nobody: `jackfield journal tail | head`.

/// The exit code of a program that wrote where nobody reads any more: 128 and the number of the signal, as shells have it.
const NOBODY_READS: i32 = 141;

/// Ends a command without a word when nobody reads what it prints; the library's own way is a panic. Threads beside it, such as those of
/// a host that serves, go on.
pub(crate) fn may_be_closed() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let what = panic.payload_as_str().unwrap_or_default();
        let closed = what.starts_with("failed printing to stdout") && what.contains("Broken pipe");
        if closed && std::thread::current().name() == Some("main") {
            std::process::exit(NOBODY_READS);
        }
        usual(panic);
    }));
}
