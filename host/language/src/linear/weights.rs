/// A weight for every column and class.
#[derive(Debug, Clone, Default)]
pub(crate) struct Weights {
    classes: usize,
    /// Column by column, the weight of every class.
    values: Vec<f32>,
}

impl Weights {
    pub(super) fn zero(classes: usize, columns: usize) -> Self {
        Self {
            classes,
            values: vec![0.0; columns * classes],
        }
    }

    /// For each column, the weights of all classes.
    pub(super) fn columns_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        self.values.chunks_exact_mut(self.classes.max(1))
    }

    /// The weights of all classes for one column; nothing beyond the last.
    pub(super) fn column_mut(&mut self, column: u32) -> &mut [f32] {
        let at = column as usize * self.classes;
        self.values
            .get_mut(at..at + self.classes)
            .unwrap_or_default()
    }

    /// For every class, the sum of a row's values times the weights of their columns.
    pub(crate) fn products(&self, cells: impl IntoIterator<Item = (u32, f32)>) -> Vec<f32> {
        let mut products = vec![0.0; self.classes];
        for (column, value) in cells {
            let at = column as usize * self.classes;
            if let Some(weights) = self.values.get(at..at + self.classes) {
                add(&mut products, weights, value);
            }
        }
        products
    }
}

/// Adds `what`, so many times, to `to`.
pub(super) fn add(to: &mut [f32], what: &[f32], times: f32) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += times * what;
    }
}
