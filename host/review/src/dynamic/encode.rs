//! The forms in which a text may be hidden.

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Every form of `text` that is searched for, with its name.
pub(super) fn disguises(text: &str) -> Vec<(&'static str, String)> {
    let bytes = text.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![
        ("in upper-case hexadecimal", hex.to_ascii_uppercase()),
        ("in hexadecimal", hex),
        ("reversed", text.chars().rev().collect()),
    ];
    for offset in 0..3 {
        for alphabet in [STANDARD, URL_SAFE] {
            forms.push(("in base64", base64(bytes, offset, alphabet)));
        }
    }
    forms.sort();
    forms.dedup();
    forms.retain(|(_, form)| form.len() >= 8 && form != text);
    forms
}

/// The characters of base64 that depend on `bytes` alone when they stand `offset` bytes after a group began.
fn base64(bytes: &[u8], offset: usize, alphabet: &[u8; 64]) -> String {
    let bits = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    // The first whole character: those before it hold bits of what stands before.
    let skip = (6 - offset * 8 % 6) % 6;
    let bits: Vec<u8> = bits.skip(skip).collect();
    let groups = bits.chunks_exact(6);
    groups
        .map(|group| {
            let value = group
                .iter()
                .fold(0_usize, |value, bit| value << 1 | usize::from(*bit));
            char::from(alphabet.get(value).copied().unwrap_or(b'A'))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_found_at_every_place_in_a_group() {
        // "xcanaryx" and its neighbours, encoded by another program.
        for whole in [
            "Y2FuYXJ5LXZhbHVl",
            "eGNhbmFyeS12YWx1ZQ==",
            "eHhjYW5hcnktdmFsdWU=",
        ] {
            let found = disguises("canary-value")
                .iter()
                .any(|(name, form)| *name == "in base64" && whole.contains(form.as_str()));
            assert!(found, "{whole}");
        }
    }
}
