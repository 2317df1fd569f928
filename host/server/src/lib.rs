//! HTTP: channels, web pages, health and metrics. Everything it knows of the engine is the trait [`Host`].
//!
//! ```no_run
//! # async fn example(host: std::sync::Arc<dyn jackfield_server::Host>) -> Result<(), jackfield_server::ServerError> {
//! use jackfield_server::{Options, Server, TokenKey};
//!
//! let key = TokenKey::new([7; 32]); // from a secret file
//! let server = Server::bind(Options::new(([127, 0, 0, 1], 8080).into(), key), host).await?;
//! println!("http://{}/", server.local_addr());
//! server.run(async { let _ = tokio::signal::ctrl_c().await; }).await;
//! # Ok(())
//! # }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod access;
mod addresses;
mod admin;
mod api;
mod assets;
mod body;
mod callbacks;
mod chat;
mod connections;
mod error;
mod events;
mod explained;
mod figures;
mod front;
mod health;
mod host;
mod operator;
mod options;
mod packs;
mod pages;
mod place;
mod rasa;
mod rate;
mod routes;
mod server;
mod state;
mod stream;
mod timed;
mod token;
mod trainer;

pub use access::OperatorAccess;
pub use admin::Administration;
pub use host::{Asked, Called, Host, HostError, Published, Readiness, Receipt, TranscriptTurn};
pub use operator::OperatorToken;
pub use options::{Limits, Options, RasaAccess, Rate, TokenKey};
pub use packs::{CanaryWish, InstallRequest, PackAccess, PackKeeper, PackRequest};
pub use server::{Server, ServerError};
pub use trainer::{LabelRequest, Meaning, Signed, Trainer, TrainerRequest, TypedSentence};
