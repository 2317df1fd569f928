//! `jackfield audit`: what was decided, by whom, and whether the journal that says so is whole.

use std::path::PathBuf;

use jackfield_store::{Admin, Entry, JournalEntry, JournalHead};
use serde_json::{Value, json};

use crate::journal::{open, words};

/// What to do with the decisions.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Print what was decided about packs, corrections, API keys and contacts: when, by whom, what
    List {
        /// Directory of the host's data
        #[arg(long, default_value = "data")]
        data: PathBuf,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Check every record of the journal, and print its head, to be kept elsewhere
    Verify {
        /// Directory of the host's data
        #[arg(long, default_value = "data")]
        data: PathBuf,
        /// A head that was printed earlier: the journal must still contain that record
        #[arg(long, value_name = "POSITION:HASH")]
        head: Option<JournalHead>,
        /// A JSON object
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn main(command: Command) -> anyhow::Result<()> {
    match command {
        Command::List { data, json } => list(&data, json),
        Command::Verify { data, head, json } => verify(&data, head, json),
    }
}

fn list(data: &PathBuf, json: bool) -> anyhow::Result<()> {
    for record in open(data)?.decisions()? {
        match json {
            true => println!("{}", object(&record)),
            false => println!("{}", line(&record)),
        }
    }
    Ok(())
}

fn verify(data: &PathBuf, kept: Option<JournalHead>, json: bool) -> anyhow::Result<()> {
    let found = open(data)?.verify(kept)?;
    let head = found.head.map(|head| head.to_string());
    if json {
        let (records, decisions) = (found.records, found.decisions);
        let found = json!({ "records": records, "decisions": decisions, "head": head });
        println!("{found}");
        return Ok(());
    }
    println!(
        "The journal is whole: {} records, {} of them decisions.",
        found.records, found.decisions
    );
    if let Some(kept) = kept {
        println!("It contains the record {}.", kept.position);
    }
    if let Some(head) = head {
        println!("head {head}");
    }
    Ok(())
}

/// Who decided, and what.
fn decided(record: &JournalEntry) -> (&str, String) {
    match &record.entry {
        Entry::Admin(Admin::PackChanged {
            pack,
            by,
            change,
            after,
        }) => (by, format!("{pack}: {}", words::pack_change(change, after))),
        Entry::Admin(Admin::KeyChanged {
            by, event, after, ..
        }) => (by, words::key_event(*event, after)),
        Entry::Admin(Admin::Taught { by, published }) => (by, words::taught(published)),
        Entry::Admin(Admin::ContactErased { .. }) => {
            ("-", format!("contact {} erased", record.header.contact))
        }
        _ => ("-", "something that this version does not know".to_owned()),
    }
}

fn line(record: &JournalEntry) -> String {
    let header = &record.header;
    let (who, what) = decided(record);
    // A name may come from anywhere: nothing in it may move the cursor.
    let (who, what) = (plain(who), plain(&what));
    let (at, position, tenant) = (when(header.at), header.position, &header.tenant);
    format!("{at:<20}  {position:>12}  {tenant}  {who}  {what}")
}

/// A decision as JSON.
pub(crate) fn object(record: &JournalEntry) -> Value {
    let header = &record.header;
    let (who, what) = decided(record);
    let (mut pack, mut change, mut key, mut corrections) = (None, None, None, None);
    match &record.entry {
        Entry::Admin(Admin::PackChanged {
            pack: of,
            change: made,
            ..
        }) => (pack, change) = (Some(of), Some(made)),
        Entry::Admin(Admin::KeyChanged { after, .. }) => key = Some(after),
        Entry::Admin(Admin::Taught { published, .. }) => corrections = Some(published),
        _ => {}
    }
    json!({
        "at": when(header.at), "position": header.position, "tenant": header.tenant, "who": who, "what": what,
        "pack": pack, "change": change, "key": key, "corrections": corrections,
    })
}

/// The text on one line.
pub(crate) fn plain(text: &str) -> String {
    let shown = |letter: char| {
        if letter.is_control() {
            '\u{fffd}'
        } else {
            letter
        }
    };
    text.chars().map(shown).collect()
}

/// Milliseconds since 1970, as a date and a time in UTC; `-` when it is not known.
pub(crate) fn when(ms: u64) -> String {
    let at = i64::try_from(ms).ok().filter(|ms| *ms != 0);
    at.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
        .map_or("-".to_owned(), |at| {
            at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
        })
}
