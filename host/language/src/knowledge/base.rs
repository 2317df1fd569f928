//! Knowledge that changes: articles are published and taken back, and each change makes a new version.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use super::article::Article;
use super::entry::{Entry, key};
use super::first_half;
use super::ranker::Ranker;
use super::shelf::Shelf;
use super::snapshot::{Snapshot, broken, language};
use super::synonyms::Synonyms;
use crate::{LanguageError, SentenceEncoder};

/// Most articles of a knowledge base.
pub const MOST_ARTICLES: usize = 1_000_000;
/// Versions that are kept to go back to.
pub const KEPT_VERSIONS: usize = 20;

/// A change of the knowledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Puts an article in; one with the same id, pack and locale is replaced.
    Publish(Article),
    /// Takes an article out. One that is not there is no error.
    Remove {
        /// Its id.
        id: String,
        /// Its locale.
        locale: String,
        /// The pack it came with.
        pack: Option<String>,
    },
}

/// How a knowledge base works.
#[derive(Debug, Clone, Default)]
pub struct KnowledgeSettings {
    /// Groups of words that mean the same, besides the built-in ones; the first stands for the others.
    pub synonyms: Vec<Vec<String>>,
    /// Orders the articles.
    pub ranker: Ranker,
    /// Compares sentences by their meaning, too.
    pub encoder: Option<Arc<dyn SentenceEncoder>>,
}

/// The knowledge of an enterprise. Readers take a [`Snapshot`] and never wait for a change.
#[derive(Debug)]
pub struct KnowledgeBase {
    /// Held while a change is made, so that one is made at a time.
    changing: Mutex<()>,
    versions: Mutex<Versions>,
}

#[derive(Debug)]
struct Versions {
    current: Arc<Snapshot>,
    /// The oldest first.
    earlier: VecDeque<Arc<Snapshot>>,
}

impl KnowledgeBase {
    /// A knowledge base with these articles. Later ones replace earlier ones with the same id, pack and locale.
    ///
    /// # Errors
    ///
    /// When an article or a group of synonyms is against the bounds, or the encoder fails.
    pub fn new(articles: Vec<Article>, settings: KnowledgeSettings) -> Result<Self, LanguageError> {
        let empty = Snapshot {
            shelves: HashMap::new(),
            synonyms: Arc::new(Synonyms::new(&settings.synonyms)?),
            settings: digest(&settings),
            ranker: Arc::new(settings.ranker),
            encoder: settings.encoder,
            sum: 0,
        };
        let changes = articles.into_iter().map(Change::Publish).collect();
        Ok(Self {
            changing: Mutex::default(),
            versions: Mutex::new(Versions {
                current: Arc::new(next(&empty, changes)?),
                earlier: VecDeque::new(),
            }),
        })
    }

    /// The current version.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&lock(&self.versions).current)
    }

    /// Makes changes and returns the new version. All are made or none.
    ///
    /// # Errors
    ///
    /// When an article is against the bounds, or the encoder fails.
    pub fn publish(&self, changes: Vec<Change>) -> Result<Arc<Snapshot>, LanguageError> {
        let _one = lock(&self.changing);
        let new = next(&self.snapshot(), changes)?;
        Ok(self.keep(new))
    }

    /// Orders articles in another way from now on; the articles stay.
    pub fn set_ranker(&self, ranker: Ranker) -> Arc<Snapshot> {
        let _one = lock(&self.changing);
        let new = Snapshot {
            ranker: Arc::new(ranker),
            ..self.snapshot().as_ref().clone()
        };
        self.keep(new)
    }

    /// The versions that can be gone back to, the oldest first, and the current one last.
    pub fn versions(&self) -> Vec<String> {
        let versions = lock(&self.versions);
        let all = versions.earlier.iter().chain([&versions.current]);
        all.map(|snapshot| snapshot.version()).collect()
    }

    /// Makes an earlier version the current one again; `None` when it is not kept. What was current stays among the versions.
    ///
    /// # Errors
    ///
    /// When the engine fails.
    pub fn roll_back(&self, version: &str) -> Result<Option<Arc<Snapshot>>, LanguageError> {
        let _one = lock(&self.changing);
        let (current, old) = {
            let versions = lock(&self.versions);
            let all = versions.earlier.iter().chain([&versions.current]);
            let old = all.rev().find(|old| old.version() == version).cloned();
            (Arc::clone(&versions.current), old)
        };
        let Some(old) = old else { return Ok(None) };
        // The engine goes forward only: what differs is changed back.
        let changes = difference(&current, &old);
        let mut new = apply(&current, changes)?;
        new.ranker = Arc::clone(&old.ranker);
        Ok(Some(self.keep(new)))
    }

    fn keep(&self, new: Snapshot) -> Arc<Snapshot> {
        let new = Arc::new(new);
        let mut versions = lock(&self.versions);
        let old = std::mem::replace(&mut versions.current, Arc::clone(&new));
        versions.earlier.push_back(old);
        if versions.earlier.len() > KEPT_VERSIONS {
            versions.earlier.pop_front();
        }
        new
    }
}

/// Whoever failed with a lock held left nothing half done: versions are put in whole or not at all.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What happens to one language.
#[derive(Default)]
struct Changes {
    /// Keys, each once.
    remove: BTreeSet<String>,
    put: Vec<Arc<Entry>>,
}

/// By language.
type AllChanges = BTreeMap<String, Changes>;

fn next(current: &Snapshot, changes: Vec<Change>) -> Result<Snapshot, LanguageError> {
    let mut by_language: BTreeMap<String, BTreeMap<String, Option<Article>>> = BTreeMap::new();
    for (number, change) in changes.into_iter().enumerate() {
        // The last word on an article counts.
        let (locale, key, article) = match change {
            Change::Publish(article) => {
                article.check(number + 1)?;
                let key = key(&article.id, article.pack.as_deref(), &article.locale);
                (article.locale.clone(), key, Some(article))
            }
            Change::Remove { id, locale, pack } => {
                let key = key(&id, pack.as_deref(), &locale);
                (locale, key, None)
            }
        };
        let changes = by_language.entry(language(&locale)).or_default();
        changes.insert(key, article);
    }
    let new = by_language
        .values()
        .flat_map(BTreeMap::values)
        .flatten()
        .count();
    if current.len() + new > MOST_ARTICLES {
        return Err(LanguageError::Training {
            what: "article",
            number: MOST_ARTICLES + 1,
            problem: format!("a knowledge base holds at most {MOST_ARTICLES}"),
        });
    }
    let mut prepared = AllChanges::new();
    for (language, changes) in by_language {
        let remove = changes.keys().cloned().collect();
        let articles = changes.into_values().flatten().collect();
        let entries = Entry::prepare(articles, &current.synonyms, current.encoder.as_deref())?;
        let put = entries.into_iter().map(Arc::new).collect();
        prepared.insert(language, Changes { remove, put });
    }
    apply(current, prepared)
}

fn apply(current: &Snapshot, changes: AllChanges) -> Result<Snapshot, LanguageError> {
    let mut next = current.clone();
    for (language, Changes { remove, put }) in changes {
        let old = next.shelves.get(&language);
        let gone = remove.iter().filter_map(|key| old?.entry(key));
        let gone = gone.fold(0_u128, |sum, entry| sum.wrapping_add(entry.digest));
        let come = put
            .iter()
            .fold(0_u128, |sum, entry| sum.wrapping_add(entry.digest));
        next.sum = next.sum.wrapping_sub(gone).wrapping_add(come);
        let shelf = match old {
            Some(old) => old.change(&remove, put),
            None => Shelf::new(put),
        };
        next.shelves
            .insert(language, Arc::new(shelf.map_err(broken)?));
    }
    Ok(next)
}

/// What makes `from` to `to`.
fn difference(from: &Snapshot, to: &Snapshot) -> AllChanges {
    let mut changes = AllChanges::new();
    let same = |in_: &Snapshot, language: &str, entry: &Arc<Entry>| {
        let shelf = in_.shelves.get(language);
        let other = shelf.and_then(|shelf| shelf.entry(&entry.key));
        other.is_some_and(|other| Arc::ptr_eq(other, entry))
    };
    for (language, shelf) in &from.shelves {
        let gone = shelf.entries().filter(|entry| !same(to, language, entry));
        let changes = changes.entry(language.clone()).or_default();
        changes
            .remove
            .extend(gone.map(|entry| entry.key.as_ref().to_owned()));
    }
    for (language, shelf) in &to.shelves {
        let come = shelf.entries().filter(|entry| !same(from, language, entry));
        let changes = changes.entry(language.clone()).or_default();
        changes.put.extend(come.cloned());
    }
    changes.retain(|_, changes| !(changes.remove.is_empty() && changes.put.is_empty()));
    changes
}

/// Stands for everything but the articles and the ranker.
fn digest(settings: &KnowledgeSettings) -> u128 {
    let mut hash = Sha256::new();
    hash.update(b"knowledge-1");
    hash.update(format!("{:?}", settings.synonyms));
    hash.update(
        settings
            .encoder
            .as_ref()
            .map_or("", |encoder| encoder.digest()),
    );
    first_half(hash)
}
