//! `jackfield eval`: how good understanding is, on files of sentences.

mod figures;
mod homophones;
mod intents;
mod plot;
mod report;
mod retrieval;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use jackfield_core::ErrorCode;
use jackfield_language::evaluation::{Labelled, read_labelled};
use jackfield_language::{BertEncoder, LanguageError, SentenceEncoder};

/// What to evaluate.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    // Without words here: they would stand instead of those of the arguments, which describe the files.
    Intents(intents::Args),
    Retrieval(retrieval::Args),
    Homophones(homophones::Args),
}

pub(crate) fn main(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Intents(args) => intents::main(args),
        Command::Retrieval(args) => retrieval::main(args),
        Command::Homophones(args) => homophones::main(args),
    }
}

/// The sentence encoder in a folder.
pub(crate) fn encoder(folder: Option<&PathBuf>) -> anyhow::Result<Option<BertEncoder>> {
    let load = |folder: &PathBuf| BertEncoder::load(folder).context("the encoder cannot be used");
    folder.map(load).transpose()
}

/// An encoder as what understands takes it.
pub(crate) fn as_encoder(encoder: &Option<BertEncoder>) -> Option<&dyn SentenceEncoder> {
    encoder
        .as_ref()
        .map(|encoder| encoder as &dyn SentenceEncoder)
}

fn read(file: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = error.as_bytes().iter().take(good);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        anyhow!(
            "{}: {}:{line}: the line is not UTF-8; save the file as UTF-8 (spreadsheets call it “CSV UTF-8” or “Unicode”)",
            ErrorCode::BadTable,
            file.display()
        )
    })
}

/// What is wrong with a file, with its code.
fn coded(error: LanguageError) -> anyhow::Error {
    let code = error.code();
    anyhow::Error::new(error).context(code)
}

/// The sentences of a file with their labels.
fn labelled(file: &Path) -> anyhow::Result<Vec<Labelled>> {
    let rows = read_labelled(&file.display().to_string(), &read(file)?).map_err(coded)?;
    anyhow::ensure!(!rows.is_empty(), "{} has no sentences", file.display());
    Ok(rows)
}

/// The sentences of a file, whatever their labels.
fn sentences(file: &Path) -> anyhow::Result<Vec<String>> {
    Ok(labelled(file)?.into_iter().map(|row| row.text).collect())
}
