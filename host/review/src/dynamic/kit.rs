//! Two made-up contacts and the settings of a made-up operator. All of it comes from the digest of the archive: the same archive meets
//! the same people, and a plug-in cannot know them beforehand, because it is a part of what the digest is over.

use std::collections::BTreeMap;

use jackfield_core::manifest::Manifest;
use jackfield_core::{NamedValue, Value};

use super::canary::{Canary, Kind};

/// A contact of the review.
#[derive(Debug, Clone)]
pub(super) struct Kit {
    /// Session id.
    pub(super) session: String,
    /// Contact id.
    pub(super) contact: String,
    /// The number that the contact says.
    pub(super) phone: String,
    /// A text that the contact says.
    pub(super) words: String,
    /// What the pack may know of the contact.
    pub(super) attributes: Vec<NamedValue>,
    /// What another system answers about the contact.
    pub(super) answered: String,
    /// What is stored for the contact from before.
    pub(super) stored: String,
}

impl Kit {
    /// The contact of this number, 0 or 1, in the review of this seed.
    pub(super) fn new(seed: u64, number: u64) -> Self {
        let random = |salt: u64| random(seed, number, salt);
        let attribute = |name: &str, salt: u64| NamedValue::new(name, random(salt).as_str());
        let digits = |salt: u64, count: usize| -> String {
            let letters = random(salt).into_bytes().into_iter();
            letters
                .take(count)
                .map(|letter| char::from(b'0' + letter % 10))
                .collect()
        };
        Self {
            session: format!(
                "018f{}-{}-7{}-8{}-{}",
                digits(20, 4),
                digits(21, 4),
                digits(22, 3),
                digits(23, 3),
                digits(24, 12)
            ),
            contact: format!(
                "018f{}-{}-7{}-9{}-{}",
                digits(25, 4),
                digits(26, 4),
                digits(27, 3),
                digits(28, 3),
                digits(29, 12)
            ),
            phone: format!("13{}", digits(30, 9)),
            words: random(1),
            attributes: vec![
                attribute("name", 2),
                attribute("id-number", 3),
                attribute("address", 4),
            ],
            answered: random(5),
            stored: random(6),
        }
    }

    /// What of it must not turn up where it does not belong.
    pub(super) fn canaries(&self) -> Vec<Canary> {
        let canary = |kind, name: &str, text: &str| Canary {
            kind,
            name: name.to_owned(),
            text: text.to_owned(),
        };
        let mut canaries = vec![
            canary(Kind::Id, "the session's id", &self.session),
            canary(Kind::Id, "the contact's id", &self.contact),
            canary(Kind::Said, "the number that the contact said", &self.phone),
            canary(Kind::Said, "what the contact said", &self.words),
            canary(Kind::Known, "what another system answered", &self.answered),
            canary(Kind::Known, "what was stored before", &self.stored),
        ];
        for attribute in &self.attributes {
            let name = format!("the attribute `{}`", attribute.name);
            canaries.push(canary(Kind::Known, &name, &attribute.value.to_string()));
        }
        canaries
    }
}

/// The settings of the operator, and which of them are canaries.
pub(super) fn settings(manifest: &Manifest, seed: u64) -> (BTreeMap<String, Value>, Vec<Canary>) {
    let mut values = BTreeMap::new();
    let mut canaries = Vec::new();
    for (number, (key, spec)) in manifest.config.iter().enumerate() {
        let secret = random(seed, 7, number as u64 + 10);
        let planted = match spec.kind.as_str() {
            "url" => Some(format!("https://{secret}.example")),
            // A text that has a default is often one of a few words.
            "text" if spec.default.is_none() => Some(secret.clone()),
            _ => None,
        };
        if planted.is_some() {
            canaries.push(Canary {
                kind: Kind::Setting,
                name: format!("the setting `{key}`"),
                text: secret,
            });
        }
        let fallback = match spec.kind.as_str() {
            "boolean" => "false",
            _ => "1",
        };
        let text = planted
            .as_deref()
            .or(spec.default.as_deref())
            .unwrap_or(fallback);
        if let Some(value) = spec.parse(text) {
            values.insert(key.clone(), value);
        }
    }
    (values, canaries)
}

/// 24 letters and digits that nothing else has.
fn random(seed: u64, number: u64, salt: u64) -> String {
    let mut state = (seed ^ (number + 1))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(salt.wrapping_mul(0xd1b5_4a32_d192_ed03))
        | 1;
    (0..24)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let letters = b"abcdefghjkmnpqrstuvwxyz23456789";
            char::from(letters[(state >> 24) as usize % letters.len()])
        })
        .collect()
}
