//! What a flow is told about the channel of a session.

use jackfield_core::{Address, Channel, ChannelKind};

/// The channel as flows see it, by the name of the channel account.
pub(crate) fn channel_view(address: &Address) -> Channel {
    let kind = match address.channel.as_str() {
        "web" => ChannelKind::Web,
        "rest" => ChannelKind::Messenger,
        _ => ChannelKind::Other,
    };
    Channel {
        kind,
        name: address.channel.clone(),
        choices: true,
        media: true,
        longest_text: None,
    }
}
