//! A host in memory that keeps the promises of the trait: accepted once, committed in order, published after that.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jackfield_core::{
    Address, Content, ErrorCode, Inbound, Outbound, Owner, Position, Said, SessionId, TenantId,
};
use jackfield_server::{Called, Host, HostError, Published, Readiness, Receipt, TranscriptTurn};
use parking_lot::Mutex;
use tokio::sync::{Semaphore, broadcast};

/// What the bot answers.
pub(crate) struct Answer {
    pub(crate) messages: Vec<Outbound>,
    pub(crate) owner: Owner,
    pub(crate) closed: bool,
}

/// Decides what the bot answers to a content, in the turn of this number.
pub(crate) type Bot = dyn Fn(&Content, u64) -> Answer + Send + Sync;

/// A host in memory.
pub(crate) struct FakeHost {
    inner: Arc<Mutex<Inner>>,
    /// One permit for each turn that may run.
    pub(crate) gate: Arc<Semaphore>,
    /// How long a turn thinks.
    thinks: Duration,
    /// Refuses everything with this code.
    pub(crate) refuses: Mutex<Option<ErrorCode>>,
    /// Said in the session of the next transcript, after the transcript was read and before it is handed over.
    pub(crate) interjects: Mutex<Option<String>>,
    /// Panics instead of answering `ready`.
    pub(crate) broken: AtomicBool,
}

struct Inner {
    sessions: HashMap<SessionId, Conversation>,
    open: HashMap<Address, SessionId>,
    seen: HashMap<String, Receipt>,
    position: u64,
    capacity: usize,
    bot: Box<Bot>,
}

struct Conversation {
    address: Address,
    turns: Vec<TranscriptTurn>,
    live: broadcast::Sender<Arc<Published>>,
}

impl FakeHost {
    /// A host whose bot answers as `bot` says; `capacity` live events are kept for slow receivers.
    pub(crate) fn new(
        capacity: usize,
        bot: impl Fn(&Content, u64) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let inner = Inner {
            sessions: HashMap::new(),
            open: HashMap::new(),
            seen: HashMap::new(),
            position: 0,
            capacity,
            bot: Box::new(bot),
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
            gate: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            thinks: Duration::ZERO,
            refuses: Mutex::new(None),
            interjects: Mutex::new(None),
            broken: AtomicBool::new(false),
        }
    }

    /// The host with turns that wait for permits of the gate.
    pub(crate) fn gated(mut self) -> Self {
        self.gate = Arc::new(Semaphore::new(0));
        self
    }

    /// The host with turns that take this long.
    pub(crate) fn thinking(mut self, time: Duration) -> Self {
        self.thinks = time;
        self
    }

    /// A host that repeats what is said; `bye` ends the session.
    pub(crate) fn echo() -> Self {
        Self::new(1024, |content, _| Answer {
            messages: vec![Outbound::text(format!("echo {}", words(content)), "en")],
            owner: Owner::Bot,
            closed: words(content) == "bye",
        })
    }

    /// Commits a turn that nobody asked for, such as a timer's.
    pub(crate) fn speak(&self, session: SessionId, text: &str) {
        let answer = Answer {
            messages: vec![Outbound::text(text, "en")],
            owner: Owner::Bot,
            closed: false,
        };
        self.inner
            .lock()
            .commit(session, Vec::new(), Vec::new(), answer);
    }

    /// The only session there is.
    pub(crate) fn only_session(&self) -> SessionId {
        let inner = self.inner.lock();
        let mut sessions = inner.sessions.keys();
        let only = sessions.next().copied().unwrap();
        assert_eq!(sessions.next(), None);
        only
    }

    /// How many turns a session has.
    pub(crate) fn turns(&self, session: SessionId) -> usize {
        self.inner
            .lock()
            .sessions
            .get(&session)
            .map_or(0, |conversation| conversation.turns.len())
    }
}

impl Inner {
    fn commit(
        &mut self,
        session: SessionId,
        handled: Vec<Position>,
        said: Vec<Said>,
        answer: Answer,
    ) {
        let Some(conversation) = self.sessions.get_mut(&session) else {
            return;
        };
        let number = conversation.turns.len() as u64 + 1;
        let before = conversation.turns.last().map_or(0, |turn| turn.unasked);
        let turn = TranscriptTurn {
            turn: number,
            at: 1_800_000_000_000 + conversation.turns.len() as u64 * 1_000,
            unasked: if handled.is_empty() { number } else { before },
            handled,
            said,
            messages: answer.messages,
            owner: answer.owner,
            closed: answer.closed,
        };
        conversation.turns.push(turn.clone());
        if turn.closed {
            self.open.remove(&conversation.address);
        }
        let _ = conversation.live.send(Arc::new(Published::Turn(turn)));
    }

    fn typing(&self, session: SessionId, on: bool) {
        if let Some(conversation) = self.sessions.get(&session) {
            let _ = conversation.live.send(Arc::new(Published::Typing(on)));
        }
    }
}

/// The callback address at which a flow waits has this token.
pub(crate) const CALLBACK_TOKEN: &str = "given-out";
/// The one where none does any more has this one.
pub(crate) const UNAWAITED_TOKEN: &str = "over";

/// What a content says.
pub(crate) fn words(content: &Content) -> String {
    match content {
        Content::Text(text) => text.clone(),
        Content::Choice(token) => format!("choice {token}"),
        other => format!("{other:?}"),
    }
}

impl Host for FakeHost {
    fn accept<'a>(
        &'a self,
        _: &'a TenantId,
        session: Option<SessionId>,
        inbound: Inbound,
    ) -> BoxFuture<'a, Result<Receipt, HostError>> {
        async move {
            if let Some(code) = *self.refuses.lock() {
                return Err(HostError::new(code, "told to").retry_in(Duration::from_millis(2_500)));
            }
            let receipt = {
                let mut inner = self.inner.lock();
                if let Some(seen) = inner.seen.get(&inbound.message_id) {
                    return Ok(Receipt {
                        duplicate: true,
                        ..*seen
                    });
                }
                let session = session
                    .or_else(|| inner.open.get(&inbound.address).copied())
                    .unwrap_or_else(|| {
                        let session = SessionId::new();
                        let live = broadcast::Sender::new(inner.capacity);
                        let conversation = Conversation {
                            address: inbound.address.clone(),
                            turns: Vec::new(),
                            live,
                        };
                        inner.sessions.insert(session, conversation);
                        inner.open.insert(inbound.address.clone(), session);
                        session
                    });
                inner.position += 100;
                let receipt = Receipt {
                    session,
                    position: Position(inner.position),
                    duplicate: false,
                };
                inner.seen.insert(inbound.message_id.clone(), receipt);
                receipt
            };
            let (inner, gate, thinks) =
                (Arc::clone(&self.inner), Arc::clone(&self.gate), self.thinks);
            let turn = async move {
                if let Ok(permit) = gate.acquire().await {
                    permit.forget();
                }
                if !thinks.is_zero() {
                    inner.lock().typing(receipt.session, true);
                    tokio::time::sleep(thinks).await;
                }
                let mut inner = inner.lock();
                let number = inner
                    .sessions
                    .get(&receipt.session)
                    .map_or(0, |c| c.turns.len()) as u64
                    + 1;
                let answer = (inner.bot)(&inbound.content, number);
                let said = match &inbound.content {
                    Content::Opened => Vec::new(),
                    content => vec![Said {
                        message_id: inbound.message_id,
                        text: words(content),
                    }],
                };
                inner.commit(receipt.session, vec![receipt.position], said, answer);
                if !thinks.is_zero() {
                    inner.typing(receipt.session, false);
                }
            };
            match turn.boxed() {
                turn if thinks.is_zero() && self.gate.available_permits() > 1_000 => turn.await,
                turn => drop(tokio::spawn(turn)),
            }
            Ok(receipt)
        }
        .boxed()
    }

    fn call_back<'a>(
        &'a self,
        tenant: &'a TenantId,
        token: &'a str,
        name: &'a str,
        correlation: String,
        payload: String,
    ) -> BoxFuture<'a, Result<Called, HostError>> {
        async move {
            match token {
                CALLBACK_TOKEN => {}
                UNAWAITED_TOKEN => return Ok(Called::Unawaited),
                _ => return Ok(Called::Nowhere),
            }
            let inbound = Inbound {
                address: Address {
                    channel: "web".into(),
                    contact: "called".into(),
                },
                message_id: correlation.as_str().into(),
                received_at: 0,
                sent_at: None,
                locale: None,
                content: Content::CallbackReceived {
                    frame: 1,
                    name: name.to_owned(),
                    correlation,
                    payload,
                },
            };
            self.accept(tenant, None, inbound)
                .await
                .map(Called::Accepted)
        }
        .boxed()
    }

    fn open(&self, _: &TenantId, address: &Address) -> Option<SessionId> {
        self.inner.lock().open.get(address).copied()
    }

    fn watch(&self, session: SessionId) -> broadcast::Receiver<Arc<Published>> {
        match self.inner.lock().sessions.get(&session) {
            Some(conversation) => conversation.live.subscribe(),
            None => broadcast::channel(1).1,
        }
    }

    fn transcript<'a>(
        &'a self,
        _: &'a TenantId,
        session: SessionId,
        after_turn: u64,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<TranscriptTurn>, HostError>> {
        async move {
            let after: Vec<_> = {
                let inner = self.inner.lock();
                let conversation = inner
                    .sessions
                    .get(&session)
                    .ok_or_else(|| HostError::new(ErrorCode::SessionNotFound, "no such session"))?;
                let after = conversation
                    .turns
                    .iter()
                    .filter(|turn| turn.turn > after_turn);
                after.cloned().collect()
            };
            if let Some(text) = self.interjects.lock().take() {
                self.speak(session, &text);
            }
            let skipped = after.len().saturating_sub(limit);
            Ok(after.into_iter().skip(skipped).collect())
        }
        .boxed()
    }

    fn ready(&self) -> Readiness {
        assert!(!self.broken.load(Ordering::Relaxed), "told to panic");
        let reasons: Vec<_> = self
            .refuses
            .lock()
            .iter()
            .map(ToString::to_string)
            .collect();
        Readiness {
            ready: reasons.is_empty(),
            reasons,
        }
    }
}
