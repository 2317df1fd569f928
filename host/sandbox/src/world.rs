//! What capabilities answer from.

use std::future::Future;
use std::pin::Pin;
use std::time::Instant;

use jackfield_core::{Failure, Request, Response, Value};
use minicbor::{Decode, Encode};

use crate::{StorageView, TableSet};

/// A future without a name, because [`World`] is used as a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Everything a plug-in can see of the world in one turn. The sandbox has checked grants, counted the call
/// and bounded its arguments before it asks; it records the answer afterwards.
pub trait World: Send + Sync {
    /// The value of a declared setting, from the most specific layer that has one.
    fn config(&self, key: &str) -> Option<Value>;

    /// At most `limit` knowledge answers in the locale of this turn, best first.
    fn search(&self, query: &str, limit: u32) -> Vec<KnowledgeAnswer>;

    /// The pack's tables.
    fn tables(&self) -> &TableSet;

    /// The contact's storage for this pack: the snapshot and what earlier steps of this turn wrote.
    fn storage(&self) -> &StorageView;

    /// Sends a safe request. Checks the destination's grant, puts secrets in and bounds the response.
    fn http_read<'a>(&'a self, request: Request) -> BoxFuture<'a, Result<Response, Failure>>;

    /// HTTP reads that this turn may still make.
    fn http_reads_left(&self) -> u32;

    /// When the turn has to end, host calls included.
    fn deadline(&self) -> Instant;

    /// Called every few milliseconds while the guest computes: lets others have the processor, then resolves.
    fn give_way(&self) -> BoxFuture<'_, ()> {
        Box::pin(tokio::task::yield_now())
    }
}

/// One answer of a knowledge search.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct KnowledgeAnswer {
    /// Stable article id.
    #[n(0)]
    pub id: String,
    /// The question it answers, as written by its author.
    #[n(1)]
    pub question: String,
    /// Answer text.
    #[n(2)]
    pub text: String,
    /// 0 to 1; comparable within one knowledge version only.
    #[n(3)]
    pub score: f32,
}
