//! Sentence encoders of the BERT family, from a local folder.

mod config;
mod folder;
mod gelu;
mod network;
mod pooling;
#[cfg(test)]
mod tests;
mod tokens;
mod weights;

use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use self::config::{CONFIG, Config, MOST_TOKENS};
use self::folder::{FETCH_AGAIN, Folder, LARGEST_SETTINGS, LARGEST_WEIGHTS};
use self::network::Network;
use self::pooling::Pooling;
use self::tokens::Tokens;
use self::weights::{WEIGHTS, Weights};
use super::SentenceEncoder;
use crate::LanguageError;

/// Most sentences that are computed together.
const BATCH: usize = 32;
/// Changes whenever the same folder begins to give other vectors.
const WAY: &str = "bert 1";

/// A BERT-type sentence encoder that an operator has in a folder, in the layout of `sentence-transformers`:
/// `config.json`, `model.safetensors`, `tokenizer.json` (or `vocab.txt`), and, where there are any, `modules.json` and
/// `1_Pooling/config.json`.
///
/// Of a sentence its first 128 tokens are looked at, the special ones included. The empty sentence has a vector like any other: that of the
/// special tokens alone.
#[derive(Debug)]
pub struct BertEncoder {
    folder: Folder,
    tokens: Tokens,
    network: Network,
    pooling: Pooling,
    dimensions: usize,
    digest: String,
}

impl BertEncoder {
    /// Loads the encoder in a folder and tries it once.
    ///
    /// # Errors
    ///
    /// [`LanguageError::Encoder`] names the file that is missing, damaged, too large (a gibibyte of weights, 1,024
    /// dimensions, 24 layers, 300,000 tokens) or not BERT, and says what to do.
    pub fn load(dir: &Path) -> Result<Self, LanguageError> {
        let folder = Folder::open(dir)?;
        let mut hash = Sha256::new();
        // With their lengths, so that no two folders run together to the same bytes.
        let mut digested = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        let settings = folder.read(CONFIG, LARGEST_SETTINGS)?;
        let config = Config::read(&folder, &settings)?;
        let pooling = Pooling::read(&folder)?;
        digested(format!("{WAY} {MOST_TOKENS} {pooling:?}").as_bytes());
        digested(&settings);
        let tokens = Tokens::read(&folder, &config, &mut digested)?;
        let bytes = folder.read(WEIGHTS, LARGEST_WEIGHTS)?;
        digested(&bytes);
        let network = Network::read(&Weights::new(&folder, &bytes)?, &config)?;
        drop(bytes);
        let mut digest = hash
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>();
        digest.truncate(12);
        let encoder = Self {
            folder,
            tokens,
            network,
            pooling,
            dimensions: config.hidden_size,
            digest,
        };
        encoder.encode(&["", "Hello, is anybody there?"])?;
        Ok(encoder)
    }

    /// The vectors of one batch, one after the other.
    fn compute(&self, sentences: &[&[u32]]) -> Result<Vec<f32>, LanguageError> {
        let wrong = |problem: String| self.folder.error(WEIGHTS, problem, FETCH_AGAIN);
        let rows = self
            .network
            .forward(sentences)
            .map_err(|problem| wrong(format!("cannot be computed with: {problem}")))?;
        let mut rest = rows.as_slice();
        let mut vectors = Vec::with_capacity(sentences.len() * self.dimensions);
        for sentence in sentences {
            let (tokens, others) = rest
                .split_at_checked(sentence.len() * self.dimensions)
                .unwrap_or((rest, &[]));
            rest = others;
            let vector = self.pooling.pool(tokens, self.dimensions).ok_or_else(|| {
                wrong(
                    "give a vector without a direction: some are not numbers, or all are 0".into(),
                )
            })?;
            vectors.extend(vector);
        }
        Ok(vectors)
    }
}

impl SentenceEncoder for BertEncoder {
    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn digest(&self) -> &str {
        &self.digest
    }

    fn encode(&self, sentences: &[&str]) -> Result<Vec<f32>, LanguageError> {
        let tokens = sentences
            .iter()
            .map(|sentence| self.tokens.of(&self.folder, sentence))
            .collect::<Result<Vec<_>, _>>()?;
        // Batches of like length take about the same time, so that no processor waits for another at the end.
        let mut order: Vec<usize> = (0..tokens.len()).collect();
        order.sort_by_key(|at| tokens.get(*at).map(Vec::len));
        let sorted: Vec<&[u32]> = order
            .iter()
            .filter_map(|at| tokens.get(*at))
            .map(Vec::as_slice)
            .collect();
        let batches = sorted
            .par_chunks(BATCH)
            .map(|batch| self.compute(batch))
            .collect::<Result<Vec<_>, _>>()?;
        let mut vectors = vec![0.0; sentences.len() * self.dimensions];
        let computed = batches
            .iter()
            .flat_map(|batch| batch.chunks_exact(self.dimensions));
        for (at, vector) in order.iter().zip(computed) {
            let place = at * self.dimensions..(at + 1) * self.dimensions;
            if let Some(place) = vectors.get_mut(place) {
                place.copy_from_slice(vector);
            }
        }
        Ok(vectors)
    }
}
