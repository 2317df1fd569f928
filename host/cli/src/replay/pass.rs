//! One pass over a journal: one thread reads, as many as there are processors open and replay, each the sessions that fall to it.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use anyhow::{Context as _, anyhow};
use jackfield_core::SessionId;
use jackfield_engine::replay::{Replay, Report, Sessions, Taken};
use jackfield_store::{JournalReader, Opener, RecordHeader, Sealed};

/// Records that are handed to a thread at once: waking it for each costs as much as reading it.
const TOGETHER: usize = 64;
/// How often so many are read ahead for each thread.
const AHEAD: usize = 4;

/// Which turns to replay.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// Not before this, milliseconds since 1970.
    pub(crate) since: Option<u64>,
    pub(crate) session: Option<SessionId>,
}

impl Wanted {
    fn takes(&self, header: &RecordHeader) -> bool {
        let late = |since: u64| header.at == 0 || header.at >= since;
        self.since.is_none_or(late) && self.session.is_none_or(|wanted| wanted == header.session)
    }
}

/// Replays what is wanted of a journal.
pub(crate) fn all(
    reader: Arc<JournalReader>,
    replay: &Replay,
    wanted: &Wanted,
) -> anyhow::Result<Report> {
    let (records, opener) = reader.records()?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let mut queues: Vec<Queue> = Vec::new();
        let mut workers = Vec::new();
        for _ in 0..threads {
            let (queue, sealed) = sync_channel(AHEAD);
            let opener = opener.clone();
            queues.push(Queue {
                queue,
                waiting: Vec::with_capacity(TOGETHER),
            });
            workers.push(scope.spawn(move || work(&sealed, &opener, replay)));
        }
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        let mut read = Ok(());
        for sealed in records {
            let sealed = match sealed {
                Ok(sealed) => sealed,
                Err(error) => {
                    read = Err(error);
                    break;
                }
            };
            let header = sealed.header();
            if !wanted.takes(&header) {
                continue;
            }
            let number = hasher.hash_one(header.session) as usize % threads;
            let taken = queues
                .get_mut(number)
                .is_some_and(|queue| queue.hand_over(sealed));
            // A thread that ended early says why below.
            if !taken {
                break;
            }
        }
        queues.into_iter().for_each(Queue::end);
        let mut report = Report::default();
        for worker in workers {
            let ended = worker
                .join()
                .map_err(|_| anyhow!("a thread of the replay ended early"))?;
            report.merge(ended?);
        }
        read?;
        Ok(report)
    })
}

/// The records for one thread.
struct Queue {
    queue: SyncSender<Vec<Sealed>>,
    waiting: Vec<Sealed>,
}

impl Queue {
    /// False when the thread is gone.
    fn hand_over(&mut self, sealed: Sealed) -> bool {
        self.waiting.push(sealed);
        if self.waiting.len() < TOGETHER {
            return true;
        }
        let full = std::mem::replace(&mut self.waiting, Vec::with_capacity(TOGETHER));
        self.queue.send(full).is_ok()
    }

    fn end(self) {
        // A thread that is gone said why.
        self.queue.send(self.waiting).ok();
    }
}

fn work(
    sealed: &Receiver<Vec<Sealed>>,
    opener: &Opener,
    replay: &Replay,
) -> anyhow::Result<Report> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .context("cannot start a thread of the replay")?;
    let mut sessions = Sessions::default();
    let mut report = Report::default();
    for sealed in sealed.iter().flatten() {
        let entry = opener.open(&sealed)?;
        match sessions.take(entry, &|position| opener.at(position).ok()) {
            Taken::Turn(turn) => report.add(runtime.block_on(replay.turn(&turn))),
            other => report.skipped(&other),
        }
    }
    Ok(report)
}
