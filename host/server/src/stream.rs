//! One event stream: what was said so far, then what is said from now on, without gap or repetition.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jackfield_channels::webchat::TurnEvent;
use jackfield_core::{Address, SessionId};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, Interval, MissedTickBehavior};

use crate::addresses::Following;
use crate::events::EventId;
use crate::place::Place;
use crate::routes::WEB_CHANNEL;
use crate::state::Shared;
use crate::{HostError, Published, TranscriptTurn};

/// Turns shown to a page that knows none.
const RECENT: usize = 200;
/// Turns caught up by a page that knows some.
const CATCH_UP: usize = 2_000;
/// A sign of life this often keeps proxies from closing a silent stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Turns shorter than this show no typing sign: it would only flicker.
const TYPING_AFTER: Duration = Duration::from_millis(150);
/// Pause before a session is watched anew.
const RESUBSCRIBE_AFTER: Duration = Duration::from_millis(100);
/// Live events joined into one write when a client is behind.
const JOINED: usize = 64;

/// A session that the stream is in.
struct Attached {
    session: SessionId,
    live: broadcast::Receiver<Arc<Published>>,
    /// The last turn that was sent.
    sent: u64,
    /// Whether turns may have happened that neither were sent nor will be received.
    behind: bool,
}

/// An open event stream of a contact.
pub(crate) struct EventStream {
    state: Shared,
    following: Following,
    draining: watch::Receiver<bool>,
    keep_alive: Interval,
    seen: Option<EventId>,
    attached: Option<Attached>,
    typing: Typing,
    began: bool,
    _place: Place,
    _open: OpenStream,
}

/// The typing sign, shown only for turns that take a while.
enum Typing {
    Off,
    Due(Instant),
    Shown,
}

/// Counts the stream while it is open.
struct OpenStream(metrics::Gauge);

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

enum Woken {
    Live(Result<Arc<Published>, RecvError>),
    Session(SessionId),
    TypingDue,
    KeepAlive,
    Draining,
}

impl EventStream {
    pub(crate) fn new(state: Shared, contact: String, seen: Option<EventId>, place: Place) -> Self {
        // Follow first, then look: a session that begins between the two is then heard of.
        let following = state.addresses.follow(&contact);
        let open = state.host.open(
            &state.options.tenant,
            &Address {
                channel: WEB_CHANNEL.to_owned(),
                contact,
            },
        );
        // One tick for the life of the stream: a timer set anew for each event would cost more than the event.
        let mut keep_alive = tokio::time::interval_at(Instant::now() + KEEP_ALIVE, KEEP_ALIVE);
        keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
        state.figures.streams.increment(1);
        let mut stream = Self {
            following,
            draining: state.draining.clone(),
            keep_alive,
            seen,
            attached: None,
            typing: Typing::Off,
            began: false,
            _place: place,
            _open: OpenStream(state.figures.streams.clone()),
            state,
        };
        if let Some(session) = open {
            stream.attach(session);
        }
        stream
    }

    /// Goes over to a session. Subscribes before the transcript is read, so that nothing falls between.
    fn attach(&mut self, session: SessionId) {
        let live = self.state.host.watch(session);
        let seen = self
            .seen
            .take()
            .filter(|seen| seen.session.is_none_or(|of| of == session));
        self.attached = Some(Attached {
            session,
            live,
            sent: seen.map_or(0, |seen| seen.turn),
            behind: true,
        });
        self.typing = Typing::Off;
    }

    /// The next bytes; `None` ends the stream.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        let mut out = Vec::new();
        if !self.began {
            self.began = true;
            out.extend_from_slice(b"retry: 1000\n\n");
        }
        loop {
            if self
                .attached
                .as_ref()
                .is_some_and(|attached| attached.behind)
            {
                self.catch_up(&mut out).await.ok()?;
            }
            if !out.is_empty() {
                return Some(Bytes::from(out));
            }
            match self.wake().await {
                Woken::Live(Err(RecvError::Closed)) => self.resubscribe().await,
                Woken::Live(received) => self.live(received, &mut out),
                Woken::Session(session) => {
                    // The last words of the old session may still wait here.
                    self.drain_live(&mut out);
                    self.attach(session);
                }
                Woken::TypingDue => {
                    self.typing = Typing::Shown;
                    out.extend_from_slice(b"event: typing\ndata: {\"on\":true}\n\n");
                }
                // An event and not a comment, so that a page can tell a silent connection from a dead one.
                Woken::KeepAlive => out.extend_from_slice(b"event: ping\ndata: {}\n\n"),
                // The client comes back by itself, to the next process.
                Woken::Draining => return None,
            }
        }
    }

    async fn wake(&mut self) -> Woken {
        let Self {
            following,
            draining,
            keep_alive,
            attached,
            typing,
            ..
        } = self;
        let current = attached.as_ref().map(|attached| attached.session);
        let live = async {
            match attached {
                Some(attached) => attached.live.recv().await,
                None => std::future::pending().await,
            }
        };
        let typing_due = async {
            match typing {
                Typing::Due(at) => tokio::time::sleep_until(*at).await,
                _ => std::future::pending().await,
            }
        };
        // In this order: what is said goes before everything but the end.
        tokio::select! {
            biased;
            _ = draining.wait_for(|draining| *draining) => Woken::Draining,
            received = live => Woken::Live(received),
            session = following.next(current) => Woken::Session(session),
            () = typing_due => Woken::TypingDue,
            _ = keep_alive.tick() => Woken::KeepAlive,
        }
    }

    /// Writes the turns after the last one that was sent.
    async fn catch_up(&mut self, out: &mut Vec<u8>) -> Result<(), HostError> {
        let Some(attached) = &mut self.attached else {
            return Ok(());
        };
        let limit = if attached.sent == 0 { RECENT } else { CATCH_UP };
        let turns = self
            .state
            .host
            .transcript(
                &self.state.options.tenant,
                attached.session,
                attached.sent,
                limit,
            )
            .await?;
        attached.behind = false;
        for turn in &turns {
            attached.write(turn, out);
        }
        // Tells the page that what follows is new.
        let _ = write!(
            out,
            "event: current\ndata: {{\"session\":\"{}\",\"turn\":{}}}\n\n",
            attached.session, attached.sent
        );
        Ok(())
    }

    /// Takes one live event, and those that wait behind it.
    fn live(&mut self, received: Result<Arc<Published>, RecvError>, out: &mut Vec<u8>) {
        match received {
            Ok(published) => {
                self.published(&published, out);
                self.drain_live(out);
            }
            Err(_) => self.fell_behind(),
        }
    }

    fn drain_live(&mut self, out: &mut Vec<u8>) {
        for _ in 0..JOINED {
            let Some(attached) = &mut self.attached else {
                return;
            };
            match attached.live.try_recv() {
                Ok(published) => self.published(&published, out),
                Err(TryRecvError::Lagged(_)) => return self.fell_behind(),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }

    fn published(&mut self, published: &Published, out: &mut Vec<u8>) {
        let Some(attached) = &mut self.attached else {
            return;
        };
        match published {
            // After a lag the transcript comes first; it has this turn too.
            Published::Turn(_) if attached.behind => {}
            Published::Turn(turn) => {
                attached.write(turn, out);
                self.typing = Typing::Off;
            }
            Published::Typing(true) => {
                if matches!(self.typing, Typing::Off) {
                    self.typing = Typing::Due(Instant::now() + TYPING_AFTER);
                }
            }
            Published::Typing(false) => {
                if matches!(self.typing, Typing::Shown) {
                    out.extend_from_slice(b"event: typing\ndata: {\"on\":false}\n\n");
                }
                self.typing = Typing::Off;
            }
        }
    }

    fn fell_behind(&mut self) {
        self.state.figures.lagged.increment(1);
        if let Some(attached) = &mut self.attached {
            attached.behind = true;
        }
    }

    /// The host let go of the session's channel, for example because nothing happened for long. The pause keeps a
    /// host that does so at once from being asked in a busy loop.
    async fn resubscribe(&mut self) {
        tokio::time::sleep(RESUBSCRIBE_AFTER).await;
        if let Some(attached) = &mut self.attached {
            attached.live = self.state.host.watch(attached.session);
            attached.behind = true;
        }
    }
}

impl Attached {
    /// Writes a turn, unless it was sent already.
    fn write(&mut self, turn: &TranscriptTurn, out: &mut Vec<u8>) {
        if turn.turn <= self.sent {
            return;
        }
        self.sent = turn.turn;
        let event = TurnEvent {
            turn: turn.turn,
            at: turn.at,
            said: &turn.said,
            messages: &turn.messages,
            owner: &turn.owner,
            closed: turn.closed,
        };
        // Writing into memory does not fail.
        let _ = write!(
            out,
            "id: {}@{}\nevent: turn\ndata: ",
            turn.turn, self.session
        );
        event.write(out);
        out.extend_from_slice(b"\n\n");
    }
}
