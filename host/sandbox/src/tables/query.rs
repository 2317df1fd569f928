//! A query over one table.

use std::cmp::Ordering;

use jackfield_core::Value;
use minicbor::{Decode, Encode};

use super::TableError;
use super::column::{Column, Keys};
use super::set::Table;

/// The most rows one query returns.
const MOST_ROWS: u32 = 100;
/// The most conditions of one query: each is looked at for every row.
const MOST_CONDITIONS: usize = 16;
/// The most columns that one query is sorted by.
const MOST_ORDERS: usize = 8;
/// Cells are given out until they have this many bytes. A step may not receive as much, so whoever meets this
/// is stopped by its limit; it bounds what is copied before the limit can be seen.
const MOST_BYTES: usize = 1024 * 1024;

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
    /// Rows of cells, in the order in which the columns were named.
    #[n(0)]
    pub rows: Vec<Vec<Value>>,
    /// How many rows met the conditions, before the limit.
    #[n(1)]
    pub total: u32,
}

pub(super) fn run(
    table: &Table,
    columns: &[String],
    conditions: &[Condition],
    order: &[Order],
    limit: u32,
) -> Result<Rows, TableError> {
    // A column may be named twice, but naming it a thousand times is not a question about the table.
    let asked = [
        ("columns", columns.len(), table.columns.len().max(1) * 2),
        ("conditions", conditions.len(), MOST_CONDITIONS),
        ("columns to sort by", order.len(), MOST_ORDERS),
    ];
    for (what, asked, most) in asked {
        if asked > most {
            return Err(TableError::WrongShape(format!(
                "the query has {asked} {what}, at most {most} are answered"
            )));
        }
    }
    let find = |name: &String| {
        table
            .columns
            .iter()
            .find(|column| column.name == *name)
            .ok_or_else(|| TableError::UnknownColumn(name.clone()))
    };
    let mut shown: Vec<&Column> = Vec::with_capacity(columns.len().max(table.columns.len()));
    if columns.is_empty() {
        shown.extend(&table.columns);
    }
    let mut next = 0;
    for name in columns {
        // Most ask for neighbours, in the table's order.
        let from_next = table.columns.iter().enumerate().cycle().skip(next);
        let (place, column) = from_next
            .take(table.columns.len())
            .find(|(_, column)| column.name == *name)
            .ok_or_else(|| TableError::UnknownColumn(name.clone()))?;
        next = place + 1;
        shown.push(column);
    }
    let conditions: Vec<(&Column, Keys)> = conditions
        .iter()
        .map(|condition| {
            let column = find(&condition.column)?;
            Ok((column, column.keys(condition.comparison, &condition.value)?))
        })
        .collect::<Result<_, TableError>>()?;
    let order: Vec<(&Column, Direction)> = order
        .iter()
        .map(|order| Ok((find(&order.column)?, order.direction)))
        .collect::<Result<_, TableError>>()?;

    let mut met = matching(table, &conditions);
    let total = u32::try_from(met.len()).unwrap_or(u32::MAX);
    let limit = limit.min(MOST_ROWS) as usize;
    let compare = |a: &u32, b: &u32| -> Ordering {
        order
            .iter()
            .map(|(column, direction)| {
                let ordering = column.key_of(*a).cmp(&column.key_of(*b));
                if *direction == Direction::Descending {
                    ordering.reverse()
                } else {
                    ordering
                }
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or_else(|| a.cmp(b))
    };
    if limit < met.len() && limit > 0 {
        met.select_nth_unstable_by(limit - 1, compare);
    }
    met.truncate(limit);
    met.sort_unstable_by(compare);
    let (mut rows, mut bytes) = (Vec::with_capacity(met.len()), 0);
    for row in met {
        if bytes > MOST_BYTES {
            break;
        }
        let mut cells: Vec<Value> = Vec::with_capacity(shown.len());
        cells.extend(shown.iter().filter_map(|column| column.value(row)).cloned());
        bytes += cells.iter().map(least_bytes).sum::<usize>();
        rows.push(cells);
    }
    Ok(Rows { rows, total })
}

/// What a value has at least when it is encoded.
fn least_bytes(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Date(text) | Value::Json(text) => text.len().max(1),
        _ => 1,
    }
}

/// Rows that meet all conditions: the smallest index range, filtered by the other conditions.
fn matching(table: &Table, conditions: &[(&Column, Keys)]) -> Vec<u32> {
    let meets = |row: &u32, except: Option<usize>| {
        conditions
            .iter()
            .enumerate()
            .all(|(place, (column, keys))| {
                Some(place) == except || keys.contains(column.key_of(*row))
            })
    };
    let best = conditions
        .iter()
        .enumerate()
        .filter_map(|(place, (column, keys))| Some((place, column.rows(keys)?)))
        .min_by_key(|(_, rows)| rows.len());
    match best {
        Some((place, rows)) => rows
            .iter()
            .copied()
            .filter(|row| meets(row, Some(place)))
            .collect(),
        None => (0..table.rows).filter(|row| meets(row, None)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use jackfield_core::Money;

    use super::*;
    use crate::tables::{ColumnKind, TableSet};

    /// Ten thousand plans over 31 provinces.
    fn plans(indexed: &[&str]) -> TableSet {
        let columns = vec![
            ("id".to_owned(), ColumnKind::Text),
            ("province".to_owned(), ColumnKind::Text),
            (
                "price".to_owned(),
                ColumnKind::Money {
                    currency: "CNY".into(),
                },
            ),
            ("gigabytes".to_owned(), ColumnKind::Number),
        ];
        let rows = (0..10_000_i32)
            .map(|n| {
                vec![
                    Value::Text(format!("plan-{n}")),
                    Value::Text(format!("province-{}", n % 31)),
                    price(i64::from(n * 7919 % 10_007)),
                    Value::Number(f64::from(n % 200)),
                ]
            })
            .collect();
        let indexed: Vec<String> = indexed.iter().map(|name| (*name).to_owned()).collect();
        TableSet::builder()
            .table("plans", columns, rows, &indexed)
            .unwrap()
            .build()
    }

    fn price(minor: i64) -> Value {
        Value::Money(Money {
            minor,
            currency: "CNY".into(),
        })
    }

    fn condition(column: &str, comparison: Comparison, value: Value) -> Condition {
        Condition {
            column: column.into(),
            comparison,
            value,
        }
    }

    fn by_price() -> Vec<Order> {
        vec![Order {
            column: "price".into(),
            direction: Direction::Ascending,
        }]
    }

    #[test]
    fn an_index_changes_the_time_and_not_the_answer() {
        let (slow, fast) = (plans(&[]), plans(&["id", "province", "price"]));
        for comparison in [
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::Less,
            Comparison::AtMost,
            Comparison::Greater,
            Comparison::AtLeast,
        ] {
            for value in [
                Value::from("province-3"),
                Value::from("province-30"),
                Value::from("province-3x"),
                Value::from(""),
            ] {
                let conditions = [
                    condition("province", comparison, value),
                    condition("price", Comparison::Less, price(5_000)),
                ];
                let ask = |set: &TableSet| {
                    set.query("plans", &[], &conditions, &by_price(), 20)
                        .unwrap()
                };
                assert_eq!(ask(&slow), ask(&fast));
            }
        }
    }

    #[test]
    fn rows_are_filtered_sorted_and_limited() {
        let set = plans(&["province"]);
        let conditions = [
            condition("province", Comparison::Equal, Value::from("province-4")),
            condition("gigabytes", Comparison::AtLeast, Value::Integer(100)),
        ];
        let rows = set
            .query(
                "plans",
                &["price".into(), "gigabytes".into()],
                &conditions,
                &by_price(),
                3,
            )
            .unwrap();
        assert!(rows.rows.iter().all(|row| {
            matches!(&row[..], [Value::Money(_), Value::Number(gigabytes)] if *gigabytes >= 100.0)
        }));
        assert_eq!(rows.rows.len(), 3);
        assert_eq!(rows.total, 162);
        let prices: Vec<_> = rows.rows.iter().map(|row| row[0].to_string()).collect();
        assert!(prices.is_sorted_by_key(|price| price.len()), "{prices:?}");
        assert_eq!(
            set.query("plans", &[], &[], &[], u32::MAX)
                .unwrap()
                .rows
                .len(),
            100
        );
    }

    #[test]
    fn what_asks_for_too_much_is_refused_or_cut() {
        let set = plans(&[]);
        let often = |name: &str, times: usize| vec![name.to_owned(); times];
        let refused = |columns: &[String], conditions: &[Condition], order: &[Order]| {
            matches!(
                set.query("plans", columns, conditions, order, 1),
                Err(TableError::WrongShape(_))
            )
        };
        assert!(refused(&often("id", 40_000), &[], &[]));
        let cheap = condition("price", Comparison::Less, price(1));
        assert!(refused(&[], &vec![cheap; 1_000], &[]));
        assert!(refused(&[], &[], &vec![by_price().remove(0); 9]));
        assert!(!refused(&often("id", 8), &[], &by_price()));

        let columns = vec![("text".to_owned(), ColumnKind::Text)];
        let rows = vec![vec![Value::Text("x".repeat(64 << 10))]; 100];
        let set = TableSet::builder()
            .table("t", columns, rows, &[])
            .unwrap()
            .build();
        let answer = set.query("t", &[], &[], &[], 100).unwrap();
        assert_eq!((answer.rows.len(), answer.total), (17, 100));
    }

    #[test]
    fn what_does_not_exist_or_fit_is_an_error() {
        let set = plans(&[]);
        let ask = |table: &str, condition: Condition| {
            set.query(table, &[], &[condition], &[], 1).unwrap_err()
        };
        let price_is = |value| condition("price", Comparison::Equal, value);
        assert_eq!(
            ask("x", price_is(price(1))),
            TableError::UnknownTable("x".into())
        );
        assert_eq!(
            ask("plans", condition("y", Comparison::Equal, price(1))),
            TableError::UnknownColumn("y".into())
        );
        assert!(matches!(
            ask("plans", price_is(Value::Integer(1))),
            TableError::WrongType(_)
        ));
        let dollars = Value::Money(Money {
            minor: 1,
            currency: "USD".into(),
        });
        assert!(matches!(
            ask("plans", price_is(dollars)),
            TableError::WrongType(_)
        ));
    }
}
