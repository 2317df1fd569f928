//! What a component imports and exports.

use crate::PackError;

/// An interface from which a component imports at least one function. Interfaces of which only types are
/// imported grant nothing and are not listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The interface, for example `jackfield:tables/tables@0.0.1`.
    pub interface: String,
    /// The imported functions, sorted.
    pub functions: Vec<String>,
}

/// The imports of a component, sorted by interface.
///
/// # Errors
/// [`PackError`] when the bytes are not a valid component.
pub fn imports(component: &[u8]) -> Result<Vec<Import>, PackError> {
    let _ = component;
    todo!("being written")
}
