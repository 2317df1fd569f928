use jackfield_core::{Utterance, Value};

/// The value in `utterance` that fills a slot of this kind. The kind `text` takes the whole utterance as it was written.
pub fn entity_for(kind: &str, utterance: &Utterance) -> Option<Value> {
    if kind == "text" {
        let text = utterance.original.trim();
        return (!text.is_empty()).then(|| Value::Text(text.to_owned()));
    }
    utterance.entities.iter().find(|entity| entity.kind == kind).map(|entity| entity.value.clone())
}
