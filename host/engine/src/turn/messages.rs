//! Renders a flow's messages for the contact's locale and channel.

use std::sync::Arc;

use jackfield_core::{
    Body, Card, ChoiceToken, Message, OfferedChoice, Outbound, RenderedCard, RenderedMedia, Speaker,
};
use jackfield_language::catalogue;

use super::Turn;
use crate::installed::InstalledPack;
use crate::variant;

impl Turn<'_> {
    /// Adds the messages to the turn. Returns the pack's ids of the last message's choices.
    pub(super) fn render(
        &mut self,
        pack: &Arc<InstalledPack>,
        messages: &[Message],
    ) -> Vec<String> {
        let mut ids = Vec::new();
        for message in messages {
            let index = u32::try_from(self.draft.messages.len()).unwrap_or(u32::MAX);
            let turn = self.session.turn + 1;
            ids = message
                .choices
                .iter()
                .map(|choice| choice.id.clone())
                .collect();
            let choices = message
                .choices
                .iter()
                .zip(0u32..)
                .map(|(choice, at)| OfferedChoice {
                    token: ChoiceToken {
                        turn,
                        message: index,
                        choice: at,
                    },
                    label: self.words(pack, &choice.label),
                })
                .collect();
            let rendered = Outbound {
                speaker: Speaker::Bot,
                text: self.words(pack, &message.body),
                choices,
                card: message.card.as_ref().map(|card| self.card(pack, card)),
                media: message
                    .media
                    .iter()
                    .map(|media| RenderedMedia {
                        source: media.source.clone(),
                        media_type: media.media_type.clone(),
                        description: self.words(pack, &media.description),
                    })
                    .collect(),
                locale: self.locale().to_owned(),
            };
            self.draft.messages.push(rendered);
        }
        ids
    }

    fn card(&self, pack: &InstalledPack, card: &Card) -> RenderedCard {
        RenderedCard {
            title: self.words(pack, &card.title),
            text: card.text.as_ref().map(|text| self.words(pack, text)),
            facts: card
                .facts
                .iter()
                .map(|(label, value)| (self.words(pack, label), self.words(pack, value)))
                .collect(),
            link: card.link.clone(),
        }
    }

    pub(super) fn words(&self, pack: &InstalledPack, body: &Body) -> String {
        let variant = variant(&self.session.address);
        match body {
            Body::Text(text) => text.clone(),
            Body::Value(value) => catalogue::shown(value, self.locale(), variant),
            Body::Template { key, arguments } => {
                pack.catalogue.render(self.locale(), variant, key, arguments).unwrap_or_else(|| {
                    tracing::warn!(pack = %pack.id(), key, locale = self.locale(), "message is missing from the catalogues");
                    key.clone()
                })
            }
        }
    }
}
