//! Who the customer is: the number, its owner's proof, and what the carrier knows.
//!
//! The rule: personal data is told for one number a session. It is told when the contact is `verified`, or
//! when the channel itself vouches for the number (attribute `phone` of an `identified` contact) and
//! nothing is changed. The number that was proven is remembered with the session, because a proof says
//! who the contact is, not that every number is theirs.

use jackfield_sdk::prelude::*;

use crate::{
    carrier::{Account, Found, Subscriber, subscriber},
    words,
};

/// Storage: the number that was proven last, offered again in later sessions, and the session in which it was.
const PROVEN: &str = "proven";

/// A number that was proven, and the session in which it was.
struct Proof {
    phone: String,
    session: String,
}

impl Proof {
    fn last() -> Option<Self> {
        let entry = storage::get(PROVEN)?;
        let (session, phone) = entry.split_once(' ')?;
        Some(Self {
            phone: phone.to_owned(),
            session: session.to_owned(),
        })
    }

    fn keep(phone: &str, session: &str) -> Result<(), Fault> {
        storage::set(PROVEN, &[session, " ", phone].concat())?;
        Ok(())
    }
}

/// What a flow remembers of the customer.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Customer {
    phone: Option<String>,
    subscriber: Option<Subscriber>,
    #[serde(skip)]
    account: Option<Account>,
    /// What they gave in this step that is no number of this carrier.
    #[serde(skip)]
    strange: Option<String>,
}

impl Customer {
    /// The number, when one was given.
    pub(crate) fn phone(&self) -> Option<&str> {
        self.phone.as_deref()
    }

    /// What the carrier knows, when it was asked.
    pub(crate) const fn known(&self) -> Option<&Subscriber> {
        self.subscriber.as_ref()
    }

    /// What the carrier knows; a flow asks for it only after [`Customer::identify`].
    pub(crate) fn subscriber(&self) -> Result<&Subscriber, Fault> {
        self.known()
            .ok_or_else(|| Fault::bug("the customer is not identified"))
    }

    /// What the account has at this moment: known only in the step in which the carrier was asked.
    pub(crate) fn account(&self) -> Result<&Account, Fault> {
        self.account
            .as_ref()
            .ok_or_else(|| Fault::bug("the carrier was not asked in this step"))
    }

    /// The customer gives a number, or another one.
    pub(crate) fn gives(&mut self, cx: &mut Context, phone: &Value) {
        let Some(phone) = phone.as_text() else { return };
        if !is_mobile(phone) {
            self.strange = Some(phone.to_owned());
            match self.phone.as_deref() {
                Some(phone) => cx.set_slot("phone", phone),
                None => cx.clear_slot("phone"),
            }
            return;
        }
        self.strange = None;
        if self.phone.as_deref() != Some(phone) {
            self.subscriber = None;
        }
        self.phone = Some(phone.to_owned());
        cx.set_slot("phone", phone);
    }

    /// The customer goes on with the number that was proven in this session.
    pub(crate) fn goes_back(&mut self, cx: &mut Context) {
        self.forget(cx);
        if let Some(phone) = proven(cx) {
            self.gives(cx, &phone.into());
        }
    }

    /// The answer to who gave a number that no customer of this carrier has: it is not asked about.
    pub(crate) fn not_ours(&mut self) -> Option<Answer> {
        let phone = self.strange.take()?;
        Some(ask_phone(t("number-not-ours").arg("phone", phone)))
    }

    fn forget(&mut self, cx: &mut Context) {
        *self = Self::default();
        cx.clear_slot("phone");
    }

    /// Makes sure who this is. `Some` reply: this must be said first; the flow comes back here with the
    /// customer's answer. `None`: [`Customer::subscriber`] is there.
    ///
    /// `level` is what the flow needs: `Verified` to change something, `Identified` to tell something.
    pub(crate) fn identify(
        &mut self,
        cx: &mut Context,
        level: Verification,
    ) -> Result<Option<Reply>, Fault> {
        if let Some(first) = self.not_ours() {
            return first.map(Some);
        }
        let own = cx
            .attribute("phone")
            .and_then(Value::as_text)
            .map(str::to_owned);
        if self.phone.is_none() {
            let Some(phone) = own.clone().or_else(|| Some(Proof::last()?.phone)) else {
                return ask_phone(t("ask-phone")).map(Some);
            };
            self.gives(cx, &phone.into());
        }
        let phone = self.phone.clone().unwrap_or_default();
        let vouched = own.as_deref() == Some(phone.as_str());
        let enough = if vouched {
            level
        } else {
            Verification::Verified
        };
        if !cx.is(enough) {
            let reply = Reply::say(t("verify-first").arg("tail", words::tail(&phone)));
            return reply
                .verify(Verification::Verified)
                .step("verify")
                .map(Some);
        }
        if !vouched
            && let Some(proven) = proven(cx)
            && proven != phone
        {
            return one_number_only(&proven).map(Some);
        }
        if self.subscriber.is_none() {
            match subscriber(&phone)? {
                Found::Subscriber(found) => self.knows(*found),
                Found::Nobody => {
                    self.forget(cx);
                    let text = t("unknown-number").arg("phone", phone);
                    return ask_phone(text).map(Some);
                }
                Found::Down => return carrier_down().map(Some),
            }
            if !vouched {
                Proof::keep(&phone, cx.session())?;
            }
        }
        Ok(None)
    }

    /// Uses what this session has proven already, without asking anything. A carrier that does not answer
    /// leaves the customer unknown.
    pub(crate) fn recognise(&mut self, cx: &mut Context) -> Result<(), Fault> {
        if self.subscriber.is_some() || !cx.is(Verification::Verified) {
            return Ok(());
        }
        let Some(phone) =
            proven(cx).filter(|phone| self.phone.as_ref().is_none_or(|given| given == phone))
        else {
            return Ok(());
        };
        if let Found::Subscriber(found) = subscriber(&phone)? {
            self.gives(cx, &phone.into());
            self.knows(*found);
        }
        Ok(())
    }

    fn knows(&mut self, (subscriber, account): (Subscriber, Account)) {
        self.subscriber = Some(subscriber);
        self.account = Some(account);
    }
}

/// Whether this is a mobile number of China, in the host's normal form: others begin with a plus, or with the zero of an area.
fn is_mobile(phone: &str) -> bool {
    let digits = phone.as_bytes();
    digits.len() == 11
        && digits.iter().all(u8::is_ascii_digit)
        && matches!(digits, [b'1', b'3'..=b'9', ..])
}

/// The number that was proven in this session.
fn proven(cx: &Context) -> Option<String> {
    let proof = cx.is(Verification::Verified).then(Proof::last).flatten()?;
    (proof.session == cx.session()).then_some(proof.phone)
}

fn ask_phone(text: Text) -> Answer {
    Reply::say(text)
        .ask_slot("phone")
        .reprompt(t("ask-phone-again"))
        .step("ask-phone")
}

fn carrier_down() -> Answer {
    Reply::say(t("carrier-down"))
        .choices([words::retry(), words::person()])
        .step("carrier-down")
}

fn one_number_only(proven: &str) -> Answer {
    let own = Choice::new(
        "own-number",
        t("choice-own-number").arg("tail", words::tail(proven)),
    );
    Reply::say(t("one-number-only").arg("tail", words::tail(proven)))
        .choices([own, words::person()])
        .step("one-number-only")
}

/// The answer when the host could not verify the contact.
pub(crate) fn not_verified() -> Answer {
    Reply::say(t("not-verified"))
        .done()
        .outcome("unresolved")
        .step("not-verified")
}
