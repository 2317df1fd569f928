//! Capability `log`: lines for the people who run and debug the pack.

use crate::wire::Level;

/// Details that help while developing.
pub fn debug(message: &str) {
    write(Level::Debug, message);
}

/// Something worth knowing.
pub fn info(message: &str) {
    write(Level::Info, message);
}

/// Something that should not happen often.
pub fn warn(message: &str) {
    write(Level::Warn, message);
}

/// Something that somebody must look at.
pub fn error(message: &str) {
    write(Level::Error, message);
}

fn write(level: Level, message: &str) {
    #[cfg(target_arch = "wasm32")]
    crate::bindings::jackfield::log::log::write(level, message);
    #[cfg(not(target_arch = "wasm32"))]
    crate::native::ask(|host| host.log(level, message));
}
