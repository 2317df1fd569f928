use super::Rows;
use super::weights::Weights;

/// The direction of the mean of the rows of every class, each of length 1: a row's product with it, divided by the row's length, is
/// the cosine between them. A class without rows has no direction.
pub(crate) fn centroids(rows: &Rows, labels: &[u32], classes: usize, columns: usize) -> Weights {
    let mut centroids = Weights::zero(classes, columns);
    for (number, label) in labels.iter().enumerate() {
        let (columns, values) = rows.row(number);
        for (column, value) in columns.iter().zip(values) {
            if let Some(sum) = centroids.column_mut(*column).get_mut(*label as usize) {
                *sum += value;
            }
        }
    }
    let mut lengths = vec![0.0_f32; classes];
    for column in centroids.columns_mut() {
        for (length, value) in lengths.iter_mut().zip(column) {
            *length += *value * *value;
        }
    }
    for column in centroids.columns_mut() {
        for (value, length) in column.iter_mut().zip(&lengths) {
            *value /= length.sqrt().max(f32::MIN_POSITIVE);
        }
    }
    centroids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_with_a_centroid_is_the_cosine() {
        let mut rows = Rows::default();
        rows.push([(0, 1.0)]);
        rows.push([(1, 1.0)]);
        rows.push([(2, 3.0)]);
        let centroids = centroids(&rows, &[0, 0, 1], 3, 3);
        let cosines = centroids.products([(0, 1.0)]);
        assert!((cosines[0] - 0.5_f32.sqrt()).abs() < 1e-6, "{cosines:?}");
        assert_eq!(cosines[1..], [0.0, 0.0]);
        assert!((centroids.products([(2, 1.0)])[1] - 1.0).abs() < 1e-6);
    }
}
