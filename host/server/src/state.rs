//! What every request handler shares.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tokio::sync::watch;

use crate::addresses::Addresses;
use crate::api::Api;
use crate::assets::Assets;
use crate::figures::Figures;
use crate::rate::Rates;
use crate::token::Tokens;
use crate::{Host, Options};

/// What every request handler shares.
pub(crate) type Shared = Arc<State>;

pub(crate) struct State {
    pub(crate) host: Arc<dyn Host>,
    pub(crate) options: Options,
    pub(crate) tokens: Tokens,
    pub(crate) rates: Rates,
    pub(crate) new_contacts: Rates,
    pub(crate) addresses: Addresses,
    pub(crate) assets: Assets,
    pub(crate) figures: Figures,
    /// Addresses of which a request may take as long as learning does.
    pub(crate) long: HashSet<&'static str>,
    /// The description of the API.
    pub(crate) described: Bytes,
    /// Requests in work and open event streams.
    pub(crate) requests: Arc<AtomicUsize>,
    pub(crate) streams: Arc<AtomicUsize>,
    /// Turns true when the server shuts down.
    pub(crate) draining: watch::Receiver<bool>,
}

impl State {
    pub(crate) fn new(
        options: Options,
        host: Arc<dyn Host>,
        api: &Api,
        draining: watch::Receiver<bool>,
    ) -> Self {
        let long = api.operations().iter().filter(|operation| operation.long);
        Self {
            tokens: Tokens::new(&options.token_key, &options.tenant, options.token_life),
            rates: Rates::new(options.limits.rate),
            new_contacts: Rates::new(options.limits.new_contacts),
            addresses: Addresses::default(),
            assets: Assets::new(),
            figures: Figures::new(api.paths()),
            long: long.map(|operation| operation.path).collect(),
            described: api.described().into(),
            requests: Arc::default(),
            streams: Arc::default(),
            host,
            options,
            draining,
        }
    }
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
