//! Where a host was reached from outside when a turn was recorded, as far as the record shows it.

use jackfield_core::{Request, SessionId};
use url::Url;

use crate::callbacks::{PATH, PLACEHOLDER};

/// Where a host was reached when it made these requests: the part of a callback's address before our own. `Err` when it did
/// not know, and left a placeholder as it was.
pub(super) fn public_of<'r>(
    requests: impl Iterator<Item = &'r Request>,
    session: SessionId,
) -> Option<Result<Url, ()>> {
    let ours = format!("/{PATH}/{session}.");
    let texts = requests.flat_map(|request| {
        let headers = request.headers.iter().map(|header| header.value.as_str());
        headers.chain(request.body.as_deref())
    });
    let mut unknown = None;
    for text in texts {
        if let Some((before, _)) = text.split_once(&ours) {
            let starts = ["http://", "https://"].map(|scheme| before.rfind(scheme));
            let start = starts.into_iter().flatten().max();
            let public = start.and_then(|at| Url::parse(before.get(at..)?).ok());
            if let Some(public) = public {
                return Some(Ok(public));
            }
        }
        if text.contains(PLACEHOLDER) {
            unknown = Some(Err(()));
        }
    }
    unknown
}

#[cfg(test)]
mod tests {
    use jackfield_core::Method;

    use super::*;

    #[test]
    fn the_address_stands_in_what_was_sent() {
        let session = SessionId::new();
        let found = |body: String| {
            let request = Request {
                method: Method::Post,
                url: "https://carrier.example/changes".to_owned(),
                headers: Vec::new(),
                body: Some(body),
                timeout_ms: None,
            };
            public_of([&request].into_iter(), session)
        };
        let told = format!(
            r#"{{"see":"http://a.example","to":"https://b.example/x/callbacks/{session}.1.ab/paid"}}"#
        );
        assert_eq!(
            found(told),
            Some(Ok(Url::parse("https://b.example/x").unwrap()))
        );
        assert_eq!(
            found(r#"{"to":"{callback:paid:00}"}"#.to_owned()),
            Some(Err(()))
        );
        assert_eq!(found("{}".to_owned()), None);
    }
}
