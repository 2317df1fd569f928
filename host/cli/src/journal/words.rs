//! Records of the journal in words. What a contact wrote is not repeated here: it may be a code or the number of a card,
//! which `journal show` masks where the flow said so.

use jackfield_core::{ApiKey, Content, KeyEvent, Next, Outcome, Owner, PackChange, roles_in_words};

/// What came in.
pub(super) fn content(content: &Content) -> String {
    match content {
        Content::Opened => "the contact came".to_owned(),
        Content::Text(text) => format!("a text of {} characters", text.chars().count()),
        Content::Choice(token) => format!("choice {token}"),
        Content::Digits(keys) => format!("{} keys", keys.len()),
        Content::Files(files) => format!("{} files", files.len()),
        Content::Place(_) => "a place".to_owned(),
        Content::TimerDue { timer } => format!("timer {timer} is due"),
        Content::RequestAnswered { entry, outcome } => {
            let (turn, step) = (entry.turn, entry.step);
            let how = match outcome {
                Outcome::Response(response) => format!("answered with {}", response.status),
                Outcome::Failure(failure) => format!("not answered: {failure}"),
            };
            format!("request {} of turn {turn}, step {step}, {how}", entry.index)
        }
        Content::CallbackReceived { name, .. } => format!("callback {name}"),
        Content::HandedBack { .. } => "handed back to the bot".to_owned(),
    }
}

/// What a flow wants next.
pub(super) fn next(next: &Next) -> String {
    match next {
        Next::Wait => "waits".to_owned(),
        Next::Done(_) => "is complete".to_owned(),
        Next::Call { flow, .. } => format!("calls {flow}"),
        Next::Verify(_) => "wants to know who the contact is".to_owned(),
        Next::HandOff { queue, reason } => format!("hands over to {queue}: {reason}"),
        Next::Close => "ends the session".to_owned(),
        Next::Other(extension) => extension.name.clone(),
    }
}

/// Who speaks for the enterprise.
pub(super) fn owner(owner: &Owner) -> String {
    match owner {
        Owner::Bot => "the bot".to_owned(),
        Owner::Queue(queue) => format!("nobody yet, waits in the queue {queue}"),
        Owner::Agent(agent) => format!("agent {agent}"),
    }
}

/// What was decided about a pack.
pub(crate) fn pack_change(change: &PackChange) -> String {
    match change {
        PackChange::Grant { permissions } if permissions.is_empty() => "granted nothing".to_owned(),
        PackChange::Grant { permissions } => {
            let lines: Vec<String> = permissions.iter().map(ToString::to_string).collect();
            format!("granted {}", lines.join(", "))
        }
        PackChange::Install { version } => format!("{} installed", version.version),
        PackChange::Try { canary } => format!(
            "{} tried on {} % of new conversations",
            canary.version.version, canary.share
        ),
        PackChange::Promote => "the version on trial promoted".to_owned(),
        PackChange::RollBack { reason } => format!("rolled back ({reason})"),
        PackChange::Move => "conversations moved to the current version".to_owned(),
        PackChange::Forget { digest } => format!("version {} removed", digest.short()),
        PackChange::Remove => "removed".to_owned(),
    }
}

/// What was decided about an API key.
pub(crate) fn key_event(event: KeyEvent, key: &ApiKey) -> String {
    let what = match event {
        KeyEvent::Made => "made",
        KeyEvent::Revoked => "revoked",
    };
    let roles = roles_in_words(&key.roles);
    format!("API key {} of {} ({roles}) {what}", key.id, key.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_contact_wrote_is_not_repeated() {
        let said = content(&Content::Text("验证码 483920".to_owned()));
        assert_eq!(said, "a text of 10 characters");
        assert_eq!(content(&Content::Digits("483920".to_owned())), "6 keys");
    }
}
