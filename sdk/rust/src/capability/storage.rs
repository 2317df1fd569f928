//! Capability `storage`: keys of the current contact, written with the turn or not at all.

pub use crate::wire::StorageError as Error;

/// The value of a key of the current contact.
pub fn get(key: &str) -> Option<String> {
    #[cfg(target_arch = "wasm32")]
    return crate::bindings::jackfield::storage::storage::get(key);
    #[cfg(not(target_arch = "wasm32"))]
    crate::native::ask(|host| host.storage_get(key))
}

/// Sets a key of the current contact.
///
/// # Errors
/// When the key is not allowed or the contact's storage is full.
pub fn set(key: &str, value: &str) -> Result<(), Error> {
    #[cfg(target_arch = "wasm32")]
    return crate::bindings::jackfield::storage::storage::set(key, value);
    #[cfg(not(target_arch = "wasm32"))]
    crate::native::ask(|host| host.storage_set(key, value))
}

/// Removes a key of the current contact; nothing when it is absent.
pub fn delete(key: &str) {
    #[cfg(target_arch = "wasm32")]
    crate::bindings::jackfield::storage::storage::delete(key);
    #[cfg(not(target_arch = "wasm32"))]
    crate::native::ask(|host| host.storage_delete(key));
}

/// Keys of the current contact with this prefix, sorted, at most 1,000.
pub fn keys(prefix: &str) -> Vec<String> {
    #[cfg(target_arch = "wasm32")]
    return crate::bindings::jackfield::storage::storage::keys(prefix);
    #[cfg(not(target_arch = "wasm32"))]
    crate::native::ask(|host| host.storage_keys(prefix))
}

/// Adds to a counter that all contacts of the pack share.
///
/// # Errors
/// When the key is not allowed.
pub fn add(counter: &str, amount: i64) -> Result<(), Error> {
    #[cfg(target_arch = "wasm32")]
    return crate::bindings::jackfield::storage::storage::add(counter, amount);
    #[cfg(not(target_arch = "wasm32"))]
    crate::native::ask(|host| host.storage_add(counter, amount))
}
