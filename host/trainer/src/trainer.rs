//! The trainer, and the list as people look at it. What they say about it is in `labelling.rs`, what becomes of that in
//! `publishing.rs`.

use std::path::PathBuf;
use std::sync::Arc;

use jackfield_core::TenantId;
use jackfield_language::clusters;
use jackfield_store::Store;
use parking_lot::Mutex;

use crate::draft::Draft;
use crate::entry::Entry;
use crate::follow::Following;
use crate::list::List;
use crate::versions::Versions;
use crate::view::{Group, Item};
use crate::{Correction, EntryId, EntryKey, Label, TrainerError};

/// So many sentences, the ones said most, are grouped at once.
const MOST_GROUPED: usize = 10_000;
/// So many sentences of a group are shown.
const SHOWN_OF_GROUP: usize = 5;

/// How a trainer is set up.
#[derive(Debug)]
pub struct Options {
    /// Where its files are; made when it is not there.
    pub directory: PathBuf,
    /// Whose conversations it reads.
    pub tenant: TenantId,
    /// Names sentences.
    pub key: EntryKey,
}

/// Which sentences of the list are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection {
    /// Those that wait for a label.
    Open,
    /// All, also those that are labelled, out of scope or dismissed.
    All,
}

/// The trainer of one tenant.
#[derive(Debug)]
pub struct Trainer {
    pub(crate) options: Options,
    pub(crate) list: Mutex<List>,
    pub(crate) draft: Mutex<Draft>,
    pub(crate) versions: Mutex<Versions>,
    /// Held from learning to the version that says so: one thing at a time is put in place.
    pub(crate) publishing: Mutex<()>,
}

impl Trainer {
    /// Reads what was published and drafted. The list is empty until [`follow`](Self::follow).
    ///
    /// # Errors
    /// [`TrainerError::File`] when the directory cannot be read or made.
    pub fn open(options: Options) -> Result<Self, TrainerError> {
        let versions = Versions::open(options.directory.join("versions"))?;
        Ok(Self {
            list: Mutex::default(),
            draft: Mutex::new(Draft::open(&options.directory)),
            versions: Mutex::new(versions),
            publishing: Mutex::default(),
            options,
        })
    }

    /// Follows the journal, in a thread of its own, as long as what this returns lives.
    ///
    /// # Errors
    /// When the thread cannot be started.
    pub fn follow(self: &Arc<Self>, store: Arc<dyn Store>) -> std::io::Result<Following> {
        Following::start(Arc::clone(self), store)
    }

    /// The file of the list.
    pub(crate) fn list_file(&self) -> PathBuf {
        self.options.directory.join("list.json")
    }

    /// The sentences of the list, what was said most first.
    pub fn list(&self, selection: Selection) -> Vec<Item> {
        let list = self.list.lock();
        let draft = self.draft.lock();
        let versions = self.versions.lock();
        let published = &versions.current().corrections;
        let mut items: Vec<Item> = list
            .iter()
            .filter(|(id, entry)| {
                selection == Selection::All
                    || draft.get(*id).is_none() && !is_settled(entry, published.get(*id))
            })
            .map(|(id, entry)| {
                let label = draft.get(id).map(|drafted| &drafted.label);
                Item::new(id, entry, label, published.get(id))
            })
            .collect();
        let rank = |item: &Item| std::cmp::Reverse((item.count, item.last_seen, item.id));
        items.sort_by_key(rank);
        items
    }

    /// One sentence of the list.
    ///
    /// # Errors
    /// [`TrainerError::UnknownEntry`].
    pub fn entry(&self, id: EntryId) -> Result<Item, TrainerError> {
        let list = self.list.lock();
        let draft = self.draft.lock();
        let versions = self.versions.lock();
        let entry = list.get(id).ok_or_else(|| TrainerError::from(id))?;
        let label = draft.get(id).map(|drafted| &drafted.label);
        Ok(Item::new(
            id,
            entry,
            label,
            versions.current().corrections.get(id),
        ))
    }

    /// Sentences that wait for a label, in groups that are alike; what was said most first. Takes seconds for many thousands.
    pub fn groups(&self) -> Vec<Group> {
        let mut items = self.list(Selection::Open);
        items.truncate(MOST_GROUPED);
        let texts: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
        let mut groups: Vec<Group> = clusters(&texts)
            .into_iter()
            .filter_map(|cluster| {
                let members = cluster.members.iter().filter_map(|at| items.get(*at));
                Some(Group {
                    representative: items.get(cluster.representative)?.clone(),
                    count: members.clone().map(|item| item.count).sum(),
                    members: members.clone().map(|item| item.id).collect(),
                    texts: members
                        .map(|item| item.text.clone())
                        .take(SHOWN_OF_GROUP)
                        .collect(),
                })
            })
            .collect();
        groups.sort_by_key(|group| std::cmp::Reverse((group.count, group.members.len())));
        groups
    }
}

/// Whether a sentence needs no label any more. One that was taught, and is said again and still not understood, does.
fn is_settled(entry: &Entry, published: Option<&Correction>) -> bool {
    published.is_some_and(|correction| match correction.label {
        Label::OutOfScope | Label::Dismissed => true,
        Label::Intent(_) | Label::Article(_) => entry.counts.last_seen <= correction.since,
    })
}
