//! The capabilities of a test.

use std::{
    cell::{Ref, RefCell},
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use crate::{
    Value,
    native::Host,
    testing::Table,
    wire::{
        Condition, Failure, KnowledgeAnswer, Level, Order, Request, Response, Rows, StorageError,
        TableError,
    },
};

type Reader = Box<dyn FnMut(&Request) -> Result<Response, Failure>>;

/// What a flow can see and change in a test. Clones share one world.
#[derive(Clone, Default)]
pub struct World(Rc<RefCell<Inner>>);

#[derive(Default)]
struct Inner {
    config: HashMap<String, Value>,
    tables: HashMap<String, Table>,
    knowledge: Vec<KnowledgeAnswer>,
    storage: BTreeMap<String, String>,
    counters: BTreeMap<String, i64>,
    http: Option<Reader>,
    read: Vec<Request>,
    log: Vec<(Level, String)>,
}

impl World {
    pub(crate) fn set_config(&self, key: &str, value: Value) {
        self.0.borrow_mut().config.insert(key.to_owned(), value);
    }

    pub(crate) fn set_table(&self, name: &str, table: Table) {
        self.0.borrow_mut().tables.insert(name.to_owned(), table);
    }

    pub(crate) fn add_article(&self, article: KnowledgeAnswer) {
        self.0.borrow_mut().knowledge.push(article);
    }

    pub(crate) fn set_http(&self, reader: Reader) {
        self.0.borrow_mut().http = Some(reader);
    }

    /// Writes a key of the contact's storage.
    pub fn store(&self, key: &str, value: &str) {
        self.0
            .borrow_mut()
            .storage
            .insert(key.to_owned(), value.to_owned());
    }

    /// A key of the contact's storage.
    pub fn stored(&self, key: &str) -> Option<String> {
        self.0.borrow().storage.get(key).cloned()
    }

    /// A counter of the pack.
    pub fn counter(&self, name: &str) -> i64 {
        self.0
            .borrow()
            .counters
            .get(name)
            .copied()
            .unwrap_or_default()
    }

    /// The requests that were read inside steps so far.
    pub fn reads(&self) -> Ref<'_, [Request]> {
        Ref::map(self.0.borrow(), |inner| inner.read.as_slice())
    }

    /// The lines logged so far.
    pub fn log(&self) -> Ref<'_, [(Level, String)]> {
        Ref::map(self.0.borrow(), |inner| inner.log.as_slice())
    }

    /// The writes that a fault takes back.
    pub(crate) fn snapshot(&self) -> (BTreeMap<String, String>, BTreeMap<String, i64>) {
        let inner = self.0.borrow();
        (inner.storage.clone(), inner.counters.clone())
    }

    pub(crate) fn restore(
        &self,
        (storage, counters): (BTreeMap<String, String>, BTreeMap<String, i64>),
    ) {
        let mut inner = self.0.borrow_mut();
        inner.storage = storage;
        inner.counters = counters;
    }
}

impl Host for World {
    fn log(&mut self, level: Level, message: &str) {
        self.0.borrow_mut().log.push((level, message.to_owned()));
    }

    fn config(&mut self, key: &str) -> Option<Value> {
        self.0.borrow().config.get(key).cloned()
    }

    fn search(&mut self, query: &str, limit: u32) -> Vec<KnowledgeAnswer> {
        let inner = self.0.borrow();
        let found = inner
            .knowledge
            .iter()
            .filter(|article| article.question.contains(query));
        found.take(limit.min(10) as usize).cloned().collect()
    }

    fn query(
        &mut self,
        table: &str,
        columns: &[String],
        conditions: &[Condition],
        order: &[Order],
        limit: u32,
    ) -> Result<Rows, TableError> {
        match self.0.borrow().tables.get(table) {
            Some(table) => table.query(columns, conditions, order, limit),
            None => Err(TableError::UnknownTable(table.to_owned())),
        }
    }

    fn storage_get(&mut self, key: &str) -> Option<String> {
        self.stored(key)
    }

    fn storage_set(&mut self, key: &str, value: &str) -> Result<(), StorageError> {
        if key.is_empty() || key.len() > 256 {
            return Err(StorageError::InvalidKey(key.to_owned()));
        }
        self.store(key, value);
        Ok(())
    }

    fn storage_delete(&mut self, key: &str) {
        self.0.borrow_mut().storage.remove(key);
    }

    fn storage_keys(&mut self, prefix: &str) -> Vec<String> {
        self.0
            .borrow()
            .storage
            .keys()
            .filter(|key| key.starts_with(prefix))
            .take(1_000)
            .cloned()
            .collect()
    }

    fn storage_add(&mut self, counter: &str, amount: i64) -> Result<(), StorageError> {
        *self
            .0
            .borrow_mut()
            .counters
            .entry(counter.to_owned())
            .or_default() += amount;
        Ok(())
    }

    fn http_read(&mut self, request: &Request) -> Result<Response, Failure> {
        let mut inner = self.0.borrow_mut();
        inner.read.push(request.clone());
        match &mut inner.http {
            Some(reader) => reader(request),
            None => Err(Failure::Denied("this test has no `with_http`".to_owned())),
        }
    }
}
