//! The network: token numbers in, one vector for each token out.
//!
//! BERT as in Devlin et al., 2019 (arXiv:1810.04805), without dropout and without the pooler, which sentence encoders do not
//! use. The tokens of all sentences of a batch are the rows of one matrix, without padding: everything but the attention treats
//! rows one by one, and the attention takes the rows of one sentence at a time. So no sentence can see another, and no time
//! goes into padding.

use std::ops::Range;

use candle_core::{Device, Result, Tensor};
use candle_nn::ops::{layer_norm, softmax_last_dim};

use super::config::{Activation, Config};
use super::weights::Weights;
use crate::LanguageError;

/// Most outputs of a panel: as many as the widest kernel computes at once.
const PANEL: usize = 64;

/// `x · weight + bias`.
#[derive(Debug)]
struct Linear {
    /// The matrix cut into panels of some outputs each: panels by inputs by outputs of a panel. The kernels read a
    /// panel as it lies. A whole matrix they would first bring into this order, each time, and with a sentence of a few tokens that
    /// takes longer than the multiplication.
    panels: Tensor,
    bias: Tensor,
}

impl Linear {
    /// Of a weight as PyTorch keeps it: outputs by inputs.
    fn new(weight: &Tensor, bias: Tensor) -> Result<Self> {
        let (outputs, inputs) = weight.dims2()?;
        let wide = (1..=PANEL).rev().find(|wide| outputs % wide == 0);
        let wide = wide.unwrap_or(1);
        let panels = weight
            .reshape((outputs / wide, wide, inputs))?
            .transpose(1, 2)?
            .contiguous()?;
        Ok(Self { panels, bias })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (tokens, inputs) = x.dims2()?;
        let (panels, _, wide) = self.panels.dims3()?;
        let x = x.unsqueeze(0)?;
        let multiply = |from: usize, panels: usize| {
            x.expand((panels, tokens, inputs))?
                .matmul(&self.panels.narrow(0, from, panels)?)
        };
        // One sentence keeps two processors busy, too.
        let half = panels / 2;
        let outputs = if half == 0 {
            multiply(0, panels)?
        } else {
            let (first, second) =
                rayon::join(|| multiply(0, half), || multiply(half, panels - half));
            Tensor::cat(&[first?, second?], 0)?
        };
        outputs
            .transpose(0, 1)?
            .reshape((tokens, panels * wide))?
            .broadcast_add(&self.bias)
    }
}

/// Brings every row to mean 0 and variance 1, then scales and shifts it.
#[derive(Debug)]
struct Norm {
    scale: Tensor,
    shift: Tensor,
    eps: f32,
}

impl Norm {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        layer_norm(x, &self.scale, &self.shift, self.eps)
    }
}

#[derive(Debug)]
struct Layer {
    /// Queries, keys and values in one matrix; queries are scaled by the root of the length of a head.
    attention: Linear,
    mixed: Linear,
    mixed_norm: Norm,
    wide: Linear,
    narrow: Linear,
    narrow_norm: Norm,
}

/// The weights of one BERT.
#[derive(Debug)]
pub(super) struct Network {
    words: Tensor,
    /// One row for each position, with what belongs to the first kind of text.
    positions: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
    heads: usize,
    activation: Activation,
}

impl Network {
    pub(super) fn read(
        weights: &Weights<'_>,
        config: &Config,
    ) -> std::result::Result<Self, LanguageError> {
        let h = config.hidden_size;
        let words = weights.get("embeddings.word_embeddings.weight", &[config.vocab_size, h])?;
        let positions = weights.get(
            "embeddings.position_embeddings.weight",
            &[config.max_position_embeddings, h],
        )?;
        let kinds = weights.get(
            "embeddings.token_type_embeddings.weight",
            &[config.type_vocab_size, h],
        )?;
        let positions = positions
            .narrow(0, 0, config.most_tokens())
            .and_then(|rows| rows.broadcast_add(&kinds.get(0)?))
            .map_err(|problem| weights.wrong(&problem))?;
        let norm = |name: &str| {
            Ok::<_, LanguageError>(Norm {
                scale: weights.get(&format!("{name}.weight"), &[h])?,
                shift: weights.get(&format!("{name}.bias"), &[h])?,
                eps: config.layer_norm_eps,
            })
        };
        let layers = (0..config.num_hidden_layers)
            .map(|number| {
                let name = |part: &str| format!("encoder.layer.{number}.{part}");
                let linear =
                    |part: &str, inputs, outputs| linear(weights, &name(part), inputs, outputs);
                let wide = config.intermediate_size;
                Ok(Layer {
                    attention: attention(weights, &name("attention.self"), config)?,
                    mixed: linear("attention.output.dense", h, h)?,
                    mixed_norm: norm(&name("attention.output.LayerNorm"))?,
                    wide: linear("intermediate.dense", h, wide)?,
                    narrow: linear("output.dense", wide, h)?,
                    narrow_norm: norm(&name("output.LayerNorm"))?,
                })
            })
            .collect::<std::result::Result<_, LanguageError>>()?;
        Ok(Self {
            words,
            positions,
            norm: norm("embeddings.LayerNorm")?,
            layers,
            heads: config.num_attention_heads,
            activation: config.hidden_act,
        })
    }

    /// The vectors of the tokens of all sentences, one after the other.
    ///
    /// Sentences must not be empty or longer than the positions, and token numbers must be below the size of the
    /// vocabulary: otherwise it is an error.
    pub(super) fn forward(&self, sentences: &[&[u32]]) -> Result<Vec<f32>> {
        let device = &Device::Cpu;
        let ids: Vec<u32> = sentences.concat();
        let places: Vec<u32> = sentences
            .iter()
            .flat_map(|sentence| 0..sentence.len() as u32)
            .collect();
        let mut rows = Vec::with_capacity(sentences.len());
        let mut start = 0;
        for sentence in sentences {
            rows.push(start..start + sentence.len());
            start += sentence.len();
        }
        let words = self.words.index_select(&Tensor::new(ids, device)?, 0)?;
        let positions = self
            .positions
            .index_select(&Tensor::new(places, device)?, 0)?;
        let mut x = self.norm.forward(&(words + positions)?)?;
        for layer in &self.layers {
            let seen = layer.attend(&x, &rows, self.heads)?;
            let mixed = layer.mixed.forward(&seen)?;
            x = layer.mixed_norm.forward(&(mixed + x)?)?;
            let wide = self.activation.apply(layer.wide.forward(&x)?)?;
            let narrow = layer.narrow.forward(&wide)?;
            x = layer.narrow_norm.forward(&(narrow + x)?)?;
        }
        x.flatten_all()?.to_vec1()
    }
}

impl Layer {
    /// What each token takes from the tokens of its sentence.
    fn attend(&self, x: &Tensor, rows: &[Range<usize>], heads: usize) -> Result<Tensor> {
        let all = self.attention.forward(x)?;
        let (_, wide) = all.dims2()?;
        let hidden = wide / 3;
        let seen = rows
            .iter()
            .map(|rows| {
                let tokens = rows.len();
                // [3, heads, tokens, length of a head]
                let parts = all
                    .narrow(0, rows.start, tokens)?
                    .reshape((tokens, 3, heads, hidden / heads))?
                    .permute((1, 2, 0, 3))?
                    .contiguous()?;
                let (queries, keys, values) = (parts.get(0)?, parts.get(1)?, parts.get(2)?);
                let weights = softmax_last_dim(&queries.matmul(&keys.t()?)?)?;
                weights
                    .matmul(&values)?
                    .transpose(0, 1)?
                    .reshape((tokens, hidden))
            })
            .collect::<Result<Vec<_>>>()?;
        Tensor::cat(&seen, 0)
    }
}

fn linear(
    weights: &Weights<'_>,
    name: &str,
    inputs: usize,
    outputs: usize,
) -> std::result::Result<Linear, LanguageError> {
    let (weight, bias) = matrix(weights, name, inputs, outputs)?;
    Linear::new(&weight, bias).map_err(|problem| weights.wrong(&problem))
}

/// Weight and bias of a linear layer.
fn matrix(
    weights: &Weights<'_>,
    name: &str,
    inputs: usize,
    outputs: usize,
) -> std::result::Result<(Tensor, Tensor), LanguageError> {
    Ok((
        weights.get(&format!("{name}.weight"), &[outputs, inputs])?,
        weights.get(&format!("{name}.bias"), &[outputs])?,
    ))
}

/// Queries, keys and values in one linear layer.
fn attention(
    weights: &Weights<'_>,
    name: &str,
    config: &Config,
) -> std::result::Result<Linear, LanguageError> {
    let h = config.hidden_size;
    let [queries, keys, values] =
        ["query", "key", "value"].map(|part| matrix(weights, &format!("{name}.{part}"), h, h));
    let (queries, keys, values) = (queries?, keys?, values?);
    let scale = 1.0 / ((h / config.num_attention_heads) as f64).sqrt();
    let join = || {
        let weight = Tensor::cat(&[(queries.0 * scale)?, keys.0, values.0], 0)?;
        let bias = Tensor::cat(&[(queries.1 * scale)?, keys.1, values.1], 0)?;
        Linear::new(&weight, bias)
    };
    join().map_err(|problem: candle_core::Error| weights.wrong(&problem))
}
