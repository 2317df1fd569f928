//! Table tests: every row that is wrong is shown, not only the first.

use std::fmt::Debug;

/// Fails with all rows whose second and third part differ: what was given, what came out, what was expected.
pub(crate) fn all_right<T: PartialEq + Debug>(rows: impl IntoIterator<Item = (String, T, T)>) {
    let wrong: Vec<String> = rows
        .into_iter()
        .filter(|(_, left, right)| left != right)
        .map(|(given, left, right)| format!("{given:?}: {left:?}, expected {right:?}"))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
