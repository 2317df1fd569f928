//! The loop on a real store: what is said lands on the list, is labelled, taught, and taken back.

mod labelling;
mod list;
mod refused;
mod teaching;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jackfield_core::{
    Address, Candidate, ContactId, Content, Decision, Inbound, Session, SessionId, TenantId,
    TurnRecord, Utterance,
};
use jackfield_language::{
    Article, Example, LanguageError, Model, ParseContext, Training, normalise,
};
use jackfield_store::{JournalStore, Store};
use parking_lot::Mutex;

use crate::{EntryKey, Following, Item, Label, Learner, Options, Selection, Sentence, Trainer};

const CONTEXT: ParseContext<'_> = ParseContext {
    now_ms: 1_700_000_000_000,
    time_zone: "Asia/Shanghai",
    locale: "zh-CN",
};

/// A model that is put in place like the engine's.
struct Pupil {
    own: Arc<Training>,
    model: Mutex<Model>,
    broken: Mutex<bool>,
}

impl Pupil {
    fn new() -> Self {
        let own = own();
        Self {
            model: Mutex::new(Model::train(&own).unwrap()),
            own: Arc::new(own),
            broken: Mutex::new(false),
        }
    }

    fn intent(&self, text: &str) -> Option<String> {
        self.model.lock().parse(text, &CONTEXT).intent
    }
}

impl Learner for Pupil {
    fn own(&self) -> Arc<Training> {
        Arc::clone(&self.own)
    }

    fn learn(&self, training: &Training) -> Result<(), LanguageError> {
        if *self.broken.lock() {
            return Err(LanguageError::Locale("broken".to_owned()));
        }
        *self.model.lock() = Model::train(training)?;
        Ok(())
    }
}

fn own() -> Training {
    let example = |intent: &str, text: &str| Example {
        intent: intent.to_owned(),
        locale: "zh-CN".to_owned(),
        text: text.to_owned(),
    };
    let mut examples = Vec::new();
    for text in [
        "我要换套餐",
        "帮我改套餐",
        "想换一个便宜的套餐",
        "变更套餐",
        "办理套餐变更",
        "换成别的套餐",
    ] {
        examples.push(example("change-plan", text));
    }
    for text in [
        "我还剩多少流量",
        "查一下流量",
        "流量用了多少",
        "剩余流量查询",
        "本月流量还有吗",
        "看看流量",
    ] {
        examples.push(example("usage", text));
    }
    let article = Article {
        id: "roaming".to_owned(),
        locale: "zh-CN".to_owned(),
        questions: vec!["国际漫游怎么开通".to_owned()],
        answer: "在App里开通。".to_owned(),
        pack: None,
        ..Article::default()
    };
    Training {
        examples,
        articles: vec![article],
        ..Training::default()
    }
}

/// A store, a trainer and a pupil.
struct Room {
    store: Arc<dyn Store>,
    trainer: Arc<Trainer>,
    pupil: Pupil,
    following: Option<Following>,
}

impl Room {
    fn open(directory: &Path) -> Self {
        let options = jackfield_store::Options {
            reserve_bytes: 0,
            ..jackfield_store::Options::new(directory)
        };
        let store: Arc<dyn Store> = Arc::new(JournalStore::open(options).unwrap());
        let trainer = Trainer::open(Options {
            directory: directory.join("trainer"),
            tenant: TenantId::default(),
            key: EntryKey::new(&[7; 32]),
        });
        let trainer = Arc::new(trainer.unwrap());
        let following = Some(trainer.follow(Arc::clone(&store)).unwrap());
        Self {
            store,
            trainer,
            pupil: Pupil::new(),
            following,
        }
    }

    /// A contact says something, and this is decided. The contact and the session.
    fn said(
        &self,
        contact: &str,
        text: &str,
        action: &str,
        reason: &str,
    ) -> (ContactId, SessionId) {
        let tenant = TenantId::default();
        let inbound = Inbound {
            address: Address {
                channel: "web".into(),
                contact: contact.into(),
            },
            message_id: SessionId::new().to_string(),
            received_at: 1_700_000_000_000,
            sent_at: None,
            locale: Some("zh-CN".into()),
            content: Content::Text(text.to_owned()),
        };
        let accepted = self.store.accept(&tenant, None, inbound).unwrap();
        let before = self.store.load(&tenant, accepted.session).unwrap().unwrap();
        let utterance = Utterance {
            text: normalise(text),
            original: text.to_owned(),
            intent: (action == "start").then(|| "usage".to_owned()),
            confidence: if action == "start" { 0.55 } else { 0.0 },
            entities: Vec::new(),
            alternatives: vec![Candidate {
                intent: "change-plan".to_owned(),
                confidence: 0.3,
            }],
        };
        let decision = Decision {
            action: action.to_owned(),
            reason: reason.to_owned(),
            utterance: Some(utterance),
        };
        let record = turn(&before, accepted.position, decision);
        self.store.commit(record, &[]).unwrap();
        (accepted.contact, accepted.session)
    }

    fn not_understood(&self, contact: &str, text: &str) -> (ContactId, SessionId) {
        self.said(contact, text, "fallback", "not understood, 1 in a row")
    }

    /// Waits until the list of open sentences is as wanted.
    fn until(&self, what: &str, fits: impl Fn(&[Item]) -> bool) -> Vec<Item> {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let items = self.trainer.list(Selection::Open);
            if fits(&items) {
                return items;
            }
            assert!(
                Instant::now() < until,
                "not in time: {what}; instead {items:#?}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The sentence that is on the list.
    fn item(&self, text: &str) -> Item {
        let text = normalise(text);
        let items = self.until(&text, |items| items.iter().any(|item| item.text == text));
        items.into_iter().find(|item| item.text == text).unwrap()
    }

    fn label(&self, item: &Item, label: Label) {
        let sentence = vec![Sentence::Listed(item.id)];
        self.trainer
            .label(sentence, Some(&label), &self.pupil)
            .unwrap();
    }

    fn publish(&self) -> u64 {
        let published = self
            .trainer
            .publish(&self.pupil, "anna".into(), "a test".into());
        published.unwrap().version.number
    }

    /// Stops, and waits until nobody holds the store.
    fn close(mut self) {
        self.following = None;
        self.store.flush().unwrap();
    }
}

fn turn(before: &Session, handled: jackfield_core::Position, decision: Decision) -> TurnRecord {
    let session = Session {
        turn: before.turn + 1,
        ..before.clone()
    };
    TurnRecord {
        at: 1_700_000_000_000 + before.turn,
        seed: 7,
        handled: vec![handled],
        decision,
        steps: Vec::new(),
        messages: Vec::new(),
        session,
        outbox: Vec::new(),
        storage: Vec::new(),
        timers_set: Vec::new(),
        timers_ended: Vec::new(),
        attributes: Vec::new(),
        cases: Vec::new(),
        outcomes: Vec::new(),
        model: String::new(),
        micros: 0,
        by_clock: None,
        said: Vec::new(),
    }
}
