use std::path::PathBuf;

use jackfield_language::evaluation::evaluate_homophones;
use serde::Serialize;

use super::figures::rounded;
use super::labelled;

/// Learn from sentences with labels, and measure on others as they are and as a speech recogniser could confuse them.
///
/// A share of the Chinese characters of the test is replaced by common ones that sound the same. The same is measured with a model that knows
/// characters only.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Sentences to learn from
    #[arg(long)]
    train: PathBuf,
    /// Sentences to measure on
    #[arg(long)]
    test: PathBuf,
    /// Share of the characters that are replaced
    #[arg(long, default_value_t = 0.2)]
    share: f64,
    /// How often it is measured, with other characters replaced each time
    #[arg(long, default_value_t = 5)]
    times: u64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Figures {
    clean: f64,
    noisy: f64,
    clean_characters_only: f64,
    noisy_characters_only: f64,
    share_of_loss: f64,
}

pub(crate) fn main(args: Args) -> anyhow::Result<()> {
    anyhow::ensure!((0.0..=1.0).contains(&args.share), "--share is from 0 to 1");
    let (train, test) = (labelled(&args.train)?, labelled(&args.test)?);
    let seeds: Vec<u64> = (1..=args.times.max(1)).collect();
    let report = evaluate_homophones(&train, &test, args.share, &seeds, None)?;
    let figures = Figures {
        clean: rounded(report.clean),
        noisy: rounded(report.noisy),
        clean_characters_only: rounded(report.clean_characters_only),
        noisy_characters_only: rounded(report.noisy_characters_only),
        share_of_loss: rounded(report.share_of_loss()),
    };
    if args.json {
        println!("{}", serde_json::to_string(&figures)?);
        return Ok(());
    }
    println!("accuracy               as written   confused");
    println!(
        "  characters and sound {:10.4} {:10.4}",
        figures.clean, figures.noisy
    );
    println!(
        "  characters only      {:10.4} {:10.4}",
        figures.clean_characters_only, figures.noisy_characters_only
    );
    println!(
        "the confusion costs {:.0} % of what it costs without the sound",
        figures.share_of_loss * 100.0
    );
    Ok(())
}
