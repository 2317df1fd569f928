//! Capability `knowledge`: search in the articles this pack may see.

pub use crate::wire::KnowledgeAnswer as Article;

/// At most `limit` (and never more than 10) answers to `query` in the locale of this turn, best first.
pub fn search(query: &str, limit: u32) -> Vec<Article> {
    #[cfg(target_arch = "wasm32")]
    return crate::bindings::jackfield::knowledge::knowledge::search(query, limit);
    #[cfg(not(target_arch = "wasm32"))]
    crate::native::ask(|host| host.search(query, limit))
}
