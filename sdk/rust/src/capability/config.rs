//! Capability `config`: settings that the manifest declares and the operator fills in.

use crate::Value;

/// The value of a declared key; `None` when it is not declared or has no value.
pub fn get(key: &str) -> Option<Value> {
    #[cfg(target_arch = "wasm32")]
    return crate::bindings::jackfield::config::config::get(key);
    #[cfg(not(target_arch = "wasm32"))]
    crate::native::ask(|host| host.config(key))
}

/// The text of a declared key.
pub fn text(key: &str) -> Option<String> {
    match get(key)? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// The whole number of a declared key.
pub fn integer(key: &str) -> Option<i64> {
    get(key)?.as_integer()
}
