//! Who may see an article, and when.

/// For whom an article is: the common knowledge (1), or one of N narrower parts. The order is from common to narrow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Scope {
    /// Everyone.
    #[default]
    Common,
    /// Contacts that a department serves.
    Department(String),
    /// Conversations of a pack, by its id.
    Pack(String),
    /// Contacts of a province.
    Province(String),
}

impl Scope {
    /// How narrow it is; a narrower scope's article wins over another with the same question.
    pub(super) fn narrowness(&self) -> u8 {
        match self {
            Self::Common => 0,
            Self::Department(_) => 1,
            Self::Pack(_) => 2,
            Self::Province(_) => 3,
        }
    }

    /// Reads `common`, `department:loans`, `pack:com.example.telecom` or `province:Guangdong`.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text == "common" {
            return Some(Self::Common);
        }
        let (kind, name) = text.split_once(':')?;
        let name = Some(name.trim())
            .filter(|name| !name.is_empty())?
            .to_owned();
        match kind.trim() {
            "department" => Some(Self::Department(name)),
            "pack" => Some(Self::Pack(name)),
            "province" => Some(Self::Province(name)),
            _ => None,
        }
    }
}

/// When an article holds, in milliseconds since 1970-01-01T00:00:00Z. Without bounds it always holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// First moment.
    pub from_ms: Option<u64>,
    /// First moment after.
    pub until_ms: Option<u64>,
}

impl Validity {
    /// Whether there is no moment at which it holds.
    pub(super) fn is_never(&self) -> bool {
        let ends = self.until_ms;
        ends.is_some_and(|until| self.from_ms.unwrap_or(0) >= until)
    }

    /// Whether it holds at this moment. When the moment is not known, only what always holds does.
    pub fn holds(&self, now_ms: Option<u64>) -> bool {
        match now_ms {
            Some(now) => {
                self.from_ms.is_none_or(|from| from <= now)
                    && self.until_ms.is_none_or(|until| now < until)
            }
            None => self.from_ms.is_none() && self.until_ms.is_none(),
        }
    }
}
