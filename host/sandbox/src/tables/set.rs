//! All tables of a pack.

use std::collections::BTreeMap;

use jackfield_core::Value;

use super::column::Column;
use super::query::{self, Condition, Order, Rows};
use super::{ColumnKind, TableError};

/// The tables of one pack, built once when it is loaded.
#[derive(Debug, Default)]
pub struct TableSet {
    tables: BTreeMap<String, Table>,
}

/// One table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) rows: u32,
}

impl TableSet {
    /// No tables yet.
    pub fn builder() -> TableSetBuilder {
        TableSetBuilder::default()
    }

    /// Rows that meet all `conditions`, in `order`, at most `limit` and never more than 100. Empty `columns`
    /// means all. Without an order rows come as the pack's file has them.
    ///
    /// # Errors
    /// The table or a column does not exist, or a condition's value has another type than its column.
    pub fn query(
        &self,
        table: &str,
        columns: &[String],
        conditions: &[Condition],
        order: &[Order],
        limit: u32,
    ) -> Result<Rows, TableError> {
        let table = self
            .tables
            .get(table)
            .ok_or_else(|| TableError::UnknownTable(table.to_owned()))?;
        query::run(table, columns, conditions, order, limit)
    }
}

/// Makes a [`TableSet`].
#[derive(Debug, Default)]
pub struct TableSetBuilder {
    tables: BTreeMap<String, Table>,
}

impl TableSetBuilder {
    /// Adds a table. `indexed` names the columns that get an index.
    ///
    /// # Errors
    /// A row's length or a cell's type does not fit the columns, or an indexed column does not exist.
    pub fn table(
        mut self,
        name: impl Into<String>,
        columns: Vec<(String, ColumnKind)>,
        rows: Vec<Vec<Value>>,
        indexed: &[String],
    ) -> Result<Self, TableError> {
        if let Some(missing) = indexed
            .iter()
            .find(|name| columns.iter().all(|(column, _)| column != *name))
        {
            return Err(TableError::UnknownColumn(missing.clone()));
        }
        let count = u32::try_from(rows.len()).map_err(|_| {
            TableError::WrongShape("a table has at most 4,294,967,295 rows".to_owned())
        })?;
        let mut values: Vec<Vec<Value>> = columns
            .iter()
            .map(|_| Vec::with_capacity(rows.len()))
            .collect();
        for (number, row) in rows.into_iter().enumerate() {
            if row.len() != columns.len() {
                return Err(TableError::WrongShape(format!(
                    "row {} has {} cells, the table has {} columns",
                    number + 1,
                    row.len(),
                    columns.len()
                )));
            }
            for (column, cell) in values.iter_mut().zip(row) {
                column.push(cell);
            }
        }
        let columns = columns
            .into_iter()
            .zip(values)
            .map(|((name, kind), values)| {
                let index = indexed.contains(&name);
                Column::build(name, kind, values, index)
            })
            .collect::<Result<_, _>>()?;
        self.tables.insert(
            name.into(),
            Table {
                columns,
                rows: count,
            },
        );
        Ok(self)
    }

    /// The finished tables.
    pub fn build(self) -> TableSet {
        TableSet {
            tables: self.tables,
        }
    }
}
