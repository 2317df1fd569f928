//! Sentences to the numbers of their tokens.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Deserialize;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::processors::bert::BertProcessing;
use tokenizers::{Tokenizer, TruncationParams};

use super::config::Config;
use super::folder::{FETCH_AGAIN, Folder, LARGEST_SETTINGS, LARGEST_TOKENIZER};
use crate::{LONGEST_TEXT, LanguageError};

const TOKENIZER: &str = "tokenizer.json";
const VOCABULARY: &str = "vocab.txt";
const SETTINGS: &str = "tokenizer_config.json";

/// What the tokenizer adds to an empty sentence lies between these: `[CLS]` and `[SEP]` in most.
const SPECIAL: std::ops::RangeInclusive<usize> = 1..=8;

/// Cuts sentences into tokens.
#[derive(Debug, Clone)]
pub(super) struct Tokens {
    tokenizer: Tokenizer,
    /// The file it came from, for errors.
    name: &'static str,
}

/// What is read of `tokenizer_config.json` when there is only a vocabulary.
#[derive(Deserialize)]
#[serde(default)]
struct Settings {
    do_lower_case: bool,
    tokenize_chinese_chars: bool,
    strip_accents: Option<bool>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            do_lower_case: true,
            tokenize_chinese_chars: true,
            strip_accents: None,
        }
    }
}

impl Tokens {
    /// Reads `tokenizer.json`, or else `vocab.txt` for WordPiece; `digested` is given what was read.
    pub(super) fn read(
        folder: &Folder,
        config: &Config,
        digested: &mut impl FnMut(&[u8]),
    ) -> Result<Self, LanguageError> {
        let (name, bytes) = match folder.read_if_there(TOKENIZER, LARGEST_TOKENIZER)? {
            Some(bytes) => (TOKENIZER, bytes),
            None => (VOCABULARY, folder.read(VOCABULARY, LARGEST_TOKENIZER)?),
        };
        digested(&bytes);
        let settings = match name {
            VOCABULARY => folder.read_if_there(SETTINGS, LARGEST_SETTINGS)?,
            _ => None,
        };
        let settings: Settings = match settings {
            Some(bytes) => {
                digested(&bytes);
                folder.json(SETTINGS, &bytes)?
            }
            None => Settings::default(),
        };
        // The library panics on some damaged files, for example on a template of tokens that are not there.
        let made = catch_unwind(AssertUnwindSafe(|| {
            let tokenizer = match name {
                TOKENIZER => {
                    Tokenizer::from_bytes(&bytes).map_err(|problem| problem.to_string())?
                }
                _ => word_piece(&bytes, &settings)?,
            };
            prepare(tokenizer, config)
        }));
        match made {
            Ok(Ok(tokenizer)) => Ok(Self { tokenizer, name }),
            Ok(Err(problem)) => Err(folder.error(name, problem, FETCH_AGAIN)),
            Err(_) => Err(folder.error(name, "makes the tokenizer panic", FETCH_AGAIN)),
        }
    }

    /// The numbers of the tokens of a sentence, at least one; all are below the size of the vocabulary.
    pub(super) fn of(&self, folder: &Folder, sentence: &str) -> Result<Vec<u32>, LanguageError> {
        let cut = sentence
            .char_indices()
            .nth(LONGEST_TEXT)
            .map_or(sentence.len(), |(at, _)| at);
        let sentence = sentence.get(..cut).unwrap_or(sentence);
        let encoding = self
            .tokenizer
            .encode_fast(sentence, true)
            .map_err(|problem| {
                folder.error(
                    self.name,
                    format!("does not cut up a sentence: {problem}"),
                    FETCH_AGAIN,
                )
            })?;
        Ok(encoding.get_ids().to_vec())
    }
}

/// The tokenizer of BERT, for folders that hold only its vocabulary.
fn word_piece(vocabulary: &[u8], settings: &Settings) -> Result<Tokenizer, String> {
    let text = |problem: tokenizers::Error| problem.to_string();
    let vocabulary = WordPiece::read_bytes(vocabulary).map_err(text)?;
    let special = |token: &str| match vocabulary.get(token) {
        Some(number) => Ok((token.to_owned(), *number)),
        None => Err(format!("has no {token}")),
    };
    let processing = BertProcessing::new(special("[SEP]")?, special("[CLS]")?);
    special("[UNK]")?;
    let model = WordPiece::builder()
        .vocab(vocabulary)
        .build()
        .map_err(text)?;
    let mut tokenizer = Tokenizer::new(model);
    tokenizer
        .with_normalizer(Some(BertNormalizer::new(
            true,
            settings.tokenize_chinese_chars,
            settings.strip_accents,
            settings.do_lower_case,
        )))
        .map_err(text)?
        .with_pre_tokenizer(Some(BertPreTokenizer))
        .with_post_processor(Some(processing));
    Ok(tokenizer)
}

/// Checks that it fits the network, and has it cut what is too long.
fn prepare(mut tokenizer: Tokenizer, config: &Config) -> Result<Tokenizer, String> {
    let text = |problem: tokenizers::Error| problem.to_string();
    let largest = tokenizer
        .get_vocab(true)
        .into_values()
        .max()
        .ok_or("has no tokens")?;
    if largest as usize >= config.vocab_size {
        return Err(format!(
            "has token {largest}, but the vocabulary of {} has {} tokens",
            super::config::CONFIG,
            config.vocab_size
        ));
    }
    // Padding would count as text.
    tokenizer.with_padding(None);
    tokenizer.with_truncation(None).map_err(text)?;
    let special = tokenizer.encode_fast("", true).map_err(text)?.len();
    if !SPECIAL.contains(&special) || special >= config.most_tokens() {
        return Err(format!(
            "adds {special} tokens to an empty sentence, where BERT has `[CLS]` and `[SEP]`"
        ));
    }
    tokenizer
        .with_truncation(Some(TruncationParams {
            max_length: config.most_tokens(),
            ..TruncationParams::default()
        }))
        .map_err(text)?;
    // Words, a stranger's letters, Han: what fails on them would fail on customers.
    let probe = tokenizer
        .encode_fast("Hello, wörld! 你好 🙂 ".repeat(MANY), true)
        .map_err(text)?;
    let ids = probe.get_ids();
    if ids.len() > config.most_tokens() || ids.iter().any(|id| *id as usize >= config.vocab_size) {
        return Err("cuts a sentence into tokens that the network does not have".into());
    }
    Ok(tokenizer)
}

/// Repeats the probe until it must be cut.
const MANY: usize = 32;
