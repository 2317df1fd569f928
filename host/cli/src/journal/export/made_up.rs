//! Made-up values in place of what names a person. The same value has the same one everywhere.

use std::collections::BTreeMap;

use jackfield_trainer::with_instead;

/// Replacements so far, by what they stand for.
#[derive(Debug, Default)]
pub(super) struct MadeUp {
    known: BTreeMap<String, String>,
    phones: u64,
    others: u64,
}

impl MadeUp {
    /// A line without phone numbers, other long numbers and mail addresses, on one line.
    pub(super) fn line(&mut self, text: &str) -> String {
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        with_instead(&flat, &mut |found| self.instead(found))
    }

    /// The form of what the flow called sensitive.
    pub(super) fn sensitive(&mut self, text: &str) -> String {
        let blank = |c: char| match c {
            '0'..='9' => '1',
            c if c.is_alphabetic() => 'x',
            c if c.is_whitespace() => ' ',
            c => c,
        };
        text.chars().map(blank).collect()
    }

    fn instead(&mut self, found: &str) -> String {
        let key = match found.contains('@') {
            true => found.to_lowercase(),
            false => digits(found),
        };
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let made = self.make(&key);
        self.known.insert(key, made.clone());
        made
    }

    fn make(&mut self, key: &str) -> String {
        let is_phone = key.len() == 11 && key.starts_with('1');
        if is_phone {
            self.phones += 1;
            return (13_800_138_000 + self.phones).to_string();
        }
        self.others += 1;
        let number = self.others;
        if key.contains('@') {
            return format!("somebody{number}@example.com");
        }
        // As many digits, none of them theirs.
        let length = key.len();
        let number = number.to_string();
        let fill = "6200000000000000000000000000";
        let start = fill
            .get(..length.saturating_sub(number.len()))
            .unwrap_or(fill);
        format!("{start}{number}")
    }
}

/// The digits that a number says, however it is written.
fn digits(found: &str) -> String {
    const CHINESE: [(&str, char); 10] = [
        ("零〇洞", '0'),
        ("一幺", '1'),
        ("二", '2'),
        ("三", '3'),
        ("四", '4'),
        ("五", '5'),
        ("六", '6'),
        ("七拐", '7'),
        ("八", '8'),
        ("九勾", '9'),
    ];
    const ENGLISH: [(&str, char); 11] = [
        ("zero", '0'),
        ("oh", '0'),
        ("one", '1'),
        ("two", '2'),
        ("three", '3'),
        ("four", '4'),
        ("five", '5'),
        ("six", '6'),
        ("seven", '7'),
        ("eight", '8'),
        ("nine", '9'),
    ];
    let mut out = String::new();
    let mut times = 1;
    for word in found.split([' ', '-']) {
        let word = word.trim_end_matches([',', '.']);
        if let Some((_, digit)) = ENGLISH.iter().find(|(name, _)| *name == word) {
            out.extend(std::iter::repeat_n(*digit, times));
            times = 1;
        } else if word == "double" || word == "triple" {
            times = if word == "double" { 2 } else { 3 };
        } else {
            out.extend(word.chars().filter_map(|c| {
                let chinese = CHINESE.iter().find(|(all, _)| all.contains(c));
                let plain = c.to_digit(10).and_then(|digit| char::from_digit(digit, 10));
                plain.or(chinese.map(|(_, digit)| *digit))
            }));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_has_the_same_stand_in_however_it_is_written() {
        let mut made_up = MadeUp::default();
        for (given, expected) in [
            ("13912345678的话费", "13800138001的话费"),
            ("it is 139 1234 5678 ok", "it is 13800138001 ok"),
            ("换成18612345678", "换成13800138002"),
            ("一三九一二三四五六七八", "13800138001"),
            (
                "one three nine one two three four five six seven eight",
                "13800138001",
            ),
            ("write to Ann@Example.org", "write to somebody1@example.com"),
            ("卡号6222020012345678901", "卡号6200000000000000002"),
            ("换成128的套餐", "换成128的套餐"),
            ("Two\nlines", "Two lines"),
        ] {
            assert_eq!(made_up.line(given), expected);
        }
        assert_eq!(made_up.sensitive("Pin 4711!"), "xxx 1111!");
    }
}
