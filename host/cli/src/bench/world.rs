//! What the measured turn sees of the world: the pack's real tables, one contact's storage, no other system.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use jackfield_core::{Failure, Request, Response, Value};
use jackfield_packs::Pack;
use jackfield_sandbox::{
    BoxFuture, Comparison, Condition, KnowledgeAnswer, StorageView, TableSet, World,
};

use super::sandbox::{PHONE, SESSION};

/// A world without other systems.
pub(super) struct BenchWorld {
    tables: TableSet,
    storage: StorageView,
    deadline: Instant,
}

impl BenchWorld {
    pub(super) fn new(pack: &Pack) -> anyhow::Result<Self> {
        let entries = BTreeMap::from([("proven".to_owned(), format!("{SESSION} {PHONE}"))]);
        let used = StorageView::bytes(&entries);
        Ok(Self {
            tables: crate::install::tables(pack.tables())?,
            storage: StorageView::new(Arc::new(entries), used),
            deadline: Instant::now() + Duration::from_secs(3600),
        })
    }

    /// A plan of the province that everybody may have.
    pub(super) fn some_plan(&self, province: &str) -> anyhow::Result<String> {
        let equal = |column: &str, value: &str| Condition {
            column: column.to_owned(),
            comparison: Comparison::Equal,
            value: Value::Text(value.to_owned()),
        };
        let conditions = [equal("province", province), equal("audience", "all")];
        let rows = self
            .tables
            .query("plans", &["plan_id".to_owned()], &conditions, &[], 1)?;
        match rows
            .rows
            .into_iter()
            .next()
            .and_then(|row| row.into_iter().next())
        {
            Some(Value::Text(id)) => Ok(id),
            _ => None.context("the table of plans has no plan to choose"),
        }
    }
}

impl World for BenchWorld {
    fn config(&self, _key: &str) -> Option<Value> {
        None
    }

    fn search(&self, _query: &str, _limit: u32) -> Vec<KnowledgeAnswer> {
        Vec::new()
    }

    fn tables(&self) -> &TableSet {
        &self.tables
    }

    fn storage(&self) -> &StorageView {
        &self.storage
    }

    fn http_read<'a>(&'a self, _request: Request) -> BoxFuture<'a, Result<Response, Failure>> {
        Box::pin(async { Err(Failure::Denied("not in this benchmark".to_owned())) })
    }

    fn http_reads_left(&self) -> u32 {
        0
    }

    fn deadline(&self) -> Instant {
        self.deadline
    }
}
