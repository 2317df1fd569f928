//! How the change ended, and what then.

use jackfield_sdk::{Draft, Open, prelude::*};

use super::{ChangePlan, LAST_CALL_MS, PATIENCE_MS, REQUEST, SLOW, Stage};
use crate::{
    carrier::{self, Outcome},
    date, plans,
    plans::Need,
    words,
};

impl ChangePlan {
    /// The carrier said what became of the change; without an outcome it did not.
    pub(super) fn end(&mut self, cx: &mut Context, outcome: Option<Outcome>) -> Answer {
        let Some(Outcome { status, answer }) = outcome else {
            return self.unconfirmed(cx);
        };
        match status {
            202 if carrier::calls_back() => Reply::quiet()
                .await_callback(REQUEST, PATIENCE_MS)
                .step("processing"),
            202 => self.unconfirmed(cx),
            200..=299 => self.changed(cx, answer.effective),
            409 => {
                let name = self.plan_name(cx)?;
                Reply::say(t("already-changed").arg("plan", name))
                    .done()
                    .outcome("resolved")
                    .cancel_timer(SLOW)
                    .step("changed")
            }
            422 => self.not_eligible(cx, answer.reason.as_deref()),
            _ => self.unconfirmed(cx),
        }
    }

    fn changed(&self, cx: &Context, effective: Option<String>) -> Answer {
        let today = date::today(cx.now());
        let date = effective.unwrap_or_else(|| today.clone());
        let key = if date > today {
            "change-booked"
        } else {
            "change-done"
        };
        Reply::say(
            t(key)
                .arg("plan", self.plan_name(cx)?)
                .arg("date", Value::date(date)),
        )
        .done_with(self.plan.as_deref().map(|plan| ("plan", plan)))
        .outcome("resolved")
        .cancel_timer(SLOW)
        .step("changed")
    }

    fn not_eligible(&mut self, cx: &Context, reason: Option<&str>) -> Answer {
        let name = self.plan_name(cx)?;
        let key = match reason {
            Some("province") => "plan-of-other-province",
            Some("audience") => "plan-for-others",
            Some("contract") => "refused-by-contract",
            _ => "change-refused",
        };
        self.refused(t(key).arg("plan", name))
    }

    pub(super) fn unconfirmed(&mut self, cx: &Context) -> Answer {
        self.stage = Stage::Unconfirmed;
        let text = t("change-unconfirmed").arg("plan", self.plan_name(cx)?);
        let mut draft = Reply::say(text).cancel_timer(SLOW);
        // What is given up may have happened all the same.
        if carrier::calls_back() {
            draft = draft.await_callback(REQUEST, LAST_CALL_MS);
        }
        let draft = self.with_case(draft);
        self.offer_person(draft, "unconfirmed")
    }

    /// The change is not possible; the customer may talk to a person or leave it.
    pub(super) fn refused(&mut self, text: Text) -> Answer {
        self.stage = Stage::Refused;
        let draft = Reply::say(text).cancel_timer(SLOW).cancel_timer(REQUEST);
        self.offer_person(draft, "refused")
    }

    pub(super) fn refused_again(&self) -> Answer {
        self.offer_person(Reply::say(t("change-refused-again")), "refused")
    }

    pub(super) fn offer_person(&self, draft: Draft<Open>, step: &str) -> Answer {
        draft
            .choices([words::person(), words::leave()])
            .ask_yes_no()
            .step(step)
    }

    /// The customer leaves it at that.
    pub(super) fn left(&mut self) -> Answer {
        self.wanted = Need::default();
        Reply::say(t("change-left"))
            .done()
            .outcome("unresolved")
            .step("left")
    }

    /// Opens a case with what a person needs to look into the change.
    pub(super) fn with_case<Kind>(&self, draft: Draft<Kind>) -> Draft<Kind> {
        let subscriber = self.customer.known();
        let fields = [
            ("phone", self.customer.phone()),
            (
                "old-plan",
                subscriber.map(|subscriber| subscriber.plan_id.as_str()),
            ),
            ("new-plan", self.plan.as_deref()),
        ];
        let fields = fields
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        draft.open_case(
            "plan-change",
            "A change of plan was sent and not confirmed",
            fields,
        )
    }

    fn plan_name(&self, cx: &Context) -> Result<String, Fault> {
        let plan = self
            .plan
            .as_deref()
            .map_or(Ok(None), |id| plans::by_id(cx, id))?;
        // A plan that left the table meanwhile is still the one that was asked for.
        Ok(plan.map_or_else(|| self.plan.clone().unwrap_or_default(), |plan| plan.name))
    }
}
