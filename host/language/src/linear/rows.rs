/// A sparse matrix, row by row.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    /// Where each row starts; one more than there are rows.
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            starts: vec![0],
            columns: Vec::new(),
            values: Vec::new(),
        }
    }
}

impl Rows {
    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Adds a row: its columns and the values in them.
    pub(crate) fn push(&mut self, cells: impl IntoIterator<Item = (u32, f32)>) {
        for (column, value) in cells {
            self.columns.push(column);
            self.values.push(value);
        }
        self.starts.push(self.columns.len());
    }

    /// The columns of a row and the values in them; nothing when there is no such row.
    pub(crate) fn row(&self, number: usize) -> (&[u32], &[f32]) {
        let (Some(start), Some(end)) = (self.starts.get(number), self.starts.get(number + 1))
        else {
            return (&[], &[]);
        };
        (
            self.columns.get(*start..*end).unwrap_or_default(),
            self.values.get(*start..*end).unwrap_or_default(),
        )
    }
}
