//! Faults on demand.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

/// How the operator behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Answers at once.
    #[default]
    Normal,
    /// Does its work at once and answers late.
    Slow,
    /// Does nothing and answers 503.
    Fail,
    /// Does nothing and never answers; after 60 s the connection is closed.
    Timeout,
    /// Answers a change of plan with 202, and calls back `delay_ms` later with what became of it.
    Later,
    /// Does its work and closes the connection instead of answering: the first request and every second one after it.
    Flaky,
}

/// Which requests behave so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Only {
    /// `GET /subscribers/…`.
    Reads,
    /// `POST /plan-changes`.
    Changes,
    /// Both.
    #[default]
    All,
}

/// The body of `POST /control`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// How to behave.
    pub mode: Mode,
    /// Milliseconds by which `slow` answers and `later` calls back late, at most 60,000.
    #[serde(default = "default_delay")]
    pub delay_ms: u64,
    /// Which requests.
    #[serde(default)]
    pub only: Only,
}

fn default_delay() -> u64 {
    2_000
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            mode: Mode::Normal,
            delay_ms: default_delay(),
            only: Only::All,
        }
    }
}

/// The present setting.
#[derive(Debug, Default)]
pub(crate) struct Control {
    setting: Mutex<Setting>,
    /// Requests that met `flaky` since it was set.
    flaky: AtomicU64,
}

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Answer,
    AnswerAfter(Duration),
    Unavailable,
    Hang,
    /// Do the work, then close the connection.
    WorkAndDrop,
}

/// The longest that a request is kept waiting.
pub(crate) const LONGEST: Duration = Duration::from_secs(60);

impl Control {
    pub(crate) fn set(&self, setting: Setting) {
        *self.setting.lock() = setting;
        self.flaky.store(0, Ordering::Relaxed);
    }

    pub(crate) fn setting(&self) -> Setting {
        *self.setting.lock()
    }

    /// How much later than its answer a change of plan is made known, when it is.
    pub(crate) fn calls_back_after(&self) -> Option<Duration> {
        let setting = self.setting();
        let later = setting.mode == Mode::Later && setting.only != Only::Reads;
        later.then(|| Duration::from_millis(setting.delay_ms).min(LONGEST))
    }

    /// Decides about one request; `change` says that it is a plan change.
    pub(crate) fn fate(&self, change: bool) -> Fate {
        let setting = self.setting();
        let meant = match setting.only {
            Only::All => true,
            Only::Reads => !change,
            Only::Changes => change,
        };
        match setting.mode {
            _ if !meant => Fate::Answer,
            Mode::Normal | Mode::Later => Fate::Answer,
            Mode::Slow => Fate::AnswerAfter(Duration::from_millis(setting.delay_ms).min(LONGEST)),
            Mode::Fail => Fate::Unavailable,
            Mode::Timeout => Fate::Hang,
            Mode::Flaky if self.flaky.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) => {
                Fate::WorkAndDrop
            }
            Mode::Flaky => Fate::Answer,
        }
    }
}
