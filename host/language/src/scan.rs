//! A text as characters with their byte offsets, and how to match words in it.

/// A normalised text that is read character by character.
pub(crate) struct Scan<'a> {
    text: &'a str,
    chars: Vec<char>,
    /// Byte offset of every character, and of the end.
    offsets: Vec<u32>,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut chars = Vec::with_capacity(text.len());
        let mut offsets = Vec::with_capacity(text.len() + 1);
        for (offset, c) in text.char_indices() {
            chars.push(c);
            offsets.push(offset as u32);
        }
        offsets.push(text.len() as u32);
        Self {
            text,
            chars,
            offsets,
        }
    }

    /// Number of characters.
    pub(crate) fn len(&self) -> usize {
        self.chars.len()
    }

    /// The character at `at`; NUL, which normalised text does not have, beyond the end.
    pub(crate) fn at(&self, at: usize) -> char {
        self.chars.get(at).copied().unwrap_or('\0')
    }

    /// The character before `at`; NUL at the start.
    pub(crate) fn before(&self, at: usize) -> char {
        at.checked_sub(1).map_or('\0', |at| self.at(at))
    }

    /// Byte offset of the character at `at`.
    pub(crate) fn offset(&self, at: usize) -> u32 {
        self.offsets
            .get(at)
            .copied()
            .unwrap_or(self.text.len() as u32)
    }

    /// The character that starts at a byte offset.
    pub(crate) fn position(&self, offset: usize) -> usize {
        self.offsets.partition_point(|at| (*at as usize) < offset)
    }

    /// The text of a span of characters.
    pub(crate) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text
            .get(self.offset(start) as usize..self.offset(end) as usize)
            .unwrap_or_default()
    }

    /// The text from `at` on.
    pub(crate) fn rest(&self, at: usize) -> &'a str {
        self.slice(at, self.len())
    }

    /// The end of `word` when it stands at `at`. A word of Latin letters must not go on in the text.
    pub(crate) fn word(&self, at: usize, word: &str) -> Option<usize> {
        let mut end = at;
        let mut last = '\0';
        for c in word.chars() {
            if self.at(end) != c {
                return None;
            }
            last = c;
            end += 1;
        }
        let goes_on = last.is_ascii_alphanumeric() && self.at(end).is_ascii_alphabetic();
        (!goes_on).then_some(end)
    }

    /// The first of `words` that stands at `at`, with its end. Tables list longer words first.
    pub(crate) fn one_of<T: Copy>(&self, at: usize, words: &[(&str, T)]) -> Option<(T, usize)> {
        words
            .iter()
            .find_map(|(word, value)| Some((*value, self.word(at, word)?)))
    }

    /// The first position from `at` on that is no space.
    pub(crate) fn skip_spaces(&self, mut at: usize) -> usize {
        while self.at(at) == ' ' {
            at += 1;
        }
        at
    }

    /// Whether a Latin word may start at `at`: nothing of one stands before it.
    pub(crate) fn starts_word(&self, at: usize) -> bool {
        !self.before(at).is_ascii_alphanumeric()
    }

    /// The run of Latin letters at `at`.
    pub(crate) fn letters(&self, at: usize) -> (&'a str, usize) {
        let mut end = at;
        while self.at(end).is_ascii_alphabetic() {
            end += 1;
        }
        (self.slice(at, end), end)
    }

    /// The run of ASCII digits at `at`: its value when it has at most nine of them, its length, its end.
    pub(crate) fn digits(&self, at: usize) -> Option<(u32, usize)> {
        let mut value = 0_u32;
        let mut end = at;
        while let Some(digit) = self.at(end).to_digit(10) {
            if end - at >= 9 {
                return None;
            }
            value = value * 10 + digit;
            end += 1;
        }
        (end > at).then_some((value, end))
    }
}
