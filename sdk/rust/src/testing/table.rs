//! A table that answers queries by looking at every row.

use std::cmp::Ordering;

use crate::{
    Money, Value,
    wire::{Comparison, Condition, Direction, Order, Row, Rows, TableError},
};

/// A table of a pack, read from its CSV text.
#[derive(Debug, Clone, Default)]
pub struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

impl Table {
    /// Reads CSV with a header line. `types` gives the types of `pack.toml` (`integer`, `number`, `boolean`,
    /// `date`, `money:CNY`); a column without one is text. Money is written in major units: `12.99`.
    ///
    /// # Panics
    /// When the text is not CSV or a cell is not of its column's type.
    #[track_caller]
    pub fn from_csv(types: &[(&str, &str)], text: &str) -> Self {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let columns: Vec<String> = match reader.headers() {
            Ok(headers) => headers.iter().map(str::to_owned).collect(),
            Err(error) => panic!("the table has no header line: {error}"),
        };
        let kinds: Vec<&str> = columns
            .iter()
            .map(|name| {
                types
                    .iter()
                    .find(|(column, _)| column == name)
                    .map_or("text", |(_, kind)| kind)
            })
            .collect();
        let rows = reader
            .records()
            .map(|record| match record {
                Ok(record) => record
                    .iter()
                    .zip(&kinds)
                    .map(|(cell, kind)| parse(kind, cell))
                    .collect(),
                Err(error) => panic!("not CSV: {error}"),
            })
            .collect();
        Self { columns, rows }
    }

    fn column(&self, name: &str) -> Result<usize, TableError> {
        let index = self.columns.iter().position(|column| column == name);
        index.ok_or_else(|| TableError::UnknownColumn(name.to_owned()))
    }

    pub(crate) fn query(
        &self,
        columns: &[String],
        conditions: &[Condition],
        order: &[Order],
        limit: u32,
    ) -> Result<Rows, TableError> {
        let mut found = Vec::new();
        'rows: for row in &self.rows {
            for condition in conditions {
                let cell = &row[self.column(&condition.column)?];
                let order = compare(cell, &condition.value)
                    .ok_or_else(|| TableError::WrongType(condition.column.clone()))?;
                let meets = match condition.comparison {
                    Comparison::Equal => order.is_eq(),
                    Comparison::NotEqual => order.is_ne(),
                    Comparison::Less => order.is_lt(),
                    Comparison::AtMost => order.is_le(),
                    Comparison::Greater => order.is_gt(),
                    Comparison::AtLeast => order.is_ge(),
                };
                if !meets {
                    continue 'rows;
                }
            }
            found.push(row);
        }
        for by in order.iter().rev() {
            let index = self.column(&by.column)?;
            found.sort_by(|left, right| {
                let order = compare(&left[index], &right[index]).unwrap_or(Ordering::Equal);
                if matches!(by.direction, Direction::Descending) {
                    order.reverse()
                } else {
                    order
                }
            });
        }
        let names = if columns.is_empty() {
            &self.columns
        } else {
            columns
        };
        let indexes = names
            .iter()
            .map(|name| self.column(name))
            .collect::<Result<Vec<_>, _>>()?;
        let total = found.len() as u32;
        let rows = found
            .into_iter()
            .take(limit.min(100) as usize)
            .map(|row| Row {
                cells: indexes.iter().map(|index| row[*index].clone()).collect(),
            })
            .collect();
        Ok(Rows { rows, total })
    }
}

#[track_caller]
fn parse(kind: &str, cell: &str) -> Value {
    let value = match kind.split_once(':').unwrap_or((kind, "")) {
        ("integer", _) => cell.parse().ok().map(Value::Integer),
        ("number", _) => cell.parse().ok().map(Value::Number),
        ("boolean", _) => cell.parse().ok().map(Value::Boolean),
        ("date", _) => Some(Value::date(cell)),
        ("money", currency) => minor(cell).map(|minor| Value::Money(Money::new(minor, currency))),
        _ => Some(Value::from(cell)),
    };
    match value {
        Some(value) => value,
        None => panic!("{cell:?} is not of type {kind}"),
    }
}

/// `12`, `12.9` or `12.99` in minor units.
fn minor(text: &str) -> Option<i64> {
    let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
    if cents.len() > 2 {
        return None;
    }
    let cents: i64 = format!("{cents:0<2}").parse().ok()?;
    Some(whole.parse::<i64>().ok()? * 100 + cents)
}

fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) | (Value::Date(left), Value::Date(right)) => {
            Some(left.cmp(right))
        }
        (Value::Money(left), Value::Money(right)) if left.currency == right.currency => {
            Some(left.minor.cmp(&right.minor))
        }
        (Value::Integer(left), Value::Integer(right)) => Some(left.cmp(right)),
        (Value::Boolean(left), Value::Boolean(right)) => Some(left.cmp(right)),
        (Value::Integer(_) | Value::Number(_), Value::Integer(_) | Value::Number(_)) => {
            left.as_number()?.partial_cmp(&right.as_number()?)
        }
        _ => None,
    }
}
