//! What could name a person is hidden before anybody sees a sentence.

use jackfield_language::normalise;

/// Stands for what was hidden.
const MASK: &str = "•••";
/// So many digits in a row are a number of something: a phone, a card, a code. Prices and years have fewer.
const LEAST_DIGITS: usize = 6;

/// A normalised text with long numbers and mail addresses masked. Digits count as one number across the signs that
/// people put between them.
pub(crate) fn mask(text: &str) -> String {
    hidden(text, &mut |_| MASK.to_owned())
}

/// A sentence in which `instead` says what stands for each long number and mail address; as it was typed when it has none, and
/// otherwise normalised. What it is given is as the sentence has it: digits with signs between them, Chinese digits, an
/// address, or English words for digits.
pub fn with_instead(text: &str, instead: &mut dyn FnMut(&str) -> String) -> String {
    let mut any = false;
    let replaced = hidden(&normalise(text), &mut |found| {
        any = true;
        instead(found)
    });
    match any {
        true => replaced,
        false => text.trim().to_owned(),
    }
}

/// What is found is taken out first and put in at the end, so that nothing is found in what stands for it.
fn hidden(text: &str, instead: &mut dyn FnMut(&str) -> String) -> String {
    let mut stand_ins: Vec<String> = Vec::new();
    let mut take = |found: &str| {
        stand_ins.push(instead(found));
        place(stand_ins.len() - 1).to_string()
    };
    let clean: String = text.chars().filter(|c| !is_place(*c)).collect();
    let words = clean.split(' ').map(|word| match word.contains('@') {
        true => without_address(word, &mut take),
        false => word.to_owned(),
    });
    let words = words.collect::<Vec<_>>().join(" ");
    let spelled = without_spelled(&words, &mut take);
    let all = without_numbers(&spelled, &mut take);
    let mut out = String::new();
    for c in all.chars() {
        let stand_in = stand_ins.get((u32::from(c) as usize).wrapping_sub(PLACES));
        match stand_in {
            Some(stand_in) => out.push_str(stand_in),
            None => out.push(c),
        }
    }
    out
}

/// Characters that no text means anything by; they hold places.
const PLACES: usize = 0xE000;
const MOST_PLACES: usize = 0x1900;

fn place(number: usize) -> char {
    let code = u32::try_from(PLACES + number.min(MOST_PLACES - 1)).unwrap_or_default();
    char::from_u32(code).unwrap_or(' ')
}

fn is_place(c: char) -> bool {
    (PLACES..PLACES + MOST_PLACES).contains(&(u32::from(c) as usize))
}

/// A text without long numbers that are spelled in English: `one three eight double oh …`.
fn without_spelled(text: &str, instead: &mut dyn FnMut(&str) -> String) -> String {
    let mut out: Vec<String> = Vec::new();
    // Words of the number so far, and how many digits they say.
    let (mut number, mut digits): (Vec<&str>, usize) = (Vec::new(), 0);
    let mut end = |number: &mut Vec<&str>, digits: &mut usize, out: &mut Vec<String>| {
        match *digits >= LEAST_DIGITS {
            true => out.push(instead(&number.join(" "))),
            false => out.extend(number.iter().map(|word| (*word).to_owned())),
        }
        number.clear();
        *digits = 0;
    };
    for word in text.split(' ') {
        if word.split('-').all(|part| spelled(part) > 0) {
            digits += word.split('-').map(spelled).sum::<usize>();
            number.push(word);
        } else {
            end(&mut number, &mut digits, &mut out);
            out.push(word.to_owned());
        }
    }
    end(&mut number, &mut digits, &mut out);
    out.join(" ")
}

/// How many digits a word says: `double` says the next one once more.
fn spelled(word: &str) -> usize {
    const WORDS: [&str; 13] = [
        "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        "double", "triple",
    ];
    usize::from(WORDS.contains(&word.trim_end_matches([',', '.'])))
}

/// A sentence that a person typed, as it was typed when there is nothing to hide, and otherwise normalised and masked.
pub(crate) fn without_personal(text: &str) -> String {
    let normal = normalise(text);
    let masked = mask(&normal);
    match masked == normal {
        true => text.trim().to_owned(),
        false => masked,
    }
}

fn without_address(word: &str, instead: &mut dyn FnMut(&str) -> String) -> String {
    let in_address = |c: char| c.is_ascii_alphanumeric() || "@._+-%".contains(c);
    let mut out = String::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let inside = in_address(first);
        let end = rest.find(|c| in_address(c) != inside);
        let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
        match run.contains('@') {
            true => out.push_str(&instead(run)),
            false => out.push_str(run),
        }
        rest = after;
    }
    out
}

fn is_digit(c: char) -> bool {
    c.is_numeric() || "零〇一二三四五六七八九幺洞拐勾".contains(c)
}

fn without_numbers(text: &str, instead: &mut dyn FnMut(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if !is_digit(first) {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            continue;
        }
        let (length, digits) = number(rest);
        let (run, after) = rest.split_at(length);
        match digits >= LEAST_DIGITS {
            true => out.push_str(&instead(run)),
            false => out.push_str(run),
        }
        rest = after;
    }
    out
}

/// How many bytes the number takes at the beginning of the text, and how many digits it has.
fn number(text: &str) -> (usize, usize) {
    let (mut length, mut digits) = (0, 0);
    for (at, c) in text.char_indices() {
        if is_digit(c) {
            digits += 1;
            length = at + c.len_utf8();
        } else if !" -.()/*".contains(c) || at >= length + 2 {
            break;
        }
    }
    (length, digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_a_person_is_hidden_and_what_names_a_plan_is_not() {
        for (given, expected) in [
            ("13800138001的话费", "•••的话费"),
            ("my number is 138 0013-8001 ok", "my number is ••• ok"),
            ("卡号6222 0200 1234 5678丢了", "卡号•••丢了"),
            ("号码是一三八零零一三八零零一", "号码是•••"),
            ("write to anna.b@example.com please", "write to ••• please"),
            ("发到anna@example.com,谢谢", "发到•••,谢谢"),
            ("110101199003078515", "•••"),
            ("换成128的套餐", "换成128的套餐"),
            ("from 59 to 128 in 2026", "from 59 to 128 in 2026"),
            ("一千二百块", "一千二百块"),
            ("拨幺三八洞洞幺三八洞洞幺", "拨•••"),
            (
                "call one three eight, double oh one-three eight now",
                "call ••• now",
            ),
            ("one or two of five", "one or two of five"),
            ("", ""),
        ] {
            assert_eq!(mask(given), expected, "{given}");
        }
    }

    #[test]
    fn what_stands_for_a_number_is_not_hidden_again() {
        let mut seen = Vec::new();
        let mut instead = |found: &str| {
            seen.push(found.to_owned());
            format!("1380013800{}", seen.len())
        };
        let text = "call 139 1234 5678 or one three nine one two three, mail a@b.com";
        let replaced = with_instead(text, &mut instead);
        assert_eq!(
            seen,
            ["a@b.com", "one three nine one two three,", "139 1234 5678"]
        );
        assert_eq!(replaced, "call 13800138003 or 13800138002 mail 13800138001");
        assert_eq!(
            with_instead(" Just WORDS ", &mut |_| String::new()),
            "Just WORDS"
        );
    }
}
