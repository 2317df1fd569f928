//! What a flow is told about the channel of a session, and how things are worded for it.

use jackfield_core::{Address, Channel, ChannelKind};
use jackfield_language::catalogue::Variant;

/// The channel as flows see it, by the name of the channel account.
pub(crate) fn channel_view(address: &Address) -> Channel {
    let kind = match address.channel.as_str() {
        "web" => ChannelKind::Web,
        "rest" => ChannelKind::Messenger,
        "voice" => ChannelKind::Voice,
        "sms" => ChannelKind::Sms,
        _ => ChannelKind::Other,
    };
    let shows = !matches!(kind, ChannelKind::Voice | ChannelKind::Sms);
    Channel {
        kind,
        name: address.channel.clone(),
        choices: shows,
        media: shows,
        longest_text: None,
    }
}

/// Which wording of messages and answers the channel needs.
pub(crate) fn variant(address: &Address) -> Variant {
    match channel_view(address).kind {
        ChannelKind::Voice => Variant::Spoken,
        ChannelKind::Sms => Variant::Short,
        _ => Variant::Text,
    }
}
