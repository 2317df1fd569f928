//! Typed cells.

use jackfield_core::{Money, Value};

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnKind {
    /// [`Value::Text`].
    Text,
    /// [`Value::Integer`].
    Integer,
    /// [`Value::Number`].
    Number,
    /// [`Value::Boolean`].
    Boolean,
    /// [`Value::Date`].
    Date,
    /// [`Value::Money`] in this currency.
    Money(String),
}

impl ColumnKind {
    /// Reads the type as it stands in a manifest.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "text" => Self::Text,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "date" => Self::Date,
            _ => Self::Money(text.strip_prefix("money:")?.to_owned()),
        })
    }

    /// Reads a cell. An empty cell is an empty text and nothing else: there is no value for "unknown".
    pub(crate) fn read(&self, cell: &str) -> Option<Value> {
        match self {
            Self::Text => Some(Value::Text(cell.to_owned())),
            Self::Integer => cell.parse().ok().map(Value::Integer),
            Self::Number => {
                let number: f64 = cell.parse().ok()?;
                // Rust also reads `inf` and `nan`.
                (number.is_finite() && cell.ends_with(|last: char| last.is_ascii_digit()))
                    .then_some(Value::Number(number))
            }
            Self::Boolean => cell.parse().ok().map(Value::Boolean),
            Self::Date => {
                let date: jiff::civil::Date = cell.parse().ok()?;
                (date.to_string() == cell).then(|| Value::Date(cell.to_owned()))
            }
            Self::Money(currency) => {
                let minor = minor_units(cell, decimals(currency))?;
                Some(Value::Money(Money {
                    minor,
                    currency: currency.clone(),
                }))
            }
        }
    }

    /// How a cell of this type is written.
    pub(crate) fn form(&self) -> String {
        match self {
            Self::Text => "any text".to_owned(),
            Self::Integer => "a whole number like 30".to_owned(),
            Self::Number => "a number like 1.5".to_owned(),
            Self::Boolean => "true or false".to_owned(),
            Self::Date => "a date like 2026-11-22".to_owned(),
            Self::Money(currency) => match decimals(currency) {
                0 => format!("an amount of {currency} like 128, without decimals"),
                digits => format!(
                    "an amount of {currency} like 128.{}, with at most {digits} decimals",
                    "0".repeat(digits)
                ),
            },
        }
    }
}

/// Digits after the decimal point (ISO 4217).
fn decimals(currency: &str) -> usize {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// `128.5` with two decimals is 12850, by digits and never by way of a float.
fn minor_units(text: &str, decimals: usize) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if digits.is_empty()
        || !all_digits(digits)
        || !all_digits(fraction)
        || fraction.len() > decimals
    {
        return None;
    }
    if text.ends_with('.') {
        return None;
    }
    format!("{whole}{fraction:0<decimals$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str, currency: &str) -> Option<i64> {
        match ColumnKind::Money(currency.to_owned()).read(text) {
            Some(Value::Money(money)) => Some(money.minor),
            _ => None,
        }
    }

    #[test]
    fn money_is_exact() {
        assert_eq!(money("128.00", "CNY"), Some(12_800));
        assert_eq!(money("128", "CNY"), Some(12_800));
        assert_eq!(money("128.5", "CNY"), Some(12_850));
        assert_eq!(money("-0.01", "EUR"), Some(-1));
        assert_eq!(money("1000", "JPY"), Some(1000));
        assert_eq!(money("1.234", "KWD"), Some(1234));
        // As a float this would lose its last digits.
        assert_eq!(
            money("90071992547409.93", "CNY"),
            Some(9_007_199_254_740_993)
        );
        for wrong in [
            "",
            "-",
            ".5",
            "5.",
            "1.005",
            "1,5",
            "¥5",
            "+5",
            "1e3",
            "--5",
            "92233720368547758.08",
            "٣",
        ] {
            assert_eq!(money(wrong, "CNY"), None, "{wrong}");
        }
        assert_eq!(money("1.5", "JPY"), None);
    }

    #[test]
    fn dates_and_numbers_are_strict() {
        assert_eq!(
            ColumnKind::Date.read("2024-02-29"),
            Some(Value::Date("2024-02-29".to_owned()))
        );
        for wrong in ["2023-02-29", "20240229", "2024-2-9", "2024-02-29T00:00", ""] {
            assert_eq!(ColumnKind::Date.read(wrong), None, "{wrong}");
        }
        for wrong in ["inf", "nan", "-inf", "NaN", "1.", "", "1e999"] {
            assert_eq!(ColumnKind::Number.read(wrong), None, "{wrong}");
        }
        assert_eq!(ColumnKind::Number.read("-1.5"), Some(Value::Number(-1.5)));
    }
}
