//! What a running step holds: the data of its store. Host functions of every contract version come here, so
//! grants, limits and the record are in one place.

use std::sync::Arc;

use jackfield_core::{
    ErrorCode, Failure, HostCall, Limits, Request, Response, StorageWrite, Value,
};
use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};

use crate::budget::Budget;
use crate::clock::GuestClock;
use crate::limiter::Limiter;
use crate::log::LogBuffer;
use crate::replay::Recorded;
use crate::step::{LogLevel, LogLine};
use crate::stop::Stop;
use crate::tables::{Condition, Order, Rows, TableError};
use crate::world::{KnowledgeAnswer, World};
use crate::{StorageView, engine};

/// The most answers of a knowledge search.
const MOST_ANSWERS: u32 = 10;
/// The longest storage key, bytes.
const LONGEST_KEY: usize = 256;
/// The most keys that a listing returns.
const MOST_KEYS: usize = 1000;

/// Bytes of a usual host call or answer as it is recorded.
const SCRATCH: usize = 512;

/// Where host calls are answered from.
pub(crate) enum Source {
    /// The world.
    World(Arc<dyn World>),
    /// The record of an earlier run.
    Record(Recorded),
    /// Nowhere: `migrate` is a function of its arguments.
    Nowhere,
}

/// Data of a store.
pub(crate) struct Run {
    source: Source,
    limits: Arc<Limits>,
    pub(crate) limiter: Limiter,
    pub(crate) clock: Arc<GuestClock>,
    log: LogBuffer,
    pub(crate) calls: Vec<HostCall>,
    pub(crate) writes: Vec<StorageWrite>,
    pub(crate) storage_read: bool,
    /// Limits that were met and answered with an error value.
    pub(crate) refused: Vec<&'static str>,
    /// The storage with this step's writes, once there is one.
    storage: Option<StorageView>,
    http_reads_left: u32,
    /// Bytes that may be written to storage.
    written: Budget,
    /// Bytes that may be answered, responses over HTTP not counted.
    answered: Budget,
    scratch: Vec<u8>,
}

/// Why a storage write was refused.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) enum StorageError {
    #[n(0)]
    InvalidKey(#[n(0)] String),
    #[n(1)]
    Full,
}

impl Run {
    pub(crate) fn new(source: Source, limits: Arc<Limits>) -> Self {
        let http_reads_left = match &source {
            Source::World(world) => world.http_reads_left().min(limits.http_reads),
            Source::Record(recorded) => recorded
                .http_reads_left
                .map_or(limits.http_reads, |left| left.min(limits.http_reads)),
            Source::Nowhere => 0,
        };
        Self {
            source,
            limiter: Limiter::new(
                limits.memory.min(engine::MOST_MEMORY),
                limits.table_elements.min(engine::MOST_TABLE_ELEMENTS),
            ),
            clock: Arc::new(GuestClock::start()),
            log: LogBuffer::new(limits.log),
            written: Budget::new(
                limits.storage_writes,
                ErrorCode::WroteTooMuch,
                "written to storage in one step",
            ),
            answered: Budget::new(
                limits.answers,
                ErrorCode::AnsweredTooMuch,
                "answered by the host in one step",
            ),
            limits,
            calls: Vec::new(),
            writes: Vec::new(),
            storage_read: false,
            refused: Vec::new(),
            storage: None,
            http_reads_left,
            scratch: Vec::with_capacity(SCRATCH),
        }
    }

    /// The world, when it is there.
    pub(crate) fn world(&self) -> Option<Arc<dyn World>> {
        match &self.source {
            Source::World(world) => Some(Arc::clone(world)),
            Source::Record(_) | Source::Nowhere => None,
        }
    }

    /// Counts from nothing again, for a bench that calls one instance several times.
    pub(crate) fn begin_again(&mut self) {
        self.clock = Arc::new(GuestClock::start());
        self.calls.clear();
        self.writes.clear();
        self.written.begin_again();
        self.answered.begin_again();
        self.storage = None;
    }

    /// Answers from this world from now on, for a review that calls one instance several times.
    pub(crate) fn see(&mut self, world: Arc<dyn World>) {
        self.http_reads_left = world.http_reads_left().min(self.limits.http_reads);
        self.source = Source::World(world);
    }

    /// The log lines, and how many bytes were dropped.
    pub(crate) fn take_log(&mut self) -> (Vec<LogLine>, u64) {
        std::mem::replace(&mut self.log, LogBuffer::new(0)).finish()
    }

    /// What was not replayed as recorded.
    pub(crate) fn into_divergences(self) -> Vec<crate::Divergence> {
        match self.source {
            Source::Record(recorded) => recorded.finish(),
            Source::World(_) | Source::Nowhere => Vec::new(),
        }
    }

    pub(crate) fn write_log(&mut self, level: LogLevel, message: &str) -> Result<(), Stop> {
        // What is dropped anyway is not looked at: a pack that floods its log would keep the host busy with it.
        let kept = self.log.prefix(message);
        self.enter("log.write", &(level as u8, kept, message.len()))?;
        self.log.write(level, message);
        if let Source::Record(recorded) = &mut self.source {
            recorded.take(&self.calls);
        }
        self.clock.resume();
        Ok(())
    }

    pub(crate) fn config(&mut self, key: &str) -> Result<Option<Value>, Stop> {
        self.enter("config.get", &key)?;
        self.answer(None, |world, _| world.config(key))
    }

    pub(crate) fn search(&mut self, query: &str, limit: u32) -> Result<Vec<KnowledgeAnswer>, Stop> {
        let limit = limit.min(MOST_ANSWERS);
        self.enter("knowledge.search", &(query, limit))?;
        self.answer(Vec::new(), |world, _| {
            let mut answers = world.search(query, limit);
            answers.truncate(limit as usize);
            answers
        })
    }

    pub(crate) fn query(
        &mut self,
        table: &str,
        columns: &[String],
        conditions: &[Condition],
        order: &[Order],
        limit: u32,
    ) -> Result<Result<Rows, TableError>, Stop> {
        self.enter("tables.query", &(table, columns, conditions, order, limit))?;
        let missing = Err(TableError::UnknownTable(table.to_owned()));
        self.answer(missing, |world, _| {
            world
                .tables()
                .query(table, columns, conditions, order, limit)
        })
    }

    pub(crate) fn storage_get(&mut self, key: &str) -> Result<Option<String>, Stop> {
        self.enter("storage.get", &key)?;
        self.storage_read = true;
        self.answer(None, |world, own| {
            view(world, own).get(key).map(str::to_owned)
        })
    }

    pub(crate) fn storage_keys(&mut self, prefix: &str) -> Result<Vec<String>, Stop> {
        self.enter("storage.keys", &prefix)?;
        self.storage_read = true;
        self.answer(Vec::new(), |world, own| {
            view(world, own).keys(prefix, MOST_KEYS)
        })
    }

    pub(crate) fn storage_set(
        &mut self,
        key: String,
        value: String,
    ) -> Result<Result<(), StorageError>, Stop> {
        self.enter("storage.set", &(&key, &value))?;
        let limit = self.limits.storage;
        let answer = self.answer(Ok(()), |world, own| {
            check_key(&key)?;
            let storage = own.get_or_insert_with(|| world.storage().clone());
            if storage.used_after(&key, Some(&value)) > limit {
                return Err(StorageError::Full);
            }
            storage.set(key.clone(), Some(value.clone()));
            Ok(())
        })?;
        if answer.is_ok() {
            self.written.take(key.len() + value.len())?;
            self.writes.push(StorageWrite::Set {
                key,
                value: Some(value),
            });
        } else if answer == Err(StorageError::Full) {
            self.refused.push("storage");
        }
        Ok(answer)
    }

    pub(crate) fn storage_delete(&mut self, key: String) -> Result<(), Stop> {
        self.enter("storage.delete", &key)?;
        self.answer((), |world, own| {
            own.get_or_insert_with(|| world.storage().clone())
                .set(key.clone(), None);
        })?;
        if check_key(&key).is_ok() {
            self.written.take(key.len())?;
            self.writes.push(StorageWrite::Set { key, value: None });
        }
        Ok(())
    }

    pub(crate) fn storage_add(
        &mut self,
        counter: String,
        amount: i64,
    ) -> Result<Result<(), StorageError>, Stop> {
        self.enter("storage.add", &(&counter, amount))?;
        let answer = self.answer(Ok(()), |_, _| check_key(&counter))?;
        if answer.is_ok() {
            self.written.take(counter.len() + size_of_val(&amount))?;
            self.writes.push(StorageWrite::Add { counter, amount });
        }
        Ok(answer)
    }

    pub(crate) async fn http_read(
        &mut self,
        request: Request,
    ) -> Result<Result<Response, Failure>, Stop> {
        self.enter("http.read", &request)?;
        self.http_reads_left = self.http_reads_left.checked_sub(1).ok_or_else(|| {
            Stop::new(
                ErrorCode::TooManyHttpReads,
                format!(
                    "the turn may read {} times over HTTP",
                    self.limits.http_reads
                ),
            )
        })?;
        let world = self.world();
        let mut answer = Err(Failure::Unreachable("not in the record".to_owned()));
        if let Some(world) = world {
            answer = world.http_read(request).await;
            if let Ok(response) = &answer
                && response.body.len() > self.limits.http_response
            {
                answer = Err(Failure::TooLarge(self.limits.http_response as u64));
            }
            if let Err(Failure::TooLarge(_)) = &answer {
                self.refused.push("http_response");
            }
        }
        // Responses have limits of their own.
        self.record(answer.clone(), |_, _| answer)
    }

    /// Counts a call and notes it in the record.
    fn enter(&mut self, function: &'static str, arguments: &impl Encode<()>) -> Result<(), Stop> {
        self.clock.pause();
        if matches!(self.source, Source::Nowhere) && function != "log.write" {
            return Err(Stop::new(
                ErrorCode::Trapped,
                format!("`migrate` may not call `{function}`"),
            ));
        }
        if self.calls.len() >= self.limits.host_calls as usize {
            return Err(Stop::new(
                ErrorCode::TooManyHostCalls,
                format!(
                    "call {} of the step, of `{function}`; the limit is {}",
                    self.calls.len() + 1,
                    self.limits.host_calls
                ),
            ));
        }
        self.scratch.clear();
        encode(arguments, &mut self.scratch)?;
        let digest: [u8; 32] = Sha256::digest(&self.scratch).into();
        let arguments = digest.first_chunk().copied().unwrap_or_default();
        self.calls.push(HostCall {
            function: function.into(),
            arguments,
            answer: None,
        });
        Ok(())
    }

    /// Answers the call that was entered last, records the answer and counts it. `missing` is the answer when a
    /// replay finds none.
    fn answer<T>(
        &mut self,
        missing: T,
        live: impl FnOnce(&dyn World, &mut Option<StorageView>) -> T,
    ) -> Result<T, Stop>
    where
        T: Encode<()> + for<'b> Decode<'b, ()>,
    {
        let answer = self.record(missing, live)?;
        let last = self.calls.last().and_then(|call| call.answer.as_ref());
        self.answered.take(last.map_or(0, Vec::len))?;
        Ok(answer)
    }

    /// The same without counting.
    fn record<T>(
        &mut self,
        missing: T,
        live: impl FnOnce(&dyn World, &mut Option<StorageView>) -> T,
    ) -> Result<T, Stop>
    where
        T: Encode<()> + for<'b> Decode<'b, ()>,
    {
        let answer = match &mut self.source {
            Source::World(world) => live(world.as_ref(), &mut self.storage),
            Source::Record(recorded) => {
                let answer = recorded.take(&self.calls);
                match (recorded.own(self.calls.last(), answer.is_some()), answer) {
                    (Some(own), _) => live(own.as_ref(), &mut self.storage),
                    (None, Some(bytes)) => minicbor::decode(&bytes).unwrap_or(missing),
                    (None, None) => missing,
                }
            }
            Source::Nowhere => missing,
        };
        self.scratch.clear();
        encode(&answer, &mut self.scratch)?;
        if let Some(call) = self.calls.last_mut() {
            call.answer = Some(self.scratch.clone());
        }
        self.clock.resume();
        Ok(answer)
    }
}

fn view<'a>(world: &'a dyn World, own: &'a Option<StorageView>) -> &'a StorageView {
    own.as_ref().unwrap_or_else(|| world.storage())
}

fn check_key(key: &str) -> Result<(), StorageError> {
    if key.is_empty() || key.len() > LONGEST_KEY {
        return Err(StorageError::InvalidKey(format!(
            "a key has 1 to {LONGEST_KEY} bytes, not {}",
            key.len()
        )));
    }
    Ok(())
}

fn encode(value: &impl Encode<()>, into: &mut Vec<u8>) -> Result<(), Stop> {
    minicbor::encode(value, into).map_err(|error| {
        Stop::new(
            ErrorCode::Internal,
            format!("a host call could not be recorded: {error}"),
        )
    })
}
