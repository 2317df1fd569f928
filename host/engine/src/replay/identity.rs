//! How one-time codes reached contacts when a turn was recorded, as far as the record shows it.

use jackfield_core::{RequestPurpose, Speaker, TurnRecord};

use crate::codes::{CodeDelivery, CodeGateway};

/// The way that the turn's codes took; `None` when it made none.
pub(super) fn delivery(record: &TurnRecord) -> Option<CodeDelivery> {
    // Only the host speaks so, and only of codes.
    if record
        .messages
        .iter()
        .any(|message| message.speaker == Speaker::System)
    {
        return Some(CodeDelivery::Shown);
    }
    let sent = record
        .outbox
        .iter()
        .find(|entry| entry.purpose == RequestPurpose::Code)?;
    let named = |header: &&jackfield_core::Header| header.name == "authorization";
    // The token itself is in no record and is not needed for one.
    let bearer = sent
        .request
        .headers
        .iter()
        .find(named)
        .map(|_| String::new());
    let gateway = CodeGateway::new(&sent.request.url, bearer).ok()?;
    Some(CodeDelivery::Gateway(gateway))
}
