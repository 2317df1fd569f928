//! Bodies: CBOR, sealed with the contact's key, or with the host's for what concerns no contact's words.

use jackfield_core::{Digest, Inbound, Position, TurnRecord};

use super::Header;
use crate::keys::Keyring;
use crate::seal::{self, Key};
use crate::{Admin, Entry, RecordKind, StoreError};

/// Seals an encoded body and fills in what the header says of it.
pub(crate) fn seal_body(
    header: &mut Header,
    key: &Key,
    plain: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let sealed = seal::seal(key, &header.context(), plain);
    let too_long = |_| StoreError::Failed("a record is longer than 4 GiB".into());
    header.body_bytes = u32::try_from(sealed.len()).map_err(too_long)?;
    header.body_digest = Digest::of(&sealed);
    Ok(sealed)
}

/// Opens and decodes a body. [`Entry::Erased`] when its contact was erased; otherwise the text of an error says
/// what is wrong.
pub(crate) fn open_body(keys: &Keyring, header: &Header, sealed: &[u8]) -> Result<Entry, String> {
    let key = match header.kind {
        RecordKind::Admin => keys.host().clone(),
        _ => match keys.get(header.contact) {
            Ok(key) => key,
            Err(StoreError::Erased) => return Ok(Entry::Erased),
            Err(error) => return Err(error.to_string()),
        },
    };
    let plain =
        seal::open(&key, &header.context(), sealed).ok_or("the body does not open with its key")?;
    let read = |error: minicbor::decode::Error| format!("the body cannot be read: {error}");
    Ok(match header.kind {
        RecordKind::Accepted => {
            Entry::Accepted(Box::new(minicbor::decode::<Inbound>(&plain).map_err(read)?))
        }
        RecordKind::Started => {
            Entry::Started(minicbor::decode::<Vec<(Position, u32)>>(&plain).map_err(read)?)
        }
        RecordKind::Committed => Entry::Committed(Box::new(
            minicbor::decode::<TurnRecord>(&plain).map_err(read)?,
        )),
        RecordKind::Admin => Entry::Admin(minicbor::decode::<Admin>(&plain).map_err(read)?),
    })
}
