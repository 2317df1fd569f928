//! `model.safetensors`: the tensors by name.

use candle_core::safetensors::SliceSafetensors;
use candle_core::{DType, Device, Tensor};

use super::folder::{FETCH_AGAIN, Folder};
use crate::LanguageError;

/// Its name in the folder.
pub(super) const WEIGHTS: &str = "model.safetensors";

/// Tensors that are checked against what the configuration says.
pub(super) struct Weights<'a> {
    folder: &'a Folder,
    tensors: SliceSafetensors<'a>,
    /// What stands before every name.
    prefix: &'static str,
}

impl<'a> Weights<'a> {
    pub(super) fn new(folder: &'a Folder, bytes: &'a [u8]) -> Result<Self, LanguageError> {
        let tensors = SliceSafetensors::new(bytes).map_err(|problem| {
            let problem = format!("is damaged or cut off: {problem}");
            folder.error(WEIGHTS, problem, FETCH_AGAIN)
        })?;
        // Folders that were saved with a head on top have all names one level deeper.
        let deeper = tensors
            .get("bert.embeddings.word_embeddings.weight")
            .is_ok();
        let prefix = if deeper { "bert." } else { "" };
        Ok(Self {
            folder,
            tensors,
            prefix,
        })
    }

    /// A tensor of this shape, as 32-bit numbers whatever it is kept in.
    pub(super) fn get(&self, name: &str, shape: &[usize]) -> Result<Tensor, LanguageError> {
        let name = format!("{}{name}", self.prefix);
        let view = self.tensors.get(&name).map_err(|_| {
            self.folder
                .error(WEIGHTS, format!("has no tensor `{name}`"), FETCH_AGAIN)
        })?;
        if view.shape() != shape {
            let problem = format!(
                "`{name}` has the shape {:?}, but {} means {shape:?}",
                view.shape(),
                super::config::CONFIG
            );
            return Err(self.folder.error(WEIGHTS, problem, FETCH_AGAIN));
        }
        self.tensors
            .load(&name, &Device::Cpu)
            .and_then(|tensor| tensor.to_dtype(DType::F32))
            .map_err(|problem| self.wrong(&problem))
    }

    /// An error of the library about these weights.
    pub(super) fn wrong(&self, problem: &candle_core::Error) -> LanguageError {
        self.folder
            .error(WEIGHTS, format!("cannot be used: {problem}"), FETCH_AGAIN)
    }
}
