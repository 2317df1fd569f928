//! "Did you mean …": the known name that a mistyped one is nearest to.

/// Bytes of a name. A longer text is no typing mistake, and the distance costs the product of both lengths.
const LONGEST: usize = 64;
/// Names that are compared; a list that someone made very long gets no suggestions from its end.
const MOST_NAMES: usize = 500;

/// The name that at most two edits (a third of its length) make of `given`.
pub(crate) fn nearest<'n>(given: &str, names: &[&'n str]) -> Option<&'n str> {
    if given.len() > LONGEST {
        return None;
    }
    let ranked = names
        .iter()
        .take(MOST_NAMES)
        .filter(|name| name.len() <= LONGEST)
        .map(|name| (distance(given, name), *name));
    ranked
        .filter(|(edits, name)| *edits <= 2 && edits * 3 <= name.len())
        .min()
        .map(|(_, name)| name)
}

/// How many characters must be inserted, removed or replaced to make `b` of `a`.
fn distance(a: &str, b: &str) -> usize {
    let mut above: Vec<usize> = (0..=b.chars().count()).collect();
    for (row, left) in a.chars().enumerate() {
        let mut current = vec![row + 1];
        for ((diagonal, up), right) in above.iter().zip(above.iter().skip(1)).zip(b.chars()) {
            let before = current.last().copied().unwrap_or_default();
            current.push(
                (diagonal + usize::from(left != right))
                    .min(up + 1)
                    .min(before + 1),
            );
        }
        above = current;
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_mistake_is_recognised_and_another_word_is_not() {
        assert_eq!(
            nearest("locale", &["license", "locales", "name"]),
            Some("locales")
        );
        assert_eq!(nearest("boolaen", &["text", "boolean"]), Some("boolean"));
        assert_eq!(nearest("colour", &["license", "locales", "name"]), None);
        assert_eq!(nearest("nam", &["name"]), Some("name"));
    }
}
