//! One column: its values, and their order-preserving keys.

use std::hash::BuildHasher as _;
use std::ops::RangeInclusive;

use hashbrown::{DefaultHashBuilder, HashTable};
use jackfield_core::{Money, Value};

use super::{Comparison, TableError};

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text, ordered by code point.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers; NaN is refused.
    Number,
    /// True or false.
    Boolean,
    /// ISO 8601 calendar dates.
    Date,
    /// Amounts of one currency.
    Money {
        /// ISO 4217 code.
        currency: String,
    },
}

impl ColumnKind {
    fn name(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Integer => "an integer".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Boolean => "a boolean".to_owned(),
            Self::Date => "a date".to_owned(),
            Self::Money { currency } => format!("money in {currency}"),
        }
    }
}

/// A column with its values.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    kind: ColumnKind,
    values: Vec<Value>,
    keys: Vec<u64>,
    texts: Texts,
    index: Option<Index>,
}

/// Distinct texts in order; a text's key is its place. Who asks for one text finds it without reading a dozen others.
#[derive(Debug)]
struct Texts {
    sorted: Vec<String>,
    places: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Texts {
    fn build<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Self, TableError> {
        let mut sorted: Vec<String> = texts.map(str::to_owned).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let count = u32::try_from(sorted.len()).map_err(|_| too_many_rows())?;
        let hasher = DefaultHashBuilder::default();
        let hash = |place: &u32| hasher.hash_one(sorted.get(*place as usize));
        let mut places = HashTable::with_capacity(sorted.len());
        for place in 0..count {
            places.insert_unique(hash(&place), place, hash);
        }
        Ok(Self {
            sorted,
            places,
            hasher,
        })
    }

    fn place(&self, text: &String) -> Place {
        let is_it = |place: &u32| self.sorted.get(*place as usize) == Some(text);
        if let Some(place) = self.places.find(self.hasher.hash_one(Some(text)), is_it) {
            return Place::At(u64::from(*place));
        }
        Place::Before(self.sorted.partition_point(|other| other < text) as u64)
    }
}

fn too_many_rows() -> TableError {
    TableError::WrongShape("a table has at most 4,294,967,295 rows".to_owned())
}

/// Rows sorted by key.
#[derive(Debug)]
struct Index {
    keys: Vec<u64>,
    rows: Vec<u32>,
}

/// Keys that meet a condition: those from `first` to `last`, or those outside; `None` is no key at all.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    range: Option<RangeInclusive<u64>>,
    outside: bool,
}

impl Keys {
    pub(super) fn contains(&self, key: u64) -> bool {
        self.range
            .as_ref()
            .is_some_and(|range| range.contains(&key))
            != self.outside
    }
}

impl Column {
    pub(super) fn build(
        name: String,
        kind: ColumnKind,
        values: Vec<Value>,
        indexed: bool,
    ) -> Result<Self, TableError> {
        let texts = Texts::build(values.iter().filter_map(text_of))?;
        let mut column = Self {
            name,
            kind,
            values,
            keys: Vec::new(),
            texts,
            index: None,
        };
        column.keys = column
            .values
            .iter()
            .map(|value| match column.key(value)? {
                Place::At(key) | Place::Before(key) => Ok(key),
            })
            .collect::<Result<_, TableError>>()?;
        if indexed {
            let count = u32::try_from(column.keys.len()).map_err(|_| too_many_rows())?;
            let mut pairs: Vec<(u64, u32)> = column.keys.iter().copied().zip(0..count).collect();
            pairs.sort_unstable();
            let (keys, rows) = pairs.into_iter().unzip();
            column.index = Some(Index { keys, rows });
        }
        Ok(column)
    }

    pub(super) fn value(&self, row: u32) -> Option<&Value> {
        self.values.get(row as usize)
    }

    pub(super) fn key_of(&self, row: u32) -> u64 {
        self.keys.get(row as usize).copied().unwrap_or_default()
    }

    /// Rows whose keys are in a range, in order of the keys, when the column is indexed.
    pub(super) fn rows(&self, keys: &Keys) -> Option<&[u32]> {
        let index = self.index.as_ref().filter(|_| !keys.outside)?;
        let Some(range) = &keys.range else {
            return Some(&[]);
        };
        let start = index.keys.partition_point(|key| key < range.start());
        let end = index.keys.partition_point(|key| key <= range.end());
        index.rows.get(start..end.max(start))
    }

    /// The keys that meet a comparison with `value`.
    pub(super) fn keys(&self, comparison: Comparison, value: &Value) -> Result<Keys, TableError> {
        let (key, exact) = match self.key(value)? {
            Place::At(key) => (key, true),
            Place::Before(key) => (key, false),
        };
        let below = || key.checked_sub(1).map(|last| 0..=last);
        let from = || Some(key..=u64::MAX);
        let above = || key.checked_add(1).map(|first| first..=u64::MAX);
        let (range, outside) = match (comparison, exact) {
            (Comparison::Equal, true) => (Some(key..=key), false),
            (Comparison::Equal, false) => (None, false),
            (Comparison::NotEqual, true) => (Some(key..=key), true),
            (Comparison::NotEqual, false) => (None, true),
            (Comparison::Less, _) | (Comparison::AtMost, false) => (below(), false),
            (Comparison::AtMost, true) => (Some(0..=key), false),
            (Comparison::Greater, true) => (above(), false),
            (Comparison::AtLeast, _) | (Comparison::Greater, false) => (from(), false),
        };
        Ok(Keys { range, outside })
    }

    fn key(&self, value: &Value) -> Result<Place, TableError> {
        let key = match (&self.kind, value) {
            (ColumnKind::Text, Value::Text(text)) | (ColumnKind::Date, Value::Date(text)) => {
                return Ok(self.texts.place(text));
            }
            (ColumnKind::Integer, Value::Integer(number)) => of_integer(*number),
            (ColumnKind::Number, Value::Number(number)) if !number.is_nan() => of_number(*number),
            #[expect(
                clippy::cast_precision_loss,
                reason = "a whole number compared with a column of floats"
            )]
            (ColumnKind::Number, Value::Integer(number)) => of_number(*number as f64),
            (ColumnKind::Boolean, Value::Boolean(truth)) => u64::from(*truth),
            (
                ColumnKind::Money { currency },
                Value::Money(Money {
                    minor,
                    currency: other,
                }),
            ) if currency == other => of_integer(*minor),
            _ => {
                return Err(TableError::WrongType(format!(
                    "column `{}` holds {}, not `{value}`",
                    self.name,
                    self.kind.name()
                )));
            }
        };
        Ok(Place::At(key))
    }
}

/// Where a value stands among a column's keys.
enum Place {
    At(u64),
    /// Between the key before this one and this one.
    Before(u64),
}

fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) | Value::Date(text) => Some(text),
        _ => None,
    }
}

/// Maps integers to unsigned keys in the same order.
const fn of_integer(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

/// Maps floats to unsigned keys in the same order; the two zeros are one.
fn of_number(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | (1 << 63)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_the_order_of_numbers() {
        let numbers = [
            f64::NEG_INFINITY,
            -2.5,
            -0.0,
            0.0,
            1e-300,
            3.0,
            f64::INFINITY,
        ];
        assert!(
            numbers
                .windows(2)
                .all(|pair| of_number(pair[0]) <= of_number(pair[1]))
        );
        assert_eq!(of_number(-0.0), of_number(0.0));
        let integers = [i64::MIN, -1, 0, 1, i64::MAX];
        assert!(
            integers
                .windows(2)
                .all(|pair| of_integer(pair[0]) < of_integer(pair[1]))
        );
    }
}
