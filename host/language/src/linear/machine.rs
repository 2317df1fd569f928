use std::thread;

use super::Rows;
use super::weights::{Weights, add};

/// How machines are fitted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fit {
    /// Cost of an example on the wrong side of its margin; liblinear's `C`.
    pub(crate) cost: f32,
    /// Passes over the examples.
    pub(crate) passes: usize,
    /// For the order in which examples are visited.
    pub(crate) seed: u64,
}

/// Learns, for every class, a linear support-vector machine that tells it from the rest: the margin of a row is positive on the side of
/// the class, and 1 for a typical row of it. Columns are below `columns` and labels below `classes`; a row with another label belongs to
/// no class.
///
/// Each is the dual problem with squared hinge loss, solved by coordinate descent (Hsieh et al., "A Dual Coordinate Descent
/// Method for Large-scale Linear SVM", 2008). All classes are solved in one pass over the rows, with the weights of all
/// classes for one column side by side, so that the inner loops run over memory in order. The same input gives the same weights
/// on every machine with the same arithmetic, however many threads there are.
pub(crate) fn machines(
    rows: &Rows,
    labels: &[u32],
    classes: usize,
    columns: usize,
    fit: Fit,
) -> Weights {
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(classes.div_ceil(8))
        .max(1);
    let share = classes.div_ceil(threads).max(1);
    let blocks: Vec<Block> = thread::scope(|scope| {
        let running: Vec<_> = (0..classes)
            .step_by(share)
            .map(|first| {
                let size = share.min(classes - first);
                scope.spawn(move || Block::solve(rows, labels, first, size, columns, fit))
            })
            .collect();
        running
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    });
    let mut weights = Weights::zero(classes, columns);
    for block in &blocks {
        let own = block.weights.chunks_exact(block.size);
        for (all, own) in weights.columns_mut().zip(own) {
            all[block.first..block.first + block.size].copy_from_slice(own);
        }
    }
    weights
}

/// Some neighbouring classes, solved by one thread.
struct Block {
    first: usize,
    size: usize,
    weights: Vec<f32>,
}

impl Block {
    fn solve(
        rows: &Rows,
        labels: &[u32],
        first: usize,
        size: usize,
        columns: usize,
        fit: Fit,
    ) -> Self {
        let mut block = Self {
            first,
            size,
            weights: vec![0.0; columns * size],
        };
        let diagonal = 0.5 / fit.cost;
        let lengths: Vec<f32> = (0..rows.len())
            .map(|row| {
                rows.row(row)
                    .1
                    .iter()
                    .map(|value| value * value)
                    .sum::<f32>()
                    + diagonal
            })
            .collect();
        let mut multipliers = vec![0.0_f32; rows.len() * size];
        let mut order: Vec<usize> = (0..rows.len()).collect();
        let mut random = fit.seed;
        let mut margins = vec![0.0_f32; size];
        let mut steps = vec![0.0_f32; size];
        for _ in 0..fit.passes {
            shuffle(&mut order, &mut random);
            let mut moved = 0.0_f32;
            for row in &order {
                let (columns, values) = rows.row(*row);
                margins.fill(0.0);
                for (column, value) in columns.iter().zip(values) {
                    let at = *column as usize * size;
                    if let Some(weights) = block.weights.get(at..at + size) {
                        add(&mut margins, weights, *value);
                    }
                }
                let (Some(length), Some(label), Some(multipliers)) = (
                    lengths.get(*row),
                    labels.get(*row),
                    multipliers.get_mut(row * size..(row + 1) * size),
                ) else {
                    continue;
                };
                let own = (*label as usize).wrapping_sub(first);
                let mut moves = 0;
                for (class, ((step, margin), multiplier)) in
                    steps.iter_mut().zip(&margins).zip(multipliers).enumerate()
                {
                    let side = if class == own { 1.0 } else { -1.0 };
                    let gradient = side * margin - 1.0 + diagonal * *multiplier;
                    let next = (*multiplier - gradient / length).max(0.0);
                    *step = (next - *multiplier) * side;
                    *multiplier = next;
                    moves += usize::from(*step != 0.0);
                    moved = moved.max(step.abs());
                }
                if moves > 0 {
                    for (column, value) in columns.iter().zip(values) {
                        let at = *column as usize * size;
                        if let Some(weights) = block.weights.get_mut(at..at + size) {
                            add(weights, &steps, *value);
                        }
                    }
                }
            }
            if moved < SETTLED {
                break;
            }
        }
        block
    }
}

/// When no multiplier moves further than this in a pass, the solution stands.
const SETTLED: f32 = 1e-3;

/// Fisher and Yates' shuffle with splitmix64, the same on every platform.
fn shuffle(order: &mut [usize], state: &mut u64) {
    for last in (1..order.len()).rev() {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        order.swap(last, (z % (last as u64 + 1)) as usize);
    }
}
