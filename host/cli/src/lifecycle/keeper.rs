//! The packs as the server's: the place where the two meet, so that neither needs to know the other.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jackfield_core::ErrorCode;
use jackfield_engine::Engine;
use jackfield_server::{HostError, PackKeeper, PackRequest};
use serde_json::{Value, json};

use super::{Packs, Refused};
use crate::teaching::Teaching;

/// Packs that a server can be asked about. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Keeper {
    pub(crate) packs: Arc<Packs>,
    pub(crate) teaching: Arc<Teaching>,
    pub(crate) engine: Engine,
}

impl Keeper {
    fn answer(&self, request: PackRequest) -> Result<Value, Refused> {
        let Self {
            packs,
            teaching,
            engine,
        } = self;
        match request {
            PackRequest::List => Ok(packs.list(engine)),
            PackRequest::Keep(archive) => Ok(json!({ "digest": packs.keep(&archive)? })),
            PackRequest::Sign(digest, sidecar) => {
                packs.keep_signatures(digest, &sidecar)?;
                Ok(json!({ "digest": digest }))
            }
            PackRequest::Plan(digest) => packs.plan(digest),
            PackRequest::Install(request) => {
                Ok(json!({ "pack": packs.install(teaching, &request)? }))
            }
            PackRequest::Change { pack, by, change } => {
                packs.change(teaching, &pack, &by, change)?;
                Ok(json!({ "pack": pack }))
            }
            PackRequest::Denials(pack) => packs.denials(engine, &pack),
            PackRequest::Grants(pack) => packs.grants(&pack),
            PackRequest::Uses(pack) => packs.uses(engine, &pack),
        }
    }
}

impl PackKeeper for Keeper {
    fn ask(&self, request: PackRequest) -> BoxFuture<'_, Result<Value, HostError>> {
        let own = self.clone();
        // It compiles, learns, and writes files: a worker of the runtime that waits for it would hold up everybody's turns.
        let answer = tokio::task::spawn_blocking(move || own.answer(request));
        async move {
            let answer = answer.await.map_err(|error| {
                HostError::new(ErrorCode::Internal, format!("the packs: {error}"))
            })?;
            Ok(answer?)
        }
        .boxed()
    }
}
