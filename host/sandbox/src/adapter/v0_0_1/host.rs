//! The capabilities: types are converted here, everything else happens in [`Run`].

use jackfield_core as core;
use wasmtime::Result;

use super::bindings::jackfield::{config, http, knowledge, log, storage, tables, types};
use crate::run::{Run, StorageError};
use crate::step::LogLevel;
use crate::tables as t;

impl log::log::Host for Run {
    fn write(&mut self, level: log::log::Level, message: String) -> Result<()> {
        let level = match level {
            log::log::Level::Debug => LogLevel::Debug,
            log::log::Level::Info => LogLevel::Info,
            log::log::Level::Warn => LogLevel::Warn,
            log::log::Level::Error => LogLevel::Error,
        };
        Ok(self.write_log(level, &message)?)
    }
}

impl config::config::Host for Run {
    fn get(&mut self, key: String) -> Result<Option<types::values::Value>> {
        Ok(self.config(&key)?.map(Into::into))
    }
}

impl knowledge::knowledge::Host for Run {
    fn search(&mut self, query: String, limit: u32) -> Result<Vec<knowledge::knowledge::Answer>> {
        let answers = Run::search(self, &query, limit)?;
        Ok(answers
            .into_iter()
            .map(
                |crate::KnowledgeAnswer {
                     id,
                     question,
                     text,
                     score,
                 }| knowledge::knowledge::Answer {
                    id,
                    question,
                    text,
                    score,
                },
            )
            .collect())
    }
}

impl tables::tables::Host for Run {
    fn query(
        &mut self,
        table: String,
        columns: Vec<String>,
        conditions: Vec<tables::tables::Condition>,
        order: Vec<tables::tables::Order>,
        limit: u32,
    ) -> Result<Result<tables::tables::Rows, tables::tables::Error>> {
        let conditions: Vec<_> = conditions.into_iter().map(t::Condition::from).collect();
        let order: Vec<_> = order.into_iter().map(t::Order::from).collect();
        let answer = Run::query(self, &table, &columns, &conditions, &order, limit)?;
        Ok(answer.map(Into::into).map_err(Into::into))
    }
}

impl storage::storage::Host for Run {
    fn get(&mut self, key: String) -> Result<Option<String>> {
        Ok(self.storage_get(&key)?)
    }

    fn set(&mut self, key: String, value: String) -> Result<Result<(), storage::storage::Error>> {
        Ok(self.storage_set(key, value)?.map_err(Into::into))
    }

    fn delete(&mut self, key: String) -> Result<()> {
        Ok(self.storage_delete(key)?)
    }

    fn keys(&mut self, prefix: String) -> Result<Vec<String>> {
        Ok(self.storage_keys(&prefix)?)
    }

    fn add(&mut self, counter: String, amount: i64) -> Result<Result<(), storage::storage::Error>> {
        Ok(self.storage_add(counter, amount)?.map_err(Into::into))
    }
}

impl http::http::Host for Run {
    async fn read(
        &mut self,
        request: types::web::Request,
    ) -> Result<Result<types::web::Response, types::web::Failure>> {
        let answer = self.http_read(request.into()).await?;
        Ok(answer.map(Into::into).map_err(Into::into))
    }
}

// Interfaces of types only: they have a trait without functions.
impl types::values::Host for Run {}
impl types::web::Host for Run {}

impl From<tables::tables::Condition> for t::Condition {
    fn from(condition: tables::tables::Condition) -> Self {
        use tables::tables::Comparison;
        Self {
            column: condition.column,
            comparison: match condition.comparison {
                Comparison::Equal => t::Comparison::Equal,
                Comparison::NotEqual => t::Comparison::NotEqual,
                Comparison::Less => t::Comparison::Less,
                Comparison::AtMost => t::Comparison::AtMost,
                Comparison::Greater => t::Comparison::Greater,
                Comparison::AtLeast => t::Comparison::AtLeast,
            },
            value: core::Value::from(condition.value),
        }
    }
}

impl From<tables::tables::Order> for t::Order {
    fn from(order: tables::tables::Order) -> Self {
        Self {
            column: order.column,
            direction: match order.direction {
                tables::tables::Direction::Ascending => t::Direction::Ascending,
                tables::tables::Direction::Descending => t::Direction::Descending,
            },
        }
    }
}

impl From<t::Rows> for tables::tables::Rows {
    fn from(t::Rows { rows, total }: t::Rows) -> Self {
        let rows = rows
            .into_iter()
            .map(|cells| tables::tables::Row {
                cells: cells.into_iter().map(Into::into).collect(),
            })
            .collect();
        Self { rows, total }
    }
}

impl From<t::TableError> for tables::tables::Error {
    fn from(error: t::TableError) -> Self {
        match error {
            t::TableError::UnknownTable(name) => Self::UnknownTable(name),
            t::TableError::UnknownColumn(name) => Self::UnknownColumn(name),
            t::TableError::WrongType(detail) | t::TableError::WrongShape(detail) => {
                Self::WrongType(detail)
            }
        }
    }
}

impl From<StorageError> for storage::storage::Error {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::InvalidKey(rule) => Self::InvalidKey(rule),
            StorageError::Full => Self::Full,
        }
    }
}
