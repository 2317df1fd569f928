//! Saying what sentences mean: the draft.

use jackfield_language::{Article, Training, detect_locale, normalise};

use crate::corrections::speaks;
use crate::draft::{Drafted, Typed};
use crate::mask::without_personal;
use crate::meanings::locales;
use crate::nearest::listed;
use crate::view::{DraftView, LabelledItem};
use crate::warning::{OwnWords, Warning};
use crate::{Correction, Corrections, EntryId, Label, Learner, Trainer, TrainerError};

/// A sentence that is labelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sentence {
    /// One from the list.
    Listed(EntryId),
    /// One that a person typed.
    Typed {
        /// The sentence.
        text: String,
        /// Its BCP 47 locale; `None` when its script tells.
        locale: Option<String>,
    },
}

impl Trainer {
    /// Says in the draft what sentences mean; `None` takes their label out of the draft. All of them or none. What could name a
    /// person is hidden in typed sentences too: they are published in clear.
    ///
    /// # Errors
    /// [`TrainerError::UnknownEntry`] for a sentence that is neither on the list nor published nor in the draft;
    /// [`TrainerError::UnknownIntent`], [`TrainerError::UnknownArticle`], [`TrainerError::UnknownLocale`],
    /// [`TrainerError::UnclearLocale`], [`TrainerError::NoWords`], [`TrainerError::File`].
    pub fn label(
        &self,
        sentences: Vec<Sentence>,
        label: Option<&Label>,
        learner: &dyn Learner,
    ) -> Result<DraftView, TrainerError> {
        let own = learner.own();
        // A name that no pack has is wrong in every locale, so that it comes before what is wrong with one.
        if let Some(label) = label {
            check(label, None, &own)?;
        }
        let mut named = Vec::new();
        let mut warnings = Vec::new();
        for sentence in sentences {
            let (id, locale, typed) = match sentence {
                Sentence::Listed(id) => {
                    let known = self.words_of(id).ok_or_else(|| TrainerError::from(id))?;
                    let typed = self.typed(id);
                    (id, known.locale, typed)
                }
                Sentence::Typed { text, locale } => {
                    let shown = without_personal(&text);
                    let normal = normalise(&shown);
                    if !normal.chars().any(char::is_alphabetic) {
                        return Err(TrainerError::NoWords);
                    }
                    let id = self.options.key.name(&normal);
                    if shown != text.trim() && label.is_some() {
                        warnings.push(Warning::hidden(id, &shown));
                    }
                    // A label is taken back whatever the packs speak by now.
                    let locale = match label {
                        Some(_) => known_locale(&shown, locale, &own)?,
                        None => locale.unwrap_or_default(),
                    };
                    let typed = Typed {
                        text: shown,
                        locale: locale.clone(),
                    };
                    (id, locale, Some(typed))
                }
            };
            if let Some(label) = label {
                check(label, Some(&locale), &own)?;
            }
            named.push((id, typed));
        }
        self.draft.lock().change(|labels| {
            for (id, typed) in named {
                match label.cloned() {
                    Some(label) => labels.insert(id, Drafted { label, typed }),
                    None => labels.remove(&id),
                };
            }
        })?;
        let mut draft = self.draft(learner);
        draft.warnings.splice(..0, warnings);
        Ok(draft)
    }

    /// What a person typed of a sentence in the draft.
    fn typed(&self, id: EntryId) -> Option<Typed> {
        let draft = self.draft.lock();
        let typed = draft.get(id)?.typed.as_ref()?;
        // A draft of an earlier version of the host holds sentences as they were typed.
        Some(Typed {
            text: without_personal(&typed.text),
            locale: typed.locale.clone(),
        })
    }

    /// Text and locale of a sentence: typed, from the list, or published.
    fn words_of(&self, id: EntryId) -> Option<Typed> {
        let from_list = || {
            let list = self.list.lock();
            let words = &list.get(id)?.words;
            Some(Typed {
                text: words.text.clone(),
                locale: words.locale.clone(),
            })
        };
        let published = || {
            let versions = self.versions.lock();
            let Correction { text, locale, .. } = versions.current().corrections.get(id)?.clone();
            Some(Typed { text, locale })
        };
        self.typed(id).or_else(from_list).or_else(published)
    }

    /// The labels that are not published yet.
    pub fn draft(&self, learner: &dyn Learner) -> DraftView {
        let labels = self.labelled();
        let own = learner.own();
        let words = OwnWords::new(&own);
        let warnings = labels.iter().flat_map(|labelled| {
            let sentence = self.words_of(labelled.id);
            sentence.into_iter().flat_map(|sentence| {
                Warning::contradictions(labelled.id, &sentence, &labelled.label, &words)
            })
        });
        let warnings = warnings.collect();
        DraftView {
            base: self.versions.lock().current().info.number,
            warnings,
            labels,
        }
    }

    /// The labels of the draft, with what is known of their sentences.
    fn labelled(&self) -> Vec<LabelledItem> {
        let drafted: Vec<(EntryId, Label)> = {
            let draft = self.draft.lock();
            draft
                .iter()
                .map(|(id, drafted)| (id, drafted.label.clone()))
                .collect()
        };
        let labels = drafted.into_iter().map(|(id, label)| LabelledItem {
            id,
            text: self.words_of(id).map(|words| words.text),
            label,
        });
        labels.collect()
    }

    /// Throws the draft away.
    ///
    /// # Errors
    /// [`TrainerError::File`].
    pub fn drop_draft(&self, learner: &dyn Learner) -> Result<DraftView, TrainerError> {
        self.draft
            .lock()
            .change(std::collections::BTreeMap::clear)?;
        Ok(self.draft(learner))
    }

    /// Corrections with the draft, and the sentences that the draft adds.
    pub(crate) fn with_draft(
        &self,
        mut corrections: Corrections,
        since: u64,
    ) -> Result<(Corrections, Vec<EntryId>), TrainerError> {
        let mut added = Vec::new();
        for LabelledItem { id, label, .. } in self.labelled() {
            let Some(Typed { mut text, locale }) = self.words_of(id) else {
                continue;
            };
            if label == Label::Dismissed {
                text.clear();
            } else if text.is_empty() {
                // A sentence that was dismissed, and whose words are gone since.
                continue;
            }
            let correction = Correction {
                label,
                text,
                locale,
                since,
            };
            corrections.0.insert(id, correction);
            added.push(id);
        }
        if added.is_empty() {
            return Err(TrainerError::NothingToPublish);
        }
        Ok((corrections, added))
    }
}

/// Whether a pack has what the label names, in any locale or in this one.
fn check(label: &Label, locale: Option<&str>, own: &Training) -> Result<(), TrainerError> {
    match label {
        Label::Intent(intent) if own.examples.iter().all(|e| e.intent != *intent) => {
            let known = own.examples.iter().map(|e| e.intent.as_str());
            Err(TrainerError::UnknownIntent {
                known: listed(intent, known),
                intent: intent.clone(),
            })
        }
        Label::Article(article) => {
            let spoken = |a: &&Article| locale.is_none_or(|locale| speaks(&a.locale, locale));
            let ids = own.articles.iter().filter(spoken).map(|a| a.id.as_str());
            match ids.clone().any(|id| id == article) {
                true => Ok(()),
                false => Err(TrainerError::UnknownArticle {
                    known: listed(article, ids),
                    article: article.clone(),
                    place: locale
                        .map(|locale| format!(" in the language of `{locale}`"))
                        .unwrap_or_default(),
                }),
            }
        }
        _ => Ok(()),
    }
}

/// The locale of a typed sentence, as the packs spell it.
fn known_locale(
    text: &str,
    locale: Option<String>,
    own: &Training,
) -> Result<String, TrainerError> {
    let known = locales(own);
    let told = |given: &str| listed(given, known.iter().copied());
    if let Some(locale) = locale {
        let mut same = known
            .iter()
            .filter(|known| known.eq_ignore_ascii_case(&locale));
        return match same.next() {
            Some(known) => Ok((*known).to_owned()),
            None => Err(TrainerError::UnknownLocale {
                known: told(&locale),
                locale,
            }),
        };
    }
    let script = detect_locale(text, "");
    let mut speaking = known
        .iter()
        .filter(|known| script.is_none_or(|script| speaks(known, script)));
    match (speaking.next(), speaking.next()) {
        (Some(only), None) => Ok((*only).to_owned()),
        _ => Err(TrainerError::UnclearLocale {
            text: text.to_owned(),
            known: told(""),
        }),
    }
}
