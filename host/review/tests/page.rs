//! docs/review.md says what the code says.

#![allow(clippy::unwrap_used, reason = "a test")]

#[expect(dead_code, reason = "its `main` is not called here")]
#[path = "../examples/rules.rs"]
mod example;

#[test]
fn the_page_of_rules_is_up_to_date() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/review.md");
    assert_eq!(
        std::fs::read_to_string(file).unwrap(),
        example::page(),
        "make it again: cargo run -p jackfield-review --example rules > docs/review.md"
    );
}
