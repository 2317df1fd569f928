//! The data files of a pack.

use jackfield_core::Value;

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

/// A table, read and typed.
#[derive(Debug, Clone, PartialEq)]
pub struct TableData {
    /// Its name in the manifest.
    pub name: String,
    /// Columns, in the order of the file.
    pub columns: Vec<(String, ColumnKind)>,
    /// Rows; cells in the order of `columns`, each of its column's type.
    pub rows: Vec<Vec<Value>>,
    /// Columns that queries look up.
    pub indexed: Vec<String>,
}
