//! Answers from the knowledge: found for a sentence, given, or offered as choices.

use jackfield_core::{ClarifyOption, Outbound, PackId, Session};
use jackfield_language::ANSWER_THRESHOLD;
use jackfield_language::knowledge::{ArticleId, Asker, Scope};

use super::Turn;
use crate::variant;

/// Articles offered as choices when none is sure.
const RELATED: usize = 3;
/// How far below the threshold an article may be to be offered as a choice.
const NEARLY: f32 = 0.7;

/// Who asks the knowledge in a session: at this moment, on its channel, and as part of a conversation of `pack`. Which department
/// or province a contact belongs to is not known yet, so that nobody is given what is only for one.
pub(super) fn asker(session: &Session, now_ms: u64, pack: Option<&PackId>) -> Asker {
    Asker {
        locale: session.locale.clone(),
        scopes: pack
            .map(|pack| Scope::Pack(pack.to_string()))
            .into_iter()
            .collect(),
        now_ms: Some(now_ms),
        variant: variant(&session.address),
    }
}

impl Turn<'_> {
    /// The contact, in a conversation of the pack whose flow is active.
    pub(super) fn asker(&self) -> Asker {
        let pack = self.session.active().map(|frame| &frame.flow.pack);
        asker(&self.session, self.at, pack)
    }

    /// Answers with an article. False when it is not for this conversation, or not any more.
    pub(super) fn give_article(&mut self, id: &ArticleId) -> bool {
        let Some(answer) = self.catalog.model.article(id, &self.asker()) else {
            return false;
        };
        let locale = self.locale().to_owned();
        self.draft
            .messages
            .push(Outbound::text(answer.text, locale));
        true
    }

    /// Articles near the text, as choices.
    pub(super) fn related(&self, text: &str) -> Vec<(ClarifyOption, String)> {
        self.catalog
            .model
            .search(text, &self.asker(), RELATED)
            .into_iter()
            .filter(|answer| answer.score >= ANSWER_THRESHOLD * NEARLY)
            .map(|answer| {
                let option = ClarifyOption::Article(answer.id, answer.pack);
                (option, answer.question)
            })
            .collect()
    }
}
