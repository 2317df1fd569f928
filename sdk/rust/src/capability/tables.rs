//! Capability `tables`: typed queries over the tables that the pack ships.
//!
//! ```no_run
//! # use jackfield_sdk::{Fault, tables};
//! # fn main() -> Result<(), Fault> {
//! let cheap = tables::query("plans", ["name_en", "price"]).eq("province", "zhejiang").order_by("price").limit(3).rows()?;
//! for plan in cheap.iter() {
//!     let (name, price) = (plan.text("name_en")?, plan.money("price")?);
//! }
//! # Ok(())
//! # }
//! ```

use crate::{
    Fault, Money, Value,
    wire::{self, Comparison, Condition, Direction, Order},
};

/// The host's own bound.
const MOST_ROWS: u32 = 100;

/// A query in the making; [`Query::rows`] asks it.
#[derive(Debug, Clone)]
#[must_use = "a query is asked with `.rows()` or `.first()`"]
pub struct Query {
    table: String,
    columns: Vec<String>,
    conditions: Vec<Condition>,
    order: Vec<Order>,
    limit: u32,
}

/// Starts a query for these columns of all rows (at most 100).
pub fn query<'a>(table: &str, columns: impl IntoIterator<Item = &'a str>) -> Query {
    Query {
        table: table.to_owned(),
        columns: columns.into_iter().map(str::to_owned).collect(),
        conditions: Vec::new(),
        order: Vec::new(),
        limit: MOST_ROWS,
    }
}

impl Query {
    fn compare(mut self, column: &str, comparison: Comparison, value: Value) -> Self {
        self.conditions.push(Condition {
            column: column.to_owned(),
            comparison,
            value,
        });
        self
    }

    /// Rows whose column equals the value.
    pub fn eq(self, column: &str, value: impl Into<Value>) -> Self {
        self.compare(column, Comparison::Equal, value.into())
    }

    /// Rows whose column differs from the value.
    pub fn not(self, column: &str, value: impl Into<Value>) -> Self {
        self.compare(column, Comparison::NotEqual, value.into())
    }

    /// Rows whose column is less than the value.
    pub fn less(self, column: &str, value: impl Into<Value>) -> Self {
        self.compare(column, Comparison::Less, value.into())
    }

    /// Rows whose column is less than or equal to the value.
    pub fn at_most(self, column: &str, value: impl Into<Value>) -> Self {
        self.compare(column, Comparison::AtMost, value.into())
    }

    /// Rows whose column is greater than the value.
    pub fn greater(self, column: &str, value: impl Into<Value>) -> Self {
        self.compare(column, Comparison::Greater, value.into())
    }

    /// Rows whose column is greater than or equal to the value.
    pub fn at_least(self, column: &str, value: impl Into<Value>) -> Self {
        self.compare(column, Comparison::AtLeast, value.into())
    }

    /// Smallest first. A second order decides where the first is equal.
    pub fn order_by(mut self, column: &str) -> Self {
        self.order.push(Order {
            column: column.to_owned(),
            direction: Direction::Ascending,
        });
        self
    }

    /// Largest first.
    pub fn order_by_descending(mut self, column: &str) -> Self {
        self.order.push(Order {
            column: column.to_owned(),
            direction: Direction::Descending,
        });
        self
    }

    /// At most this many rows.
    pub const fn limit(mut self, rows: u32) -> Self {
        self.limit = rows;
        self
    }

    /// Asks.
    ///
    /// # Errors
    /// When table, column or type do not fit the manifest: the pack's own mistake.
    pub fn rows(self) -> Result<Rows, Fault> {
        let Self {
            table,
            columns,
            conditions,
            order,
            limit,
        } = self;
        #[cfg(target_arch = "wasm32")]
        let answer = crate::bindings::jackfield::tables::tables::query(
            &table,
            &columns,
            &conditions,
            &order,
            limit,
        );
        #[cfg(not(target_arch = "wasm32"))]
        let answer =
            crate::native::ask(|host| host.query(&table, &columns, &conditions, &order, limit));
        crate::export::leave((table, conditions, order));
        Ok(Rows {
            columns,
            found: answer?,
        })
    }

    /// Asks for the first row, with `read` taking from it what is wanted.
    ///
    /// # Errors
    /// As [`Query::rows`], and what `read` returns.
    pub fn first<T>(
        self,
        read: impl FnOnce(Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let rows = self.limit(1).rows()?;
        let first = rows.iter().next().map(read).transpose();
        crate::export::leave(rows);
        first
    }
}

/// Rows that a query found.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    columns: Vec<String>,
    found: wire::Rows,
}

impl Rows {
    /// The rows, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        self.found.rows.iter().map(|row| Row {
            columns: &self.columns,
            cells: &row.cells,
        })
    }

    /// How many rows met the conditions, before the limit.
    pub const fn total(&self) -> u32 {
        self.found.total
    }

    /// Whether nothing was found.
    pub const fn is_empty(&self) -> bool {
        self.found.rows.is_empty()
    }
}

/// One row, with its cells by column and type.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    columns: &'a [String],
    cells: &'a [Value],
}

impl<'a> Row<'a> {
    /// A cell.
    ///
    /// # Errors
    /// When the query did not ask for this column.
    pub fn cell(self, column: &str) -> Result<&'a Value, Fault> {
        let index = self.columns.iter().position(|name| name == column);
        index
            .and_then(|index| self.cells.get(index))
            .ok_or_else(|| mismatch(column))
    }

    /// A text or date cell.
    ///
    /// # Errors
    /// When the column is absent or of another type.
    pub fn text(self, column: &str) -> Result<&'a str, Fault> {
        self.cell(column)?.as_text().ok_or_else(|| mismatch(column))
    }

    /// A whole number.
    ///
    /// # Errors
    /// When the column is absent or of another type.
    pub fn integer(self, column: &str) -> Result<i64, Fault> {
        self.cell(column)?
            .as_integer()
            .ok_or_else(|| mismatch(column))
    }

    /// Money.
    ///
    /// # Errors
    /// When the column is absent or of another type.
    pub fn money(self, column: &str) -> Result<&'a Money, Fault> {
        self.cell(column)?
            .as_money()
            .ok_or_else(|| mismatch(column))
    }
}

fn mismatch(column: &str) -> Fault {
    Fault::Bug(["no such column, or another type: ", column].concat())
}
