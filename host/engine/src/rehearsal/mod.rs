//! Holds conversations with packs in a made-up world: time goes on when it is told to, other systems answer what they are told to
//! answer, nothing is stored and nothing is sent. Turns are those of a host, so what a test sees is what customers get.

mod talk;
mod world;

use std::sync::Arc;

use jackfield_core::{Failure, Request, Response};

pub use self::talk::{Heard, Talk};
pub(crate) use self::world::Stage;

use crate::codes::CodeDelivery;
use crate::engine::StartError;
use crate::installed::Catalog;
use crate::options::Options;
use crate::phrases::Phrases;

/// Other systems, made up.
pub trait BackEnd: Send + Sync {
    /// What they answer to a request, whose address names settings as the pack does: `{config:base}/plans`. `now` is in milliseconds
    /// since 1970.
    ///
    /// # Errors
    /// The failure that the pack is to see.
    fn answer(&self, request: &Request, now: u64) -> Result<Response, Failure>;
}

/// Packs to hold conversations with.
#[derive(Debug)]
pub struct Rehearsal {
    catalog: Arc<Catalog>,
    phrases: Phrases,
    options: Options,
}

impl Rehearsal {
    /// Conversations with the current packs of a catalog. One-time codes are shown in the conversation; of the options, limits, secret
    /// and locale count.
    ///
    /// # Errors
    /// [`StartError::Phrases`].
    pub fn new(catalog: Catalog, options: Options) -> Result<Self, StartError> {
        Ok(Self {
            catalog: Arc::new(catalog),
            phrases: Phrases::load()?,
            options: Options {
                code_delivery: CodeDelivery::Shown,
                ..options
            },
        })
    }
}
