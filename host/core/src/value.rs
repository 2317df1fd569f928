//! Typed values that both the host and a plug-in can read.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// An amount of money in the smallest unit of its currency.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Money {
    /// Minor units: 1299 with `CNY` is ¥12.99.
    #[n(0)]
    pub minor: i64,
    /// ISO 4217 code, upper case.
    #[n(1)]
    pub currency: String,
}

impl Money {
    /// Minor units in one major unit of a currency: 100 for `CNY`, 1 for `JPY`.
    pub fn minor_units(currency: &str) -> f64 {
        if matches!(currency, "JPY" | "KRW" | "VND") {
            1.0
        } else {
            100.0
        }
    }
}

/// A measured amount, for example a data volume.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
pub struct Quantity {
    /// The amount in `unit`.
    #[n(0)]
    pub amount: f64,
    /// `MB`, `GB`, `min`, `%`, `d`, `wk`, `mo`, `yr`.
    #[n(1)]
    pub unit: String,
}

/// One typed value of a slot, an entity, a table cell or an argument.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Text.
    #[n(0)]
    Text(#[n(0)] String),
    /// A whole number.
    #[n(1)]
    Integer(#[n(0)] i64),
    /// A number.
    #[n(2)]
    Number(#[n(0)] f64),
    /// True or false.
    #[n(3)]
    Boolean(#[n(0)] bool),
    /// ISO 8601 calendar date.
    #[n(4)]
    Date(#[n(0)] String),
    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[n(5)]
    Instant(#[n(0)] u64),
    /// Money.
    #[n(6)]
    Money(#[n(0)] Money),
    /// A measured amount.
    #[n(7)]
    Quantity(#[n(0)] Quantity),
    /// Anything else, as JSON text.
    #[n(8)]
    Json(#[n(0)] String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl std::fmt::Display for Value {
    /// A plain form for people and logs; catalogues format values for a locale.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) | Self::Date(text) | Self::Json(text) => f.write_str(text),
            Self::Integer(number) => number.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Boolean(truth) => truth.fmt(f),
            Self::Instant(ms) => ms.fmt(f),
            Self::Money(Money { minor, currency }) => {
                let sign = if *minor < 0 { "-" } else { "" };
                let minor = minor.unsigned_abs();
                if Money::minor_units(currency) == 1.0 {
                    return write!(f, "{sign}{minor} {currency}");
                }
                write!(f, "{sign}{}.{:02} {currency}", minor / 100, minor % 100)
            }
            Self::Quantity(Quantity { amount, unit }) => write!(f, "{amount} {unit}"),
        }
    }
}

/// A value with a name: a slot, an argument, a result field.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize, Deserialize)]
pub struct NamedValue {
    /// The name.
    #[n(0)]
    pub name: String,
    /// The value.
    #[n(1)]
    pub value: Value,
}

impl NamedValue {
    /// A named value.
    pub fn new(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }
}
