//! "Did you mean …": the known name that a mistyped one is nearest to.

use strsim::levenshtein;

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
        .map(|name| (levenshtein(given, name), *name));
    ranked
        .filter(|(edits, name)| *edits <= 2 && edits * 3 <= name.len())
        .min()
        .map(|(_, name)| name)
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
