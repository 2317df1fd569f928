//! The one-time code: the only way to the level `verified`. A pack asks for it and never sees it.

use jackfield_core::{
    Asking, EntryId, Event, NamedValue, Outbound, OutboxEntry, Outcome, Owner, RequestPurpose,
    Speaker, Utterance, Value, Verification,
};
use jackfield_language::entity_for;

use super::{Failed, Turn};
use crate::codes::{self, CodeDelivery, CodeGateway};

/// How long a code is valid, milliseconds.
const VALID: u64 = 5 * 60_000;
/// Wrong codes before it is over.
const TRIES: u32 = 3;
/// Codes that a session gets within an hour: each costs the operator a message, and each may be guessed at.
const PER_HOUR: usize = 5;
const HOUR: u64 = 60 * 60_000;

impl Turn<'_> {
    /// Starts a verification for a frame. `Some` event: the level is reached already, go on at once.
    pub(super) fn verify(&mut self, frame: u32, level: Verification) -> Option<Event> {
        if self.session.verification >= level {
            return Some(Event::Verified(self.session.verification));
        }
        if matches!(self.engine.code_delivery, CodeDelivery::None) {
            self.cannot_verify();
        } else {
            self.send_code("code-sent", frame, level);
        }
        None
    }

    fn cannot_verify(&mut self) {
        self.say("cannot-verify", &[]);
        self.session.asking = None;
        self.session.owner = Owner::Queue("default".to_owned());
    }

    fn send_code(&mut self, key: &str, frame: u32, level: Verification) {
        let an_hour_ago = self.at.saturating_sub(HOUR);
        self.session.codes_sent.retain(|sent| *sent > an_hour_ago);
        if self.session.codes_sent.len() >= PER_HOUR {
            return self.cannot_verify();
        }
        self.session.codes_sent.push(self.at);
        let (secret, session) = (self.engine.secret, self.session.id);
        let code = codes::code(secret, session, self.session.turn + 1);
        let digest = codes::digest(secret, session, &code);
        let entry = match self.engine.code_delivery {
            CodeDelivery::Gateway(gateway) => self.request_code(gateway, frame),
            _ => None,
        };
        self.session.asking = Some(Asking::Code {
            level,
            digest,
            expires: self.at + VALID,
            tries_left: TRIES,
            frame,
            entry,
        });
        self.say(
            key,
            &[NamedValue {
                name: "minutes".to_owned(),
                value: Value::Integer((VALID / 60_000) as i64),
            }],
        );
        if matches!(self.engine.code_delivery, CodeDelivery::Shown) {
            let shown = [NamedValue::new("code", code.as_str())];
            let locale = self.locale().to_owned();
            let text = self.engine.phrases.say(&locale, "code-demo", &shown);
            self.draft.messages.push(Outbound {
                speaker: Speaker::System,
                ..Outbound::text(text, locale)
            });
        }
    }

    /// Has the gateway send the code after the commit.
    fn request_code(&mut self, gateway: &CodeGateway, frame: u32) -> Option<EntryId> {
        let id = self.next_entry();
        let found = self.session.frames.iter().find(|f| f.id == frame)?;
        let entry = OutboxEntry {
            id,
            frame,
            flow: found.flow.clone(),
            name: "one-time-code".to_owned(),
            request: gateway.request(&self.session, found, VALID / 60_000),
            made_at: self.at,
            purpose: RequestPurpose::Code,
            pack: None,
        };
        self.draft.outbox.push(entry);
        Some(id)
    }

    /// Whether this request sent the code that is being asked for.
    pub(super) fn is_code_request(&self, request: EntryId) -> bool {
        matches!(&self.session.asking, Some(Asking::Code { entry, .. }) if *entry == Some(request))
    }

    /// The gateway has taken the code, or it never will.
    pub(super) fn code_sent(&mut self, outcome: &Outcome) {
        if codes::was_sent(outcome) {
            self.decide("verify", "the code is on its way");
        } else {
            self.decide("verify", format!("the code could not be sent: {outcome:?}"));
            self.cannot_verify();
        }
    }

    /// Something was said that is no code and nothing else either.
    pub(super) fn not_a_code(&mut self) {
        self.decide("verify", "not a code");
        self.say("code-needed", &[]);
    }

    /// Whoever gives another phone number than the frame has does not wait for the code to the first.
    fn other_number(&self, frame: u32, utterance: &Utterance) -> Option<Event> {
        let frame = self.session.frames.iter().find(|f| f.id == frame)?;
        let new = entity_for("phone", utterance)?;
        let of_phone =
            |slot: &&NamedValue| self.slot_kind(frame, &slot.name).as_deref() == Some("phone");
        let slot = frame.slots.iter().find(of_phone)?;
        (slot.value != new).then(|| Event::Corrected {
            slot: slot.name.clone(),
            old: Some(slot.value.clone()),
            new,
        })
    }

    /// A sentence while the code is asked for. False when it is something else altogether.
    pub(super) async fn code_text(
        &mut self,
        text: &str,
        utterance: &Utterance,
    ) -> Result<bool, Failed> {
        let Some(Asking::Code {
            level,
            digest,
            expires,
            tries_left,
            frame,
            entry,
        }) = self.session.asking.clone()
        else {
            return Ok(false);
        };
        let digits: String = text
            .chars()
            .filter_map(|c| c.to_digit(10))
            .map(|d| char::from(b'0' + d as u8))
            .collect();
        if digits.len() != 6 {
            let command = jackfield_language::command(text);
            if jackfield_language::asks_for_code_again(text) && command.is_none() {
                self.decide("verify", "asked for another code");
                self.send_code("code-again", frame, level);
                return Ok(true);
            }
            if let Some(event) = self.other_number(frame, utterance) {
                self.decide("continue", "another number instead of the code");
                self.session.asking = None;
                self.tell(frame, vec![event]).await?;
                return Ok(true);
            }
            let elsewhere = utterance.intent.is_some()
                || command.is_some()
                || jackfield_language::small_talk(text).is_some()
                || self
                    .best_article(utterance)
                    .is_some_and(|(_, score)| score >= jackfield_language::ANSWER_THRESHOLD);
            if elsewhere {
                return Ok(false);
            }
            self.not_a_code();
            return Ok(true);
        }
        if self.at > expires {
            self.decide("verify", "the code had expired");
            self.send_code("code-expired", frame, level);
            return Ok(true);
        }
        if codes::digest(self.engine.secret, self.session.id, &digits) == digest {
            self.decide("verify", "the right code");
            self.session.asking = None;
            self.session.verification = level;
            self.understood();
            self.goes_on(frame);
            self.tell(frame, vec![Event::Verified(level)]).await?;
            return Ok(true);
        }
        let left = tries_left.saturating_sub(1);
        if left == 0 {
            self.decide("verify", "too many wrong codes");
            self.cancel_all().await;
            self.say("code-failed", &[]);
            return Ok(true);
        }
        self.decide("verify", "a wrong code");
        self.session.asking = Some(Asking::Code {
            level,
            digest,
            expires,
            tries_left: left,
            frame,
            entry,
        });
        self.say(
            "code-wrong",
            &[NamedValue {
                name: "tries".to_owned(),
                value: Value::Integer(left.into()),
            }],
        );
        Ok(true)
    }
}
