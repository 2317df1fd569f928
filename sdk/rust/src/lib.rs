//! Write conversation flows for Jackfield.
//!
//! A flow is a struct: its fields are what it remembers between two steps. Implement [`Flow`] for it, one
//! function per event, and answer with a [`Reply`]:
//!
//! ```
//! use jackfield_sdk::prelude::*;
//!
//! #[derive(Default, Serialize, Deserialize)]
//! struct Greeting {
//!     name: Option<String>,
//! }
//!
//! impl Flow for Greeting {
//!     const NAME: &'static str = "greeting";
//!
//!     fn started(&mut self, cx: &mut Context, _args: Args) -> Answer {
//!         self.ask(cx)
//!     }
//!
//!     fn ask(&mut self, _cx: &mut Context) -> Answer {
//!         Reply::say(t("what-is-your-name")).ask_slot("name").step("ask-name")
//!     }
//!
//!     fn filled(&mut self, _cx: &mut Context, _slot: &str, value: &Value) -> Answer {
//!         Reply::say(t("welcome").arg("name", value.clone())).done().step("welcomed")
//!     }
//! }
//!
//! jackfield_sdk::export!(Greeting);
//!
//! // The same flow, tested natively:
//! use jackfield_sdk::testing::Conversation;
//! let mut talk = Conversation::new(handle, "greeting");
//! talk.start([]).at("ask-name").says("what-is-your-name");
//! talk.filled("name", "Lin").at("welcomed").arg("welcome", "name", "Lin").is_done();
//! ```
//!
//! Everything a flow may ask of the host during a step is a module here: [`log`], [`config`],
//! [`knowledge`], [`tables`], [`storage`], [`http`]. What a pack does not call is not imported by its
//! component. On other targets than WebAssembly these modules ask the [`native::Host`] of the thread.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

#[doc(hidden)]
pub mod bindings;

mod answer;
mod capability;
mod context;
mod export;
mod flow;
#[cfg(target_arch = "wasm32")]
mod heap;
mod message;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;
mod random;
mod reply;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod value;
pub mod wire;

pub use answer::{Answer, Fault};
pub use capability::{config, http, knowledge, log, storage, tables};
pub use context::{Args, Context};
#[doc(hidden)]
pub use export::{migrate, run, unknown_flow};
pub use flow::Flow;
pub use message::{Card, Choice, Text, literal, shown, t};
pub use random::Random;
pub use reply::{Asking, Decided, Draft, Open, Reply};
pub use value::{Money, NamedValue, Quantity, Value};
pub use wire::{
    Attachment, Callback, Channel, ChannelKind, Entity, Failure, Place, Request, Response,
    Utterance, Verification,
};

/// Everything a flow needs, in one `use`.
pub mod prelude {
    pub use serde::{Deserialize, Serialize};

    pub use crate::{
        Answer, Args, Callback, Card, Choice, Context, Failure, Fault, Flow, Money, NamedValue,
        Quantity, Reply, Request, Response, Text, Utterance, Value, Verification, config, http,
        knowledge, literal, log, shown, storage, t, tables,
    };
}
