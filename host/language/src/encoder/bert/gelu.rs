//! The Gaussian error linear unit.

use candle_core::{CpuStorage, InplaceOp1, Layout, Result};

/// x/2 (1 + erf(x/√2)) in place, without branches, so that the compiler can compute several numbers at once.
#[derive(Debug)]
pub(super) struct Gelu;

impl InplaceOp1 for Gelu {
    fn name(&self) -> &'static str {
        "gelu"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let (CpuStorage::F32(values), Some((start, end))) = (storage, layout.contiguous_offsets())
        else {
            candle_core::bail!("gelu is for contiguous 32-bit numbers");
        };
        for value in values.get_mut(start..end).unwrap_or_default() {
            *value = gelu(*value);
        }
        Ok(())
    }
}

fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2))
}

/// The error function as a quotient of polynomials, as Eigen has it (`generic_fast_erf_float`).
#[expect(clippy::excessive_precision, reason = "as published")]
fn erf(x: f32) -> f32 {
    // Beyond 4 it is 1 to the last digit.
    let x = x.clamp(-4.0, 4.0);
    let y = x * x;
    let above = [
        2.770_681_424_959_02e-8,
        -2.101_024_020_825_08e-6,
        -5.692_506_394_623_46e-5,
        -7.349_906_303_268_55e-4,
        -2.954_599_808_540_25e-3,
        -1.609_603_332_624_15e-2,
    ];
    let below = [
        -2.133_740_552_789_05e-4,
        -1.682_826_974_382_03e-3,
        -7.373_329_167_204_68e-3,
        -1.426_473_905_141_89e-2,
    ];
    let above = above
        .into_iter()
        .fold(-2.726_142_258_013_06e-10, |sum, next: f32| sum * y + next);
    let below = below
        .into_iter()
        .fold(-1.456_607_184_649_96e-5, |sum, next: f32| sum * y + next);
    x * above / below
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};

    use super::*;

    #[test]
    fn it_is_what_the_library_computes_slowly() {
        let values: Vec<f32> = (-20_000..=20_000).map(|i| i as f32 / 1_000.0).collect();
        let slow = Tensor::new(values, &Device::Cpu).unwrap();
        let fast = slow.copy().unwrap();
        fast.inplace_op1(&Gelu).unwrap();
        let slow: Vec<f32> = slow.gelu_erf().unwrap().to_vec1().unwrap();
        let fast: Vec<f32> = fast.to_vec1().unwrap();
        for (slow, fast) in slow.iter().zip(&fast) {
            assert!((slow - fast).abs() <= 1e-6, "{slow} {fast}");
        }
    }
}
