//! The packs that a host has installed, by the decisions in its journal and the archives beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use jackfield_core::{Digest, Limits, PackId, Permission, TenantId};
use jackfield_packs::Pack;
use jackfield_store::{Admin, Entry, JournalReader};

use crate::lifecycle::Shelf;

/// A pack, and what it may do.
type Granted = (Pack, BTreeSet<Permission>);

/// These packs and the installed ones, each of these in place of the one with its id, in the order in which a host serves them. Those may do
/// what they ask for, for it has to be granted before they run; these what they are granted.
pub(super) fn beside(mut named: Vec<Pack>, data: &Path) -> anyhow::Result<Vec<Granted>> {
    let shelf = Shelf::to_read(data);
    let mut installed = Vec::new();
    for (id, (digest, granted)) in current(data)? {
        let in_place = named.iter().position(|pack| pack.manifest.pack.id == id);
        installed.push(match in_place {
            Some(at) => asking(named.remove(at)),
            None => {
                let archive = shelf.archive(digest);
                let archive = archive.with_context(|| format!("{id}, which is installed"))?;
                let pack = Pack::open(&archive, &Limits::default());
                (pack.with_context(|| id.to_string())?, granted)
            }
        });
    }
    // What a host is given as a file goes first.
    let given = named.into_iter().map(asking);
    Ok(given.chain(installed).collect())
}

fn asking(pack: Pack) -> Granted {
    let asked = Permission::asked(&pack.manifest);
    (pack, asked)
}

/// The current version of each installed pack, with what it is granted.
fn current(data: &Path) -> anyhow::Result<BTreeMap<PackId, (Digest, BTreeSet<Permission>)>> {
    let reader = JournalReader::open(jackfield_store::Options::new(data))?;
    let mut current = BTreeMap::new();
    for record in reader.decisions()? {
        if record.header.tenant != TenantId::default() {
            continue;
        }
        if let Entry::Admin(Admin::PackChanged { pack, after, .. }) = record.entry {
            match after.current {
                Some(version) => current.insert(pack, (version.digest, after.granted)),
                None => current.remove(&pack),
            };
        }
    }
    Ok(current)
}
