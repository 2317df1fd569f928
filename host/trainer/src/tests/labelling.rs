//! What is taken as a label, and what is said about it.

use super::Room;
use crate::{DraftView, Label, Sentence, TrainerError};

fn type_in(
    room: &Room,
    text: &str,
    locale: Option<&str>,
    label: Label,
) -> Result<DraftView, TrainerError> {
    let sentence = Sentence::Typed {
        text: text.to_owned(),
        locale: locale.map(str::to_owned),
    };
    room.trainer
        .label(vec![sentence], Some(&label), &room.pupil)
}

fn intent(name: &str) -> Label {
    Label::Intent(name.to_owned())
}

fn codes(draft: &DraftView) -> Vec<&'static str> {
    let codes = draft.warnings.iter().map(|warning| warning.code.as_str());
    codes.collect()
}

#[test]
fn a_label_against_the_packs_own_words_is_taken_with_a_warning() {
    let directory = tempfile::tempdir().unwrap();
    let room = Room::open(directory.path());
    let draft = type_in(&room, "查一下流量！", None, intent("change-plan")).unwrap();
    assert_eq!(draft.labels.len(), 1);
    let warning = draft.warnings.first().unwrap();
    assert_eq!(warning.code.as_str(), "JF-TRN-007");
    assert!(
        warning.message.contains("the intent `usage`") && warning.message.contains("--clear"),
        "{}",
        warning.message
    );
    // It is said again as long as the label stands.
    assert_eq!(codes(&room.trainer.draft(&room.pupil)), ["JF-TRN-007"]);
    let effect = room.trainer.effect(&room.pupil).unwrap();
    assert_eq!(effect.warnings, draft.warnings);
    type_in(&room, "查一下流量！", None, Label::OutOfScope).unwrap();
    assert_eq!(codes(&room.trainer.draft(&room.pupil)), ["JF-TRN-007"]);
    // The same intent again, and other words, contradict nobody.
    type_in(&room, "查一下流量！", None, intent("usage")).unwrap();
    let draft = type_in(&room, "查一下我的流量", None, intent("change-plan")).unwrap();
    assert_eq!(codes(&draft), [""; 0]);
    // An article that is asked for word for word is given, whatever the label.
    let draft = type_in(&room, "国际漫游怎么开通？", None, intent("usage")).unwrap();
    assert!(draft.warnings[0].message.contains("the article `roaming`"));
}

#[test]
fn a_typed_sentence_tells_nobodys_number() {
    let directory = tempfile::tempdir().unwrap();
    let room = Room::open(directory.path());
    let draft = type_in(&room, "号码 13800138001 的SIM卡丢了", None, intent("usage")).unwrap();
    assert_eq!(
        draft.labels[0].text.as_deref(),
        Some("号码 ••• 的sim卡丢了")
    );
    assert_eq!(codes(&draft), ["JF-TRN-008"]);
    type_in(&room, "My SIM is gone", Some("zh-cn"), intent("usage")).unwrap();
    room.publish();
    for file in ["draft.json", "versions/000001.json"] {
        let text = std::fs::read_to_string(directory.path().join("trainer").join(file)).unwrap();
        assert!(!text.contains("138"), "{text}");
    }
    let version = room.trainer.version(1).unwrap();
    let texts: Vec<&str> = version
        .corrections
        .iter()
        .map(|(_, correction)| correction.text.as_str())
        .collect();
    assert!(
        texts.contains(&"My SIM is gone"),
        "as it was typed: {texts:?}"
    );
    assert!(matches!(
        type_in(&room, "13800138001", None, intent("usage")),
        Err(TrainerError::NoWords)
    ));
}

#[test]
fn a_locale_that_nobody_speaks_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let room = Room::open(directory.path());
    for locale in ["xx-YY", "zh", "", "en-US"] {
        let error = type_in(&room, "卡丢了", Some(locale), intent("usage")).unwrap_err();
        assert_eq!(error.code().as_str(), "JF-TRN-009");
        assert!(error.to_string().ends_with("there are zh-CN"), "{error}");
    }
    // The packs' spelling counts, and without one the script tells.
    type_in(&room, "卡丢了", Some("ZH-cn"), intent("usage")).unwrap();
    type_in(&room, "卡没了", None, intent("usage")).unwrap();
    room.publish();
    let version = room.trainer.version(1).unwrap();
    assert!(version.corrections.iter().all(|(_, c)| c.locale == "zh-CN"));
    let error = type_in(&room, "my card is gone", None, intent("usage")).unwrap_err();
    assert_eq!(error.code().as_str(), "JF-TRN-009");
    // What is in the draft already can be taken back.
    let sentence = Sentence::Typed {
        text: "卡丢了".to_owned(),
        locale: Some("xx".to_owned()),
    };
    room.trainer
        .label(vec![sentence], None, &room.pupil)
        .unwrap();
}

#[test]
fn what_can_be_labelled_with_is_listed() {
    let directory = tempfile::tempdir().unwrap();
    let room = Room::open(directory.path());
    let meanings = room.trainer.meanings(&room.pupil);
    assert_eq!(meanings.locales, ["zh-CN"]);
    let intents: Vec<(&str, usize)> = meanings
        .intents
        .iter()
        .map(|intent| (intent.intent.as_str(), intent.examples))
        .collect();
    assert_eq!(intents, [("change-plan", 6), ("usage", 6)]);
    assert_eq!(meanings.intents[0].like, ["我要换套餐"]);
    assert_eq!(meanings.articles[0].article, "roaming");
    assert_eq!(meanings.articles[0].question, "国际漫游怎么开通");
}

#[test]
fn a_name_that_no_pack_has_comes_before_a_locale_that_is_unclear() {
    let directory = tempfile::tempdir().unwrap();
    let room = Room::open(directory.path());
    for locale in [None, Some("xx-YY")] {
        for label in [intent("no-such"), Label::Article("no-such".to_owned())] {
            let error = type_in(&room, "Wo ist mein Handy?", locale, label).unwrap_err();
            assert_eq!(error.code().as_str(), "JF-TRN-002", "{error}");
            assert!(!error.to_string().contains("language of"), "{error}");
        }
    }
}
