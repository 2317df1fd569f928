//! A query over one table.

use std::cmp::Ordering;

use jackfield_core::Value;
use minicbor::{Decode, Encode};

use super::TableError;
use super::column::{Column, Keys};
use super::set::Table;

/// The most rows one query returns.
const MOST_ROWS: u32 = 100;

/// How a column is compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Comparison {
    /// The same.
    #[n(0)]
    Equal,
    /// Not the same.
    #[n(1)]
    NotEqual,
    /// Less.
    #[n(2)]
    Less,
    /// Less or the same.
    #[n(3)]
    AtMost,
    /// More.
    #[n(4)]
    Greater,
    /// More or the same.
    #[n(5)]
    AtLeast,
}

/// What a row must meet.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Condition {
    /// The column.
    #[n(0)]
    pub column: String,
    /// How it is compared.
    #[n(1)]
    pub comparison: Comparison,
    /// With what.
    #[n(2)]
    pub value: Value,
}

/// Which way rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Direction {
    /// Smallest first.
    #[n(0)]
    Ascending,
    /// Largest first.
    #[n(1)]
    Descending,
}

/// What rows are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Order {
    /// The column.
    #[n(0)]
    pub column: String,
    /// Which way.
    #[n(1)]
    pub direction: Direction,
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Rows {
    /// Names of the columns, in the order of the cells.
    #[n(0)]
    pub columns: Vec<String>,
    /// Rows of cells.
    #[n(1)]
    pub rows: Vec<Vec<Value>>,
    /// How many rows met the conditions, before the limit.
    #[n(2)]
    pub total: u32,
}

pub(super) fn run(
    table: &Table,
    columns: &[String],
    conditions: &[Condition],
    order: &[Order],
    limit: u32,
) -> Result<Rows, TableError> {
    let find = |name: &String| {
        table.columns.iter().find(|column| column.name == *name).ok_or_else(|| TableError::UnknownColumn(name.clone()))
    };
    let shown: Vec<&Column> = if columns.is_empty() {
        table.columns.iter().collect()
    } else {
        columns.iter().map(find).collect::<Result<_, _>>()?
    };
    let conditions: Vec<(&Column, Keys)> = conditions
        .iter()
        .map(|condition| {
            let column = find(&condition.column)?;
            Ok((column, column.keys(condition.comparison, &condition.value)?))
        })
        .collect::<Result<_, TableError>>()?;
    let order: Vec<(&Column, Direction)> =
        order.iter().map(|order| Ok((find(&order.column)?, order.direction))).collect::<Result<_, TableError>>()?;

    let mut met = matching(table, &conditions);
    let total = u32::try_from(met.len()).unwrap_or(u32::MAX);
    let limit = limit.min(MOST_ROWS) as usize;
    let compare = |a: &u32, b: &u32| -> Ordering {
        order
            .iter()
            .map(|(column, direction)| {
                let ordering = column.key_of(*a).cmp(&column.key_of(*b));
                if *direction == Direction::Descending { ordering.reverse() } else { ordering }
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or_else(|| a.cmp(b))
    };
    if limit < met.len() && limit > 0 {
        met.select_nth_unstable_by(limit - 1, compare);
    }
    met.truncate(limit);
    met.sort_unstable_by(compare);
    Ok(Rows {
        columns: shown.iter().map(|column| column.name.clone()).collect(),
        rows: met
            .into_iter()
            .map(|row| shown.iter().filter_map(|column| column.value(row).cloned()).collect())
            .collect(),
        total,
    })
}

/// Rows that meet all conditions: the smallest index range, filtered by the other conditions.
fn matching(table: &Table, conditions: &[(&Column, Keys)]) -> Vec<u32> {
    let meets = |row: &u32, except: Option<usize>| {
        conditions
            .iter()
            .enumerate()
            .all(|(place, (column, keys))| Some(place) == except || keys.contains(column.key_of(*row)))
    };
    let best = conditions
        .iter()
        .enumerate()
        .filter_map(|(place, (column, keys))| Some((place, column.rows(keys)?)))
        .min_by_key(|(_, rows)| rows.len());
    match best {
        Some((place, rows)) => rows.iter().copied().filter(|row| meets(row, Some(place))).collect(),
        None => (0..table.rows).filter(|row| meets(row, None)).collect(),
    }
}
