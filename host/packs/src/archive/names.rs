//! Names that are safe to keep as keys, and would be safe on a disk.

/// Why `name` may not name an entry; `None` when it may.
pub(crate) fn unsafe_name(name: &str) -> Option<&'static str> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    if name.is_empty() || name.len() > 200 {
        Some("a name has 1 to 200 characters")
    } else if name.contains('\0') {
        Some("a name contains no NUL")
    } else if name.contains('\\') {
        Some("a name contains no backslash")
    } else if name.contains(':') {
        Some("a name contains no drive and no colon")
    } else if name.starts_with('/') {
        Some("a name is relative")
    } else if name.ends_with('/') {
        Some("an archive contains files and no directories")
    } else if name
        .split('/')
        .any(|part| part.is_empty() || part.starts_with('.'))
    {
        Some("no part of a name is empty or starts with a dot, so none is `..`")
    } else if !name.bytes().all(allowed) {
        Some("a name has letters, digits, `.`, `_`, `-` and `/` only")
    } else {
        None
    }
}
