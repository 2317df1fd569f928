//! How the vectors of the tokens become the vector of the sentence, as `sentence-transformers` notes it.

use serde::Deserialize;

use super::folder::{Folder, LARGEST_SETTINGS};
use crate::LanguageError;

const MODULES: &str = "modules.json";
const ADVICE: &str = "use an encoder that takes the mean or the first token";

/// How the vectors of tokens become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pooling {
    /// The vector of the first token, `[CLS]`.
    First,
    /// The mean of all of them.
    Mean,
}

#[derive(Deserialize)]
struct Module {
    #[serde(rename = "type")]
    kind: String,
    path: String,
}

/// What is read of the settings of the pooling module.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Settings {
    pooling_mode_cls_token: bool,
    pooling_mode_mean_tokens: bool,
    pooling_mode_max_tokens: bool,
    pooling_mode_mean_sqrt_len_tokens: bool,
    pooling_mode_weightedmean_tokens: bool,
    pooling_mode_lasttoken: bool,
}

impl Pooling {
    /// What `modules.json` and the settings it leads to say. Without that file, the settings in `1_Pooling`; without
    /// those, the mean, as `sentence-transformers` does with a bare BERT.
    pub(super) fn read(folder: &Folder) -> Result<Self, LanguageError> {
        let Some(bytes) = folder.read_if_there(MODULES, LARGEST_SETTINGS)? else {
            return Ok(Self::read_settings(folder, "1_Pooling")?.unwrap_or(Self::Mean));
        };
        let modules: Vec<Module> = folder.json(MODULES, &bytes)?;
        let mut pooling = None;
        for module in &modules {
            match module.kind.rsplit('.').next() {
                Some("Transformer") if module.path.is_empty() => {}
                Some("Pooling") if is_name(&module.path) => {
                    pooling = Self::read_settings(folder, &module.path)?;
                }
                // Every vector is brought to length 1 anyway.
                Some("Normalize") => {}
                _ => {
                    let problem = format!(
                        "has the module `{}` in `{}`, which is not known",
                        module.kind, module.path
                    );
                    return Err(folder.error(MODULES, problem, ADVICE));
                }
            }
        }
        pooling.ok_or_else(|| folder.error(MODULES, "leads to no settings for pooling", ADVICE))
    }

    fn read_settings(folder: &Folder, path: &str) -> Result<Option<Self>, LanguageError> {
        let name = format!("{path}/config.json");
        let Some(bytes) = folder.read_if_there(&name, LARGEST_SETTINGS)? else {
            return Ok(None);
        };
        let settings: Settings = folder.json(&name, &bytes)?;
        let other = settings.pooling_mode_max_tokens
            || settings.pooling_mode_weightedmean_tokens
            || settings.pooling_mode_lasttoken;
        // The mean over the root of the length points where the mean points, and only the direction is kept.
        let mean = settings.pooling_mode_mean_tokens || settings.pooling_mode_mean_sqrt_len_tokens;
        match (settings.pooling_mode_cls_token, mean, other) {
            (true, false, false) => Ok(Some(Self::First)),
            (false, true, false) => Ok(Some(Self::Mean)),
            _ => Err(folder.error(
                &name,
                "does not choose exactly one of the mean and the first token",
                ADVICE,
            )),
        }
    }

    /// The pooled vector of a sentence, of length 1; `None` when there is no such vector, as with damaged weights.
    ///
    /// `tokens` holds the vectors of its tokens one after the other, each of `dimensions`.
    pub(super) fn pool(self, tokens: &[f32], dimensions: usize) -> Option<Vec<f32>> {
        let mut pooled = vec![0.0_f32; dimensions];
        let take = match self {
            Self::First => 1,
            Self::Mean => usize::MAX,
        };
        for token in tokens.chunks_exact(dimensions).take(take) {
            for (sum, value) in pooled.iter_mut().zip(token) {
                *sum += value;
            }
        }
        let length = pooled.iter().map(|value| value * value).sum::<f32>().sqrt();
        if !length.is_finite() || length <= f32::MIN_POSITIVE {
            return None;
        }
        for value in &mut pooled {
            *value /= length;
        }
        Some(pooled)
    }
}

/// Whether a path from a file names a folder in the same folder, rather than leading elsewhere.
fn is_name(path: &str) -> bool {
    !path.is_empty() && path != ".." && path != "." && !path.contains(['/', '\\', ':'])
}
