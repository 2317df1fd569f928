//! The trainer's API, for the operator's people: `/api/v1/trainer/…`.
//!
//! What the server needs of the trainer is the trait [`Trainer`]; it answers in JSON, which is passed on as it is.

mod handlers;
mod requests;

use futures_util::future::BoxFuture;
use jackfield_core::Right;
use serde_json::Value;

pub use self::requests::{LabelRequest, Meaning, Signed, TrainerRequest, TypedSentence};
use crate::HostError;
use crate::api::{Api, Content, Door, Operation};

/// What the server needs of the trainer.
pub trait Trainer: Send + Sync + 'static {
    /// Does what is asked, and says what came of it. It may take a minute.
    ///
    /// # Errors
    /// [`HostError`], with nothing changed.
    fn ask(&self, request: TrainerRequest) -> BoxFuture<'_, Result<Value, HostError>>;
}

const TEACH: Door = Door::Right(Right::Teach);
const LIMIT: (&str, &str, &str) = (
    "limit",
    "integer",
    "So many at most: 50 unless said otherwise, and never more than 20,000",
);
const DRAFT: &str = "/api/v1/trainer/draft";
const VERSIONS: &str = "/api/v1/trainer/versions";

pub(crate) fn routes(api: Api) -> Api {
    api.on(
        Operation::get(
            "/api/v1/trainer/entries",
            TEACH,
            "Sentences that were not understood, or only unsurely",
        )
        .query(&[
            LIMIT,
            ("all", "boolean", "Also those that need no label any more"),
        ])
        .answers("Sentences"),
        handlers::list,
    )
    .on(
        Operation::get("/api/v1/trainer/entries/{id}", TEACH, "One of them").answers("Sentence"),
        handlers::entry,
    )
    .on(
        Operation::get(
            "/api/v1/trainer/groups",
            TEACH,
            "Groups of them that are alike",
        )
        .query(&[LIMIT])
        .answers("Groups")
        .long(),
        handlers::groups,
    )
    .on(
        Operation::get(
            "/api/v1/trainer/meanings",
            TEACH,
            "What sentences can be labelled with",
        )
        .answers("Meanings"),
        handlers::meanings,
    )
    .on(
        Operation::post(
            "/api/v1/trainer/labels",
            TEACH,
            "Say what sentences mean: all of them or none",
        )
        .takes(Content::Json("Labels"))
        .answers("Draft"),
        handlers::label,
    )
    .on(
        Operation::get(DRAFT, TEACH, "The labels that are not published").answers("Draft"),
        handlers::draft,
    )
    .on(
        Operation::delete(DRAFT, TEACH, "Throw them away").answers("Draft"),
        handlers::drop_draft,
    )
    .on(
        Operation::get(
            "/api/v1/trainer/effect",
            TEACH,
            "What publishing them would do",
        )
        .answers("Effect")
        .long(),
        handlers::effect,
    )
    .on(
        Operation::get(VERSIONS, TEACH, "The published versions").answers("History"),
        handlers::history,
    )
    .on(
        Operation::post(VERSIONS, TEACH, "Teach the draft")
            .takes(Content::Json("Publish"))
            .answers("Published")
            .long(),
        handlers::publish,
    )
    .on(
        Operation::get(
            "/api/v1/trainer/versions/{number}",
            TEACH,
            "What a version teaches",
        )
        .answers("Version"),
        handlers::version,
    )
    .on(
        Operation::post(
            "/api/v1/trainer/versions/{number}/rollback",
            TEACH,
            "Go back to what a version teaches; 0 is what the packs teach by themselves",
        )
        .takes(Content::Json("Publish"))
        .answers("Published")
        .long(),
        handlers::rollback,
    )
}
