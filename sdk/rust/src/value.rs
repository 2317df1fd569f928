//! Typed values: slots, arguments, table cells.

pub use crate::wire::{Money, NamedValue, Quantity, Value};

impl Money {
    /// An amount in minor units: `Money::new(1299, "CNY")` is ¥12.99.
    pub fn new(minor: i64, currency: &str) -> Self {
        Self {
            minor,
            currency: currency.to_owned(),
        }
    }
}

impl Quantity {
    /// An amount in a unit: `MB`, `GB`, `min`, `%`, `d`.
    pub fn new(amount: f64, unit: &str) -> Self {
        Self {
            amount,
            unit: unit.to_owned(),
        }
    }
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

impl<V: Into<Value>> From<(&str, V)> for NamedValue {
    fn from((name, value): (&str, V)) -> Self {
        Self::new(name, value)
    }
}

impl Value {
    /// An ISO 8601 calendar date, for example `2026-11-22`.
    pub fn date(date: impl Into<String>) -> Self {
        Self::Date(date.into())
    }

    /// The text of a text, a date or JSON.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Date(text) | Self::Json(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// Any number: whole, broken, or the amount of a quantity.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Number(number) => Some(*number),
            Self::Quantity(quantity) => Some(quantity.amount),
            _ => None,
        }
    }

    /// True or false.
    pub fn as_boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(truth) => Some(*truth),
            _ => None,
        }
    }

    /// Money.
    pub fn as_money(&self) -> Option<&Money> {
        match self {
            Self::Money(money) => Some(money),
            _ => None,
        }
    }

    /// A measured amount.
    pub fn as_quantity(&self) -> Option<&Quantity> {
        match self {
            Self::Quantity(quantity) => Some(quantity),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Boolean(truth)
    }
}

impl From<Money> for Value {
    fn from(money: Money) -> Self {
        Self::Money(money)
    }
}

impl From<Quantity> for Value {
    fn from(quantity: Quantity) -> Self {
        Self::Quantity(quantity)
    }
}
