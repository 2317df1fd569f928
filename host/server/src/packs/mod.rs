//! The API of packs: `/api/v1/packs/…`, `/api/v1/archives/…` and `/api/v1/versions`.
//!
//! What the server needs to know of packs is the trait [`PackKeeper`]; it answers in JSON, which is passed on as it is.

mod handlers;
mod requests;

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use jackfield_core::Right;
use serde_json::Value;

pub use self::requests::{CanaryWish, InstallRequest, PackRequest};
use crate::HostError;
use crate::api::{Api, Content, Door, Operation};

/// What the server needs of whoever installs packs.
pub trait PackKeeper: Send + Sync + 'static {
    /// Does what is asked, and says what came of it. It may take a minute.
    ///
    /// # Errors
    /// [`HostError`], with nothing changed.
    fn ask(&self, request: PackRequest) -> BoxFuture<'_, Result<Value, HostError>>;
}

/// Who installs packs, and how large they may be.
#[derive(Clone)]
pub struct PackAccess {
    /// Who installs packs.
    pub keeper: Arc<dyn PackKeeper>,
    /// The largest archive, bytes.
    pub largest: usize,
}

impl fmt::Debug for PackAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PackAccess(…)")
    }
}

const SEE: Door = Door::Right(Right::See);
const HAND_IN: Door = Door::Right(Right::HandIn);
const OPERATE: Door = Door::Right(Right::Operate);

/// Something that is decided about a pack.
const fn decision(path: &'static str, body: &'static str, summary: &'static str) -> Operation {
    Operation::post(path, OPERATE, summary)
        .takes(Content::Json(body))
        .answers("Pack")
        .long()
}

pub(crate) fn routes(api: Api) -> Api {
    api.on(
        Operation::get(
            "/api/v1/packs",
            SEE,
            "Every pack with its versions, and how a version on trial does",
        )
        .answers("Packs")
        .long(),
        handlers::list,
    )
    .on(
        Operation::get(
            "/api/v1/packs/{pack}/denials",
            SEE,
            "What a pack was denied, and what would allow it",
        )
        .answers("Denials")
        .long(),
        handlers::denials,
    )
    .on(
        Operation::get(
            "/api/v1/packs/{pack}/grants",
            SEE,
            "What a pack is granted, by whom and when, and what it asks for besides",
        )
        .answers("Grants")
        .long(),
        handlers::grants,
    )
    .on(
        Operation::get(
            "/api/v1/packs/{pack}/uses",
            SEE,
            "What a pack used of its grants since the host was started",
        )
        .answers("Uses")
        .long(),
        handlers::uses,
    )
    .on(
        decision(
            "/api/v1/packs/{pack}/promote",
            "Decision",
            "Make the version on trial the current one",
        ),
        handlers::promote,
    )
    .on(
        decision(
            "/api/v1/packs/{pack}/rollback",
            "RollBack",
            "Take back the version on trial, or the current one",
        ),
        handlers::roll_back,
    )
    .on(
        decision(
            "/api/v1/packs/{pack}/move",
            "Decision",
            "Move conversations to the current version",
        ),
        handlers::move_on,
    )
    .on(
        decision(
            "/api/v1/packs/{pack}/remove",
            "Remove",
            "Drop an earlier version, or the pack",
        ),
        handlers::remove,
    )
    .on(
        decision(
            "/api/v1/packs/{pack}/grants",
            "Grant",
            "Say all that a pack may do",
        ),
        handlers::grant,
    )
    .on(
        Operation::post(
            "/api/v1/archives",
            HAND_IN,
            "Keep an archive, to be looked at and installed",
        )
        .takes(Content::Bytes)
        .answers("Kept")
        .long(),
        handlers::keep,
    )
    .on(
        Operation::get(
            "/api/v1/archives/{digest}",
            SEE,
            "What an archive is, asks for and changes",
        )
        .answers("Plan")
        .long(),
        handlers::plan,
    )
    .on(
        Operation::put(
            "/api/v1/archives/{digest}/signatures",
            HAND_IN,
            "Keep the signatures of an archive",
        )
        .takes(Content::Text("text/plain"))
        .answers("Kept")
        .long(),
        handlers::sign,
    )
    .on(
        Operation::post(
            "/api/v1/versions",
            OPERATE,
            "Install a version, or try it on some conversations",
        )
        .takes(Content::Json("Install"))
        .answers("Pack")
        .long(),
        handlers::install,
    )
}
