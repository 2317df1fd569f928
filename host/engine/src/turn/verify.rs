//! The one-time code: the only way to the level `verified`. A pack asks for it and never sees it.

use jackfield_core::{
    Asking, Digest, Event, NamedValue, Outbound, Owner, Speaker, Utterance, Value, Verification,
};

use super::{Failed, Turn};
use crate::engine::CodeDelivery;

/// How long a code is valid, milliseconds.
const VALID: u64 = 5 * 60_000;
/// Wrong codes before it is over.
const TRIES: u32 = 3;

impl Turn<'_> {
    /// Starts a verification for a frame. `Some` event: the level is reached already, go on at once.
    pub(super) fn verify(&mut self, frame: u32, level: Verification) -> Option<Event> {
        if self.session.verification >= level {
            return Some(Event::Verified(self.session.verification));
        }
        match self.engine.code_delivery {
            CodeDelivery::None => {
                self.say("cannot-verify", &[]);
                self.session.owner = Owner::Queue("default".to_owned());
                None
            }
            CodeDelivery::Shown => {
                self.send_code("code-sent", frame, level);
                None
            }
        }
    }

    fn send_code(&mut self, key: &str, frame: u32, level: Verification) {
        // From the system's generator, not from the turn's seed, which is recorded.
        let code = format!("{:06}", rand::random_range(0..1_000_000u32));
        self.session.asking = Some(Asking::Code {
            level,
            digest: self.code_digest(&code),
            expires: self.at + VALID,
            tries_left: TRIES,
            frame,
        });
        self.say(
            key,
            &[NamedValue {
                name: "minutes".to_owned(),
                value: Value::Integer((VALID / 60_000) as i64),
            }],
        );
        let shown = [NamedValue {
            name: "code".to_owned(),
            value: Value::Text(code),
        }];
        let locale = self.locale().to_owned();
        let text = self.engine.phrases.say(&locale, "code-demo", &shown);
        self.draft.messages.push(Outbound {
            speaker: Speaker::System,
            ..Outbound::text(text, locale)
        });
    }

    fn code_digest(&self, code: &str) -> Digest {
        let mut keyed = self.engine.secret.to_vec();
        keyed.extend_from_slice(self.session.id.as_bytes());
        keyed.extend_from_slice(code.as_bytes());
        Digest::of(&keyed)
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
            let elsewhere = utterance.intent.is_some()
                || jackfield_language::command(text).is_some()
                || self
                    .best_article(text)
                    .is_some_and(|(_, score)| score >= jackfield_language::ANSWER_THRESHOLD);
            if elsewhere {
                return Ok(false);
            }
            self.decide("verify", "not a code");
            self.say("code-needed", &[]);
            return Ok(true);
        }
        if self.at > expires {
            self.decide("verify", "the code had expired");
            self.send_code("code-expired", frame, level);
            return Ok(true);
        }
        if self.code_digest(&digits) == digest {
            self.decide("verify", "the right code");
            self.session.asking = None;
            self.session.verification = level;
            self.understood();
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
