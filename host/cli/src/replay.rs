//! `jackfield replay`: what other packs would have said in recorded conversations.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use jackfield_core::{ErrorCode, SessionId};
use jackfield_store::JournalReader;

use crate::settings::Settings;

pub(crate) mod candidates;
mod installed;
pub(crate) mod pass;
mod print;
mod span;

/// Run recorded turns again with other packs, and show what would go otherwise.
///
/// Every turn begins from the session as it was recorded, at its recorded moment, and the host's answers are those of the record.
/// Nothing is written or sent; a host may run on the same data meanwhile. Exit code 0: all turns came out as they were; 1: some did not; 2: nothing
/// could be replayed.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Directory of the host's data
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// A pack's archive or source directory, in place of the installed one [default: all as they are installed]; name too what the host
    /// was given as a file
    #[arg(long = "pack", value_name = "PACK")]
    packs: Vec<PathBuf>,
    /// Only turns of so long ago until now: 30m, 12h, 7d
    #[arg(long)]
    since: Option<String>,
    /// Only the turns of this session
    #[arg(long)]
    session: Option<SessionId>,
    /// Settings of packs
    #[arg(long)]
    config: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(crate) fn main(args: Args) -> ExitCode {
    match run(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether all turns came out as they were.
fn run(args: Args) -> anyhow::Result<bool> {
    let since = args.since.as_deref().map(span::before_now).transpose()?;
    let settings = args.config.as_deref().map(Settings::read).transpose()?;
    let reader = JournalReader::open(jackfield_store::Options::new(&args.data));
    let reader = reader.with_context(|| {
        format!(
            "cannot read {} as a host's data directory",
            args.data.display()
        )
    })?;
    let replay = candidates::load(&args.packs, &args.data, &settings.unwrap_or_default())?;
    let wanted = pass::Wanted {
        since,
        session: args.session,
    };
    let began = Instant::now();
    let report = pass::all(Arc::new(reader), &replay, &wanted)?;
    let seconds = began.elapsed().as_secs_f64();
    let outside: u64 = report.outside.values().sum();
    let code = ErrorCode::NothingToReplay;
    ensure!(
        report.replayed + outside + report.erased + report.incomplete > 0,
        "{code}: {}; {}",
        code.summary(),
        code.help()
    );
    if args.json {
        println!("{}", print::json(&report, seconds));
    } else {
        print!("{}", print::text(&report, seconds));
    }
    Ok(report.different == 0)
}
