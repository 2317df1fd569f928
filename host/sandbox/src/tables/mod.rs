//! The tables of a pack: typed columns, indexed once, queried in microseconds.
//!
//! Every cell has an order-preserving 64-bit key (a text's key is its rank among the column's texts), so that
//! a condition of any type is a range of keys, and an index is the rows sorted by key.

mod column;
mod query;
mod set;

pub use column::ColumnKind;
pub use query::{Comparison, Condition, Direction, Order, Rows};
pub use set::{TableSet, TableSetBuilder};

use minicbor::{Decode, Encode};

/// Why a table could not be built or queried.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, thiserror::Error)]
pub enum TableError {
    /// The pack has no table of this name.
    #[error("there is no table `{0}`")]
    #[n(0)]
    UnknownTable(#[n(0)] String),
    /// The table has no column of this name.
    #[error("there is no column `{0}`")]
    #[n(1)]
    UnknownColumn(#[n(0)] String),
    /// A value's type is not its column's type.
    #[error("wrong type: {0}")]
    #[n(2)]
    WrongType(#[n(0)] String),
    /// A row has more or fewer cells than the table has columns, the table has too many rows, or a query asks for
    /// too much.
    #[error("wrong shape: {0}")]
    #[n(3)]
    WrongShape(#[n(0)] String),
}
