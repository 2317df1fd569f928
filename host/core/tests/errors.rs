//! docs/errors.md says what the code says.

#![allow(clippy::unwrap_used, reason = "a test")]

#[expect(dead_code, reason = "its `main` is not called here")]
#[path = "../examples/errors.rs"]
mod example;

use jackfield_core::ErrorCode;

#[test]
fn the_page_of_error_codes_is_up_to_date() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors.md");
    assert_eq!(
        std::fs::read_to_string(file).unwrap(),
        example::page(),
        "make it again: cargo run -p jackfield-core --example errors > docs/errors.md"
    );
}

#[test]
fn every_code_stands_on_the_page_once() {
    let page = example::page();
    for code in ErrorCode::ALL {
        assert_eq!(page.matches(&format!("| `{code}` |")).count(), 1, "{code}");
    }
}
