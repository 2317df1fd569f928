//! Records of the journal in words. What a contact wrote is not repeated here: it may be a code or the number of a card,
//! which `journal show` masks where the flow said so.

use jackfield_core::{
    ApiKey, Content, KeyEvent, Next, Outcome, Owner, PackChange, PackEntry, Taught, roles_in_words,
};

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

/// What was decided about a pack that is as in `after` from then on.
pub(crate) fn pack_change(change: &PackChange, after: &PackEntry) -> String {
    let current = after.current.as_ref().map(|version| &version.version[..]);
    let current = current.unwrap_or("no version");
    // The version that has just left.
    let left = after.earlier.first();
    let left = left.map_or("no version", |earlier| &earlier.version.version);
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
        PackChange::Promote => format!("promoted from {left} to {current}"),
        PackChange::RollBack { reason } => {
            format!("rolled back from {left} to {current} ({reason})")
        }
        PackChange::Revoke { digest, reason } => {
            let version = after.version(*digest);
            let version = version.map_or(left, |version| &version.version);
            format!("{version} taken out of use ({reason}); {current} is in use now")
        }
        PackChange::Move => format!("conversations moved to {current}"),
        PackChange::Forget { digest } => format!("version {} removed", digest.short()),
        PackChange::Remove => format!("{left} removed; no version is in use now"),
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

/// What was taught.
pub(crate) fn taught(published: &Taught) -> String {
    let Taught {
        version,
        restores,
        note,
    } = published;
    let what = match restores {
        None => format!("corrections: version {version} published"),
        Some(0) => {
            format!(
                "corrections: taken back to what the packs teach by themselves, as version {version}"
            )
        }
        Some(earlier) => {
            format!("corrections: taken back to version {earlier}, as version {version}")
        }
    };
    match note.is_empty() {
        true => what,
        false => format!("{what} ({note})"),
    }
}

#[cfg(test)]
mod tests {
    use jackfield_core::{Canary, Decided, Digest, PackVersion};

    use super::*;

    #[test]
    fn what_a_contact_wrote_is_not_repeated() {
        let said = content(&Content::Text("验证码 483920".to_owned()));
        assert_eq!(said, "a text of 10 characters");
        assert_eq!(content(&Content::Digits("483920".to_owned())), "6 keys");
    }

    #[test]
    fn decisions_name_the_versions_that_they_are_about() {
        let version = |text: &str| PackVersion {
            digest: Digest::of(text.as_bytes()),
            version: text.to_owned(),
            at: 1,
            signers: Vec::new(),
        };
        let install = |text| PackChange::Install {
            version: version(text),
        };
        let canary = Canary {
            version: version("1.1.0"),
            share: 10,
            contacts: Vec::new(),
            since: 0,
        };
        let (bad, stolen) = ("wrong prices".to_owned(), "the key is revoked".to_owned());
        let decided = Decided {
            by: "zoe".to_owned(),
            at: 1,
        };
        let mut entry = PackEntry::default();
        let mut said = Vec::new();
        for change in [
            install("1.0.0"),
            PackChange::Try { canary },
            PackChange::Promote,
            PackChange::RollBack { reason: bad },
            PackChange::Revoke {
                digest: version("1.0.0").digest,
                reason: stolen,
            },
            install("1.2.0"),
            PackChange::Move,
            PackChange::Remove,
        ] {
            entry = entry.after(&change, &decided).unwrap();
            said.push(pack_change(&change, &entry));
        }
        assert_eq!(
            said,
            [
                "1.0.0 installed",
                "1.1.0 tried on 10 % of new conversations",
                "promoted from 1.0.0 to 1.1.0",
                "rolled back from 1.1.0 to 1.0.0 (wrong prices)",
                "1.0.0 taken out of use (the key is revoked); no version is in use now",
                "1.2.0 installed",
                "conversations moved to 1.2.0",
                "1.2.0 removed; no version is in use now",
            ]
        );
    }
}
