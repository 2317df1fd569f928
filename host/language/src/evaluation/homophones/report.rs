use super::noise::{Homophones, homophone_noise};
use crate::evaluation::Labelled;
use crate::intents::{FitOn, Intents, Sentence, prepare};
use crate::{LanguageError, SentenceEncoder, normalise};

/// What homophones cost. Shares of the test that are recognised right, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HomophoneReport {
    /// As the test is written.
    pub clean: f64,
    /// With homophone noise, mean over the seeds.
    pub noisy: f64,
    /// As the test is written, by a model that knows what is written and not how it sounds.
    pub clean_characters_only: f64,
    /// The same with noise.
    pub noisy_characters_only: f64,
}

impl HomophoneReport {
    /// What the noise costs as a share of what it costs a model that knows characters only: 0 when it costs nothing, 1 when
    /// knowing the sound does not help; 0 when it costs neither anything.
    pub fn share_of_loss(&self) -> f64 {
        let lost = self.clean_characters_only - self.noisy_characters_only;
        if lost > 0.0 {
            (self.clean - self.noisy) / lost
        } else {
            0.0
        }
    }
}

/// Learns from `train` and measures on `test` as it is and with [`homophone_noise`] of `share`, once for each of `seeds`. Common
/// characters are those of `train`.
///
/// # Errors
///
/// When the encoder fails.
pub fn evaluate_homophones(
    train: &[Labelled],
    test: &[Labelled],
    share: f64,
    seeds: &[u64],
    encoder: Option<&dyn SentenceEncoder>,
) -> Result<HomophoneReport, LanguageError> {
    let homophones = Homophones::new(train.iter().map(|row| row.text.as_str()));
    let learnt = sentences(train.iter().map(|row| row.text.clone()), encoder)?;
    let clean = sentences(test.iter().map(|row| row.text.clone()), encoder)?;
    let noisy: Vec<Vec<Sentence>> = seeds
        .iter()
        .map(|seed| {
            sentences(
                test.iter()
                    .map(|row| homophone_noise(&row.text, share, *seed, &homophones)),
                encoder,
            )
        })
        .collect::<Result<_, _>>()?;
    let measure = |hears: bool| {
        let labels: Vec<Option<&str>> = train.iter().map(|row| Some(row.label.as_str())).collect();
        let as_known = |sentence: &Sentence| {
            if hears {
                sentence.clone()
            } else {
                sentence.without_sound()
            }
        };
        let learnt: Vec<Sentence> = learnt.iter().map(as_known).collect();
        // Only the order of the readings is asked for, which needs no calibration.
        let intents = Intents::new(&learnt, &labels, FitOn::Validation(&[], &[]));
        let accuracy = |asked: &[Sentence]| {
            let right = |(sentence, row): &(&Sentence, &Labelled)| {
                let reading = intents.read(&as_known(sentence));
                reading
                    .candidates
                    .first()
                    .is_some_and(|best| best.intent == row.label)
            };
            asked.iter().zip(test).filter(right).count() as f64 / test.len().max(1) as f64
        };
        let of_noisy =
            noisy.iter().map(|asked| accuracy(asked)).sum::<f64>() / noisy.len().max(1) as f64;
        (accuracy(&clean), of_noisy)
    };
    let (clean, noisy) = measure(true);
    let (clean_characters_only, noisy_characters_only) = measure(false);
    Ok(HomophoneReport {
        clean,
        noisy,
        clean_characters_only,
        noisy_characters_only,
    })
}

fn sentences(
    texts: impl Iterator<Item = String>,
    encoder: Option<&dyn SentenceEncoder>,
) -> Result<Vec<Sentence>, LanguageError> {
    let texts: Vec<String> = texts.map(|text| normalise(&text)).collect();
    prepare(
        &texts.iter().map(String::as_str).collect::<Vec<_>>(),
        encoder,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intent_is_recognised_by_its_sound() {
        let rows = |texts: &[(&str, &str)]| -> Vec<Labelled> {
            let row = |(text, label): &(&str, &str)| Labelled {
                text: (*text).to_owned(),
                label: (*label).to_owned(),
            };
            texts.iter().map(row).collect()
        };
        let train = rows(&[
            ("查话费余额", "balance"),
            ("话费还剩多少", "balance"),
            ("开通国际漫游", "roaming"),
            ("漫游怎么开通", "roaming"),
            ("明天会下雨吗", "weather"),
            ("今天天气", "weather"),
            ("放一首歌", "music"),
            ("来点音乐", "music"),
            ("订机票", "flight"),
            ("去上海的航班", "flight"),
            ("宽带装不上", "broadband"),
            ("宽带太慢", "broadband"),
        ]);
        let report = evaluate_homophones(&train, &train, 1.0, &[1, 2, 3], None).unwrap();
        assert!(report.clean >= 0.99 && report.noisy >= 0.99, "{report:?}");
        assert!(
            report.clean_characters_only >= 0.99 && report.noisy_characters_only < 0.99,
            "{report:?}"
        );
    }
}
