//! Repair patterns that a partner need not write: clarify, ask again, the ladder of not understanding, handing
//! over.

use jackfield_core::{
    Asking, ChoiceToken, ClarifyOption, Decision, Expected, FlowId, NamedValue, OfferedChoice,
    Outbound, Owner, Value,
};

use super::Turn;

impl Turn<'_> {
    /// Says a sentence of the host.
    pub(super) fn say(&mut self, key: &str, arguments: &[NamedValue]) {
        let locale = self.locale().to_owned();
        let text = self.engine.phrases.say(&locale, key, arguments);
        self.draft.messages.push(Outbound::text(text, locale));
    }

    /// Something was understood: the ladder starts anew.
    pub(super) fn understood(&mut self) {
        self.session.misunderstood = 0;
        self.session.annoyed = 0;
    }

    /// Asks again what the active flow asked last, in its own words: something else came between. Not when the contact
    /// turned away from that question twice.
    pub(super) fn ask_again(&mut self) {
        let code_asked = matches!(self.session.asking, Some(Asking::Code { .. }));
        let left = self.session.active().is_some_and(|f| self.is_left(f));
        if code_asked || !left {
            self.prompt(false);
        }
    }

    /// Asks again at the contact's own wish.
    pub(super) fn repeat(&mut self) {
        if let Some(frame) = self.session.active().map(|frame| frame.id) {
            self.goes_on(frame);
        }
        self.prompt(false);
    }

    /// Asks again what the active flow asked last, because the answer was not understood.
    fn reprompt(&mut self) {
        self.prompt(true);
    }

    fn prompt(&mut self, misunderstood: bool) {
        if matches!(self.session.asking, Some(Asking::Code { .. })) {
            return self.say("code-needed", &[]);
        }
        let Some(frame) = self.session.active() else {
            return;
        };
        let Some(mut prompt) = frame.prompt.clone() else {
            return;
        };
        let reprompt = frame.expects.reprompt.clone();
        if frame.expects.what == Expected::Anything && reprompt.is_none() {
            return;
        }
        let pack = self
            .catalog
            .version(&frame.pack)
            .or_else(|| self.catalog.pack(&frame.flow.pack));
        if misunderstood && let (Some(body), Some(pack)) = (reprompt, pack) {
            prompt.text = self.words(pack, &body);
            prompt.card = None;
        }
        self.draft.messages.push(prompt);
    }

    pub(super) fn say_back(&mut self, flow: &FlowId) {
        let title = self.title(flow);
        self.say(
            "back",
            &[NamedValue {
                name: "title".to_owned(),
                value: Value::Text(title),
            }],
        );
    }

    pub(super) fn title(&self, flow: &FlowId) -> String {
        self.catalog.pack(&flow.pack).map_or_else(
            || flow.flow.to_string(),
            |pack| pack.title(&flow.flow, self.locale()),
        )
    }

    /// Asks which of these was meant; articles near the text are offered too.
    pub(super) fn clarify(&mut self, flows: &[FlowId], text: Option<&str>) {
        let mut options: Vec<(ClarifyOption, String)> = flows
            .iter()
            .map(|flow| (ClarifyOption::Flow(flow.clone()), self.title(flow)))
            .collect();
        options.extend(text.map(|text| self.related(text)).unwrap_or_default());
        options.push((
            ClarifyOption::Person,
            self.engine.phrases.say(self.locale(), "person", &[]),
        ));
        // Two likely readings are asked about; a guess is owned up to.
        let key = if text.is_some() {
            "clarify-guess"
        } else {
            "clarify"
        };
        self.offer(key, options);
    }

    /// Offers the flows that can be started, and a person when asked to.
    pub(super) fn offer_flows(&mut self, key: &str, with_person: bool) {
        let mut options: Vec<_> = self
            .catalog
            .startable(self.locale())
            .into_iter()
            .map(|(flow, title)| (ClarifyOption::Flow(flow), title))
            .collect();
        if self.session.active().is_some() {
            options.push((
                ClarifyOption::Continue,
                self.engine.phrases.say(self.locale(), "go-on", &[]),
            ));
        }
        if with_person {
            options.push((
                ClarifyOption::Person,
                self.engine.phrases.say(self.locale(), "person", &[]),
            ));
        }
        self.offer(key, options);
    }

    pub(super) fn offer(&mut self, key: &str, options: Vec<(ClarifyOption, String)>) {
        let message = u32::try_from(self.draft.messages.len()).unwrap_or(u32::MAX);
        let turn = self.session.turn + 1;
        let (options, offered): (Vec<_>, Vec<_>) = options
            .into_iter()
            .zip(0u32..)
            .map(|((option, label), choice)| {
                (
                    option,
                    OfferedChoice {
                        token: ChoiceToken {
                            turn,
                            message,
                            choice,
                        },
                        label,
                    },
                )
            })
            .unzip();
        self.say(key, &[]);
        if let Some(said) = self.draft.messages.last_mut() {
            said.choices.clone_from(&offered);
        }
        self.session.asking = Some(Asking::Clarify { options, offered });
    }

    /// The ladder: ask again, offer choices, hand over.
    pub(super) fn not_understood(&mut self) {
        self.session.misunderstood += 1;
        self.decide(
            "fallback",
            format!(
                "{}, {} in a row",
                Decision::NOT_UNDERSTOOD,
                self.session.misunderstood
            ),
        );
        let text = self
            .decision
            .utterance
            .as_ref()
            .map(|utterance| utterance.text.clone())
            .unwrap_or_default();
        match self.session.misunderstood {
            1 => {
                let related = self.related(&text);
                if self.session.active().is_some() {
                    self.say("not-understood", &[]);
                    self.reprompt();
                } else if related.is_empty() {
                    self.say("not-understood", &[]);
                } else {
                    self.offer("related", related);
                }
            }
            2 => self.offer_flows("not-understood-options", true),
            _ => {
                let reason = format!("{} three times in a row", Decision::NOT_UNDERSTOOD);
                self.hand_off("default", &reason);
            }
        }
    }

    /// The ladder of who does not know the answer: other words, choices, a person.
    pub(super) fn rephrase_for_unsure(&mut self) {
        self.session.misunderstood += 1;
        self.decide("help", "does not know what is asked");
        match self.session.misunderstood {
            1 => {
                self.say("unsure-asked", &[]);
                self.reprompt();
            }
            2 => self.offer_flows("unsure-options", true),
            _ => self.hand_off("default", "does not know what is asked"),
        }
    }

    /// Gives the session to people.
    pub(super) fn hand_off(&mut self, queue: &str, reason: &str) {
        self.decide("hand-off", reason);
        self.session.owner = Owner::Queue(queue.to_owned());
        self.understood();
        self.session.asking = None;
        self.say("handed-off", &[]);
    }
}
