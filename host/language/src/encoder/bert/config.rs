//! `config.json`: the shape of the network.

use candle_core::Tensor;
use serde::Deserialize;

use super::folder::Folder;
use super::gelu::Gelu;
use crate::LanguageError;

/// Its name in the folder.
pub(super) const CONFIG: &str = "config.json";

/// Most tokens of a sentence that are looked at. What customers say is shorter, and time grows with it.
pub(super) const MOST_TOKENS: usize = 128;

const OTHER_ENCODER: &str =
    "use a BERT encoder with absolute positions, for example all-MiniLM-L6-v2 or bge-small-zh";

/// What is read of `config.json`. Names are those of the file.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Config {
    pub(super) hidden_act: Activation,
    pub(super) hidden_size: usize,
    pub(super) intermediate_size: usize,
    pub(super) num_attention_heads: usize,
    pub(super) num_hidden_layers: usize,
    pub(super) max_position_embeddings: usize,
    pub(super) type_vocab_size: usize,
    pub(super) vocab_size: usize,
    #[serde(default = "usual_eps")]
    pub(super) layer_norm_eps: f32,
    #[serde(default)]
    position_embedding_type: Option<String>,
}

/// Read first: the other fields differ in other networks.
#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    model_type: String,
}

fn usual_eps() -> f32 {
    1e-12
}

/// The function between the two halves of the feed-forward part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Activation {
    /// With the error function.
    #[serde(rename = "gelu")]
    Gelu,
    /// With the hyperbolic tangent.
    #[serde(rename = "gelu_new", alias = "gelu_pytorch_tanh", alias = "gelu_fast")]
    GeluTanh,
    #[serde(rename = "relu")]
    Relu,
}

impl Activation {
    pub(super) fn apply(self, x: Tensor) -> candle_core::Result<Tensor> {
        match self {
            Self::Gelu => {
                x.inplace_op1(&Gelu)?;
                Ok(x)
            }
            Self::GeluTanh => x.gelu(),
            Self::Relu => x.relu(),
        }
    }
}

impl Config {
    /// Reads it, and refuses what is not BERT or too large.
    pub(super) fn read(folder: &Folder, bytes: &[u8]) -> Result<Self, LanguageError> {
        let Kind { model_type } = folder.json(CONFIG, bytes)?;
        // XLM-RoBERTa and others have tensors of the same names and count positions differently.
        if model_type != "bert" {
            let problem = format!("model_type is `{model_type}`, not `bert`");
            return Err(folder.error(CONFIG, problem, OTHER_ENCODER));
        }
        let config: Self = folder.json(CONFIG, bytes)?;
        config
            .check()
            .map_err(|problem| folder.error(CONFIG, problem, OTHER_ENCODER))?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        match self.position_embedding_type.as_deref() {
            None | Some("absolute") => {}
            Some(other) => {
                return Err(format!(
                    "position_embedding_type is `{other}`, not `absolute`"
                ));
            }
        }
        for (name, size, most) in [
            ("hidden_size", self.hidden_size, 1_024),
            ("intermediate_size", self.intermediate_size, 4_096),
            ("num_attention_heads", self.num_attention_heads, 64),
            ("num_hidden_layers", self.num_hidden_layers, 24),
            (
                "max_position_embeddings",
                self.max_position_embeddings,
                8_192,
            ),
            ("type_vocab_size", self.type_vocab_size, 16),
            ("vocab_size", self.vocab_size, 300_000),
        ] {
            if size == 0 || size > most {
                return Err(format!("{name} is {size}, not 1 to {most}"));
            }
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            return Err("hidden_size is no multiple of num_attention_heads".into());
        }
        if !(self.layer_norm_eps >= 0.0 && self.layer_norm_eps < 1.0) {
            return Err(format!("layer_norm_eps is {}", self.layer_norm_eps));
        }
        Ok(())
    }

    /// Most tokens of a sentence, the special ones included.
    pub(super) fn most_tokens(&self) -> usize {
        self.max_position_embeddings.min(MOST_TOKENS)
    }
}
