//! Leaving a version: its flows go on with the current one, all of them or none.

use std::sync::Arc;

use jackfield_core::{Digest, ErrorCode, StepOutcome};

use super::Turn;
use crate::installed::InstalledPack;

/// A frame as it is on the current version.
struct Moved {
    frame: u32,
    state: Option<String>,
}

impl Turn<'_> {
    /// Moves flows off versions that are to be left. When one of them cannot be moved, all of its pack stay where they are:
    /// no turn sees two versions of a pack.
    pub(super) async fn leave_versions(&mut self) {
        let mut left: Vec<Digest> = Vec::new();
        for frame in &self.session.frames {
            if self.catalog.leaves(&frame.pack) && !left.contains(&frame.pack) {
                left.push(frame.pack);
            }
        }
        if left.is_empty() {
            return;
        }
        for digest in left {
            let Some((old, new)) = self.pair(digest) else {
                continue;
            };
            match self.moved(&old, &new).await {
                Ok(moved) => {
                    metrics::counter!("jackfield_session_moved_total", "pack" => new.id().to_string(), "outcome" => "moved")
                        .increment(1);
                    self.put(&new, moved);
                }
                Err(why) => {
                    metrics::counter!("jackfield_session_moved_total", "pack" => new.id().to_string(), "outcome" => "stayed")
                        .increment(1);
                    tracing::warn!(session = %self.session.id, pack = %new.id(), code = %ErrorCode::NotMigrated, "stays on version {}: {why}", old.manifest.pack.version);
                }
            }
        }
        self.base = self.session.clone();
    }

    fn pair(&self, digest: Digest) -> Option<(Arc<InstalledPack>, Arc<InstalledPack>)> {
        let old = self.catalog.version(&digest)?;
        let new = self.catalog.pack(old.id())?;
        Some((Arc::clone(old), Arc::clone(new)))
    }

    async fn moved(&self, old: &InstalledPack, new: &InstalledPack) -> Result<Vec<Moved>, String> {
        let from = self.session.frames.iter();
        let mut moved = Vec::new();
        for frame in from.filter(|frame| frame.pack == old.digest) {
            let flow = &frame.flow.flow;
            if new.flow(flow).is_none() {
                return Err(format!("the current version has no flow {flow}"));
            }
            let told = |outcome: StepOutcome| match outcome {
                StepOutcome::Faulted(fault) => fault.to_string(),
                StepOutcome::Stopped { code, detail } => format!("{code}: {detail}"),
                StepOutcome::Replied(_) => "it replied".to_owned(),
            };
            let state = match &frame.state {
                None => None,
                Some(state) => {
                    old.plugin.check_state(flow.as_str(), state).map_err(told)?;
                    if frame.state_version == new.manifest.pack.state_version {
                        new.plugin.check_state(flow.as_str(), state).map_err(told)?;
                        Some(state.clone())
                    } else {
                        let migrated =
                            new.plugin
                                .migrate(flow.as_str(), frame.state_version, state);
                        Some(migrated.await.map_err(told)?)
                    }
                }
            };
            let frame = frame.id;
            moved.push(Moved { frame, state });
        }
        Ok(moved)
    }

    fn put(&mut self, new: &InstalledPack, moved: Vec<Moved>) {
        for Moved { frame, state } in moved {
            let mut frames = self.session.frames.iter_mut();
            if let Some(frame) = frames.find(|other| other.id == frame) {
                frame.state = state;
                frame.state_version = new.manifest.pack.state_version;
                frame.pack = new.digest;
            }
        }
    }
}
