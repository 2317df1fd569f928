//! What was asked for under each idempotency key, and what was answered. Kept in a file when there is one.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Error;

/// One plan change as it was asked for first, with its answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Idempotency key.
    pub(crate) key: String,
    /// Whose plan.
    pub(crate) phone: String,
    /// The plan asked for.
    pub(crate) plan_id: String,
    /// The plan before, when the change was applied.
    pub(crate) previous_plan_id: Option<String>,
    /// The day from which an applied change counts.
    #[serde(with = "crate::day")]
    pub(crate) day: Date,
    /// HTTP status of the answer.
    pub(crate) status: u16,
    /// Body of the answer.
    pub(crate) answer: serde_json::Value,
    /// Who is still to be called back about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) notify: Option<String>,
    /// How often the key was received.
    #[serde(skip)]
    pub(crate) received: u64,
}

impl Entry {
    /// Whether the change was made, rather than refused.
    pub(crate) fn applied(&self) -> bool {
        self.status == 200
    }
}

/// A line of the state file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line<'a> {
    /// A key was received for the first time.
    First(std::borrow::Cow<'a, Entry>),
    /// A key was received again.
    Again(std::borrow::Cow<'a, str>),
    /// A call-back was understood.
    Told(std::borrow::Cow<'a, str>),
}

/// All entries in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
    by_key: HashMap<String, usize>,
    /// The applied changes of each number, oldest first.
    by_phone: HashMap<String, Vec<usize>>,
    file: Option<StateFile>,
}

#[derive(Debug)]
struct StateFile {
    file: File,
    /// Bytes that are known to be whole lines on disk.
    length: u64,
}

impl Ledger {
    /// Reads the state file, or starts one. A last line that a crash cut short is dropped: it was never answered.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let broken = |source| Error::File {
            path: PathBuf::from(path),
            source,
        };
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(broken)?;
        let mut ledger = Self::default();
        let mut reader = BufReader::new(&file);
        let mut text = String::new();
        let mut length = 0;
        for line in 1.. {
            text.clear();
            let read = reader.read_line(&mut text).map_err(broken)?;
            if !text.ends_with('\n') && (text.is_empty() || text.starts_with('{')) {
                break;
            }
            ledger.take(&text).map_err(|reason| Error::State {
                path: PathBuf::from(path),
                line,
                reason,
            })?;
            length += read as u64;
        }
        file.set_len(length).map_err(broken)?;
        let mut state = StateFile { file, length };
        state.file.seek(io::SeekFrom::End(0)).map_err(broken)?;
        ledger.file = Some(state);
        Ok(ledger)
    }

    fn take(&mut self, text: &str) -> Result<(), String> {
        let unknown = |key: &str| format!("key `{key}` comes again without having come before");
        match serde_json::from_str(text).map_err(|error| error.to_string())? {
            Line::First(entry) => self.push(entry.into_owned()),
            Line::Again(key) => {
                self.entry(&key).ok_or_else(|| unknown(&key))?.received += 1;
            }
            Line::Told(key) => {
                self.entry(&key).ok_or_else(|| unknown(&key))?.notify = None;
            }
        }
        Ok(())
    }

    fn entry(&mut self, key: &str) -> Option<&mut Entry> {
        let index = self.by_key.get(key)?;
        self.entries.get_mut(*index)
    }

    fn push(&mut self, mut entry: Entry) {
        entry.received = 1;
        self.by_key.insert(entry.key.clone(), self.entries.len());
        if entry.applied() {
            let changes = self.by_phone.entry(entry.phone.clone()).or_default();
            changes.push(self.entries.len());
        }
        self.entries.push(entry);
    }

    /// All entries, oldest first.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of a key, without counting.
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.by_key
            .get(key)
            .and_then(|index| self.entries.get(*index))
    }

    /// The last change that was applied to a number and counts on this day.
    pub(crate) fn last_applied(&self, phone: &str, day: Date) -> Option<&Entry> {
        let changes = self.by_phone.get(phone)?.iter().rev();
        let mut changes = changes.filter_map(|index| self.entries.get(*index));
        changes.find(|entry| entry.day <= day)
    }

    /// Adds the first receipt of a key. It is on disk when this returns.
    pub(crate) fn first(&mut self, entry: Entry) -> io::Result<()> {
        self.write(&Line::First(std::borrow::Cow::Borrowed(&entry)))?;
        self.push(entry);
        Ok(())
    }

    /// Counts a further receipt of a key. It is on disk when this returns.
    pub(crate) fn again(&mut self, key: &str) -> io::Result<()> {
        self.write(&Line::Again(std::borrow::Cow::Borrowed(key)))?;
        if let Some(entry) = self.entry(key) {
            entry.received += 1;
        }
        Ok(())
    }

    /// Nobody is to be called back about a key any more. It is on disk when this returns.
    pub(crate) fn told(&mut self, key: &str) -> io::Result<()> {
        self.write(&Line::Told(std::borrow::Cow::Borrowed(key)))?;
        if let Some(entry) = self.entry(key) {
            entry.notify = None;
        }
        Ok(())
    }

    fn write(&mut self, line: &Line<'_>) -> io::Result<()> {
        match &mut self.file {
            Some(file) => file.append(line),
            None => Ok(()),
        }
    }
}

impl StateFile {
    fn append(&mut self, line: &Line<'_>) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        let written = self
            .file
            .write_all(&text)
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // What was not answered must not come back after a restart.
            self.file.set_len(self.length)?;
            self.file.seek(io::SeekFrom::Start(self.length))?;
            return Err(error);
        }
        self.length += text.len() as u64;
        Ok(())
    }
}
