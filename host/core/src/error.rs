//! Every error code users can meet, in one table. Codes are never reused.

use minicbor::{Decode, Encode};

macro_rules! error_codes {
    ($($name:ident = $number:literal, $code:literal, $summary:literal, $help:literal;)*) => {
        /// A code of the form `JF-<area>-<nnn>`, with what it means and what to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
        #[cbor(index_only)]
        pub enum ErrorCode {
            $(#[doc = $summary] #[n($number)] $name,)*
        }

        impl ErrorCode {
            /// Every code, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code as users see it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What it means.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$name => $summary,)* }
            }

            /// What to do about it.
            pub const fn help(self) -> &'static str {
                match self { $(Self::$name => $help,)* }
            }
        }
    };
}

error_codes! {
    // Sandbox: loading a component.
    CoreModule = 0, "JF-SBX-001", "the file is a core module, not a component", "build it with `jackfield pack build`, which wraps the module into a component";
    BadComponent = 1, "JF-SBX-002", "the component is damaged or not valid WebAssembly", "build the pack again; if it was copied, compare the digests";
    UngrantedImport = 2, "JF-SBX-003", "the component imports a capability that is not granted", "a publisher requests it under [capabilities] in pack.toml; an operator leaves it granted, because the pack cannot start without it";
    UnknownImport = 3, "JF-SBX-004", "the component imports something that is no Jackfield capability", "build for wasm32-unknown-unknown with the SDK; WASI is not available to packs";
    MissingExport = 4, "JF-SBX-005", "the component does not export the flow interface of this contract", "build it with an SDK of a version this host knows";
    ComponentTooLarge = 5, "JF-SBX-006", "the component is larger than the limit", "build for release with debug information stripped, or ask the operator for a higher ceiling";
    CompileFailed = 6, "JF-SBX-007", "the component could not be compiled within its limits", "reduce its size; look at the compiler's message in the log";
    CompileCacheRefused = 7, "JF-SBX-008", "a compiled component in the cache was changed", "nothing: it was compiled again; find out who can write to the cache directory";
    // Sandbox: running a step.
    OutOfFuel = 8, "JF-SBX-010", "the step used all its fuel", "look for a loop that does not end; `jackfield journal show` prints the fuel of every step";
    OutOfTime = 9, "JF-SBX-011", "the step computed longer than its time limit", "make the step cheaper, or ask for a higher limit in pack.toml";
    OutOfMemory = 10, "JF-SBX-012", "the step asked for more memory than its limit", "keep less in memory, or ask for a higher limit in pack.toml";
    TableTooLarge = 11, "JF-SBX-013", "the step asked for a larger table than its limit", "a component built with an SDK does not meet this limit";
    LogFull = 12, "JF-SBX-014", "the step logged more than its limit; the rest was dropped", "log less";
    TooManyHostCalls = 13, "JF-SBX-015", "the step called the host more often than its limit", "ask for more with fewer calls: one query instead of many";
    LiftedTooMuch = 14, "JF-SBX-016", "the step passed more data across the boundary than its limit", "pass less, or keep large data in tables";
    StackOverflow = 15, "JF-SBX-017", "the step recursed too deeply", "use a loop";
    Trapped = 16, "JF-SBX-018", "the plug-in crashed", "the trap and its backtrace stand in the journal; run the same turn in a native test";
    TrappedAtStart = 17, "JF-SBX-019", "the plug-in crashed while it was being instantiated", "do nothing in start functions and static initialisers";
    ReplyTooLarge = 18, "JF-SBX-020", "the reply is larger than the limit", "send less text, fewer choices";
    StateTooLarge = 19, "JF-SBX-021", "the state is larger than the limit", "keep less in the state; use storage or tables";
    StateNotJson = 20, "JF-SBX-022", "the state is not JSON, or nested too deeply", "return the state that the SDK serialises";
    StateBreaksSchema = 21, "JF-SBX-023", "the state does not meet the flow's schema", "change the schema and raise state-version, or mend the state";
    TooManyHttpReads = 22, "JF-SBX-024", "the turn read over HTTP more often than its limit", "read what is needed at once";
    TurnOutOfTime = 23, "JF-SBX-025", "the turn took longer than its wall time, host calls included", "make the back end faster, or send a request effect and go on with `answered`";
    TooManySteps = 24, "JF-SBX-026", "the turn called flows more often than its limit", "look for flows that call each other";
    StorageFull = 25, "JF-SBX-027", "the contact's storage for this pack is full", "delete keys that are no longer needed";
    BadReply = 26, "JF-SBX-028", "the reply contains something that is not allowed here", "`jackfield journal show` prints what it is; mend the flow there";
    // Packs.
    BadManifest = 27, "JF-PCK-001", "pack.toml is not valid", "mend the line that the message names; the schema is docs/pack.schema.json";
    BadArchive = 28, "JF-PCK-002", "the pack archive is not valid", "build it again with `jackfield pack build`";
    MissingFile = 29, "JF-PCK-003", "a file that pack.toml names is missing", "add the file or remove its line";
    BadPackData = 30, "JF-PCK-004", "a data file of the pack is not valid", "mend the line that the message names";
    BuildFailed = 31, "JF-PCK-005", "the pack's code did not build", "mend what the compiler says";
    PackTooLarge = 32, "JF-PCK-006", "the pack is larger than the limit", "ship less data, or ask the operator for a higher ceiling";
    UnsignedPack = 33, "JF-PCK-007", "the pack is not signed", "sign it, or start with --allow-unsigned while developing";
    NoToolchain = 34, "JF-PCK-008", "cargo or its wasm target is missing", "install rustup, then run `rustup target add wasm32-unknown-unknown`";
    // Store.
    StoreLocked = 35, "JF-STO-001", "another process uses this data directory", "stop it, or choose another --data directory";
    StoreFull = 36, "JF-STO-002", "the disk is nearly full, so nothing more is accepted", "free space; the host goes on by itself";
    StoreFailed = 37, "JF-STO-003", "writing to the journal failed", "look at the disk, then start again; nothing acknowledged is lost";
    JournalDamaged = 38, "JF-STO-004", "a journal record does not match its checksum", "restore the segment from a backup; the message names file and offset";
    StoreTooNew = 39, "JF-STO-005", "the data directory was written by a newer version", "run that version";
    KeyDestroyed = 40, "JF-STO-006", "the contact was erased, so the record cannot be read", "nothing: this is what erasure means";
    // Engine.
    MailboxFull = 41, "JF-ENG-001", "too many messages of this conversation wait for their turn", "wait a moment and send again";
    Draining = 42, "JF-ENG-002", "the host is shutting down", "send again in a moment";
    BreakerOpen = 43, "JF-ENG-003", "the pack failed too often and is switched off for now", "look at its last faults with `jackfield journal tail`";
    UnknownFlow = 44, "JF-ENG-004", "no installed pack has this flow", "install the pack, or mend the flow's name";
    KilledHost = 45, "JF-ENG-005", "this turn ended the process twice, so it is not tried again", "report it with the session id";
    HttpDenied = 46, "JF-ENG-006", "the pack may not send this request", "grant the host and method, or mend the request";
    // Server.
    BadRequest = 47, "JF-SRV-001", "the request is not valid", "mend what the message names, then send it again";
    BadToken = 48, "JF-SRV-002", "the token is missing, wrong or expired", "open a new conversation";
    TooLarge = 49, "JF-SRV-003", "the request body is too large", "send less";
    TooFast = 50, "JF-SRV-004", "too many requests from this address", "wait as long as Retry-After says";
    Overloaded = 51, "JF-SRV-005", "the host is busy", "wait as long as Retry-After says";
    SessionNotFound = 52, "JF-SRV-006", "there is no such session", "check the id; `jackfield journal tail` prints ids";
    // Added later.
    BadSchema = 53, "JF-PCK-009", "a JSON schema of the pack is not allowed", "remove remote references and shorten it";
    Internal = 54, "JF-SRV-007", "the host made a mistake", "report it with the log line of the same time";
    WroteTooMuch = 55, "JF-SBX-029", "the step wrote more to storage than its limit", "write less at a time; keep large data in tables or in a back end";
    AnsweredTooMuch = 56, "JF-SBX-030", "the host's answers to the step were larger than the limit", "ask for fewer rows, columns and stored values";
    BackEndSilent = 57, "JF-ENG-007", "a back end did not answer several times in a row, so it is not asked for some seconds", "look at the back end; the pack tells its customers at once instead of letting them wait";
    // Language.
    BadEncoder = 58, "JF-LNG-001", "the sentence encoder cannot be used", "do what the message says about the file it names";
    // What commands are given.
    NoPack = 100, "JF-PCK-010", "there is no pack at this path", "mend the path; archives are built with `jackfield pack build DIR -o FILE.jfpack`";
    NoData = 101, "JF-STO-007", "no host keeps its data in this directory", "name the directory that the host was given as --data";
    BadTable = 102, "JF-LNG-002", "a file of sentences, articles or questions cannot be read", "mend the line that the message names; `jackfield eval intents --help` and `jackfield eval retrieval --help` show the forms";
    UnknownSurroundings = 103, "JF-LNG-003", "a sentence cannot be read with this locale or in this time zone", "take a locale that the message names, and a time zone like Asia/Shanghai";
    // Trust.
    BadSidecar = 104, "JF-TRU-001", "the signature file of a pack cannot be read", "sign the pack again with `jackfield pack sign`; the file holds signatures of minisign, four lines each";
    UnknownSigner = 105, "JF-TRU-002", "nobody who signed the pack is trusted as a publisher", "look at who signed with `jackfield pack verify`; trust a key with `jackfield trust add`";
    BadSignature = 106, "JF-TRU-003", "a signature does not belong to these bytes", "the pack or its signature was changed or cut: get both again from where they were published";
    OutOfScope = 107, "JF-TRU-004", "the key that signed the pack is not trusted for what the pack is or asks for", "look at the key's scope with `jackfield trust list`; widen it there only if the publisher should have it";
    KeyExpired = 108, "JF-TRU-005", "the key that signed the pack has expired", "have the publisher sign with a newer key, or trust the key for longer";
    Revoked = 109, "JF-TRU-006", "the pack, or the key that signed it, is revoked", "do not use it; look at the reason with `jackfield trust list`";
    NotReviewed = 110, "JF-TRU-007", "too few reviewers have signed the pack", "have a trusted reviewer run `jackfield pack review FILE --sign KEY`";
    Downgrade = 111, "JF-TRU-008", "a newer version of the pack was installed before", "install a newer one; to go back on purpose use `jackfield pack rollback`, or add --allow-downgrade";
    BadKeyFile = 112, "JF-TRU-009", "a key cannot be used", "name a key made with `jackfield key new` or minisign, and its password";
    BadTrustFile = 113, "JF-TRU-010", "the file of what is trusted cannot be used", "mend the line that the message names; until then nothing is trusted";
    SignatureContradicts = 114, "JF-TRU-011", "a signature says something else about the pack than the pack itself", "made for another pack, version or archive: sign this one again. Made in another role: sign again in the role that `jackfield trust list` shows; when the key is trusted in the wrong role, mend that with `jackfield trust add KEY … --replace`";
    TrustedOtherwise = 172, "JF-TRU-012", "the key is trusted already, and otherwise", "look with `jackfield trust list`; add --replace when it is to be as you say now";
    ImpossibleTrust = 173, "JF-TRU-013", "no pack could be installed with this", "mend what the message names";
    // Packs in operation.
    ImpossibleChange = 115, "JF-PCK-011", "the pack's versions do not allow this", "look at them with `jackfield pack list`";
    NotGranted = 116, "JF-PCK-012", "the pack asks for more than it was granted", "look at what it asks for with `jackfield pack install FILE`, then grant it there or with --grants FILE";
    UnknownPack = 117, "JF-PCK-013", "this pack is not installed", "look with `jackfield pack list`";
    NotMigrated = 118, "JF-PCK-014", "a conversation could not be moved to another version of the pack, and stays on its own", "mend the pack's `migrate`; the journal says what it answered";
    NotAsked = 170, "JF-PCK-015", "the pack does not ask for what it would be granted", "grant lines that it asks for; `jackfield pack grants ID` shows them";
    BadGrantFile = 171, "JF-PCK-016", "the file of grants cannot be used", "write one with `jackfield pack grants FILE.jfpack > grants.toml`";
    CannotBegin = 176, "JF-PCK-017", "a new pack cannot be begun here", "name a directory that does not exist yet, such as my-flow";
    WouldOverwrite = 177, "JF-PCK-018", "the command would write over a file that it is not meant to replace", "name another file";
    // Who may do what.
    KeyOver = 150, "JF-SRV-009", "the API key was revoked or has expired", "have an admin make a new one with `jackfield apikey new`";
    RoleMayNot = 151, "JF-SRV-010", "the API key's role may not do this", "have an admin make a key with a role that the message names, with `jackfield apikey new`";
    UnknownKey = 152, "JF-SRV-011", "there is no such API key", "look with `jackfield apikey list`";
    TooManyKeys = 153, "JF-SRV-012", "there are as many API keys as a tenant can have", "revoke those that nobody uses, with `jackfield apikey revoke ID`";
    // Trainer.
    BadOperatorToken = 80, "JF-SRV-008", "the API key or the operator's token is missing or wrong", "send `Authorization: Bearer` with a key from `jackfield apikey new`, with the content of `admin.token` in the host's data directory, or with the token that `[admin] token-env` in jackfield.toml names";
    NotOnTheList = 81, "JF-TRN-001", "there is no such sentence on the trainer's list", "look with `jackfield trainer list`; sentences of erased contacts, and those not heard for long, leave the list";
    UnknownMeaning = 82, "JF-TRN-002", "no installed pack has this intent or article", "take one that the message names, or install the pack that has it";
    NothingToPublish = 83, "JF-TRN-003", "the draft is empty", "label sentences first, with `jackfield trainer label`";
    UnknownVersion = 84, "JF-TRN-004", "there is no such version of the corrections", "look with `jackfield trainer history`";
    CorrectionsDamaged = 85, "JF-TRN-005", "a file of the trainer is damaged", "put back the file that the message names from a backup and start again, or publish anew; until then the newest version that can be read counts";
    TrainerFailed = 86, "JF-TRN-006", "a file of the trainer could not be read or written", "look at the disk and at who may write to the file that the message names, then do it again";
    LabelContradicts = 87, "JF-TRN-007", "a label says otherwise than a pack of the very same words", "a warning: look again which of the two is right; take the label back with `jackfield trainer label ID --clear`, or leave it";
    PersonalHidden = 88, "JF-TRN-008", "what could name a person was hidden in a typed sentence", "a warning: write the sentence again with made-up words when it reads badly without";
    UnknownLocale = 89, "JF-TRN-009", "no installed pack speaks this locale, or the words do not tell which it is", "take a locale that the message names: with --locale, or in the field `locale`";
    // Replay.
    NothingToReplay = 130, "JF-RPL-001", "no recorded turn fits", "look with `jackfield journal tail`, and take an earlier --since or another --session";
    BadSince = 131, "JF-RPL-002", "this is no span of time", "write a number and s, m, h or d, such as --since 7d";
    PackTwice = 132, "JF-RPL-003", "a pack is named twice", "name one version of each pack; the others that the host served are named beside it";
    // Registries: where packs come from.
    BadSource = 140, "JF-REG-001", "this is no place that packs come from", "name a directory, https://… of an index, or oci://HOST/NAMESPACE";
    SourceSilent = 141, "JF-REG-002", "the source of packs does not answer as it should", "look at the address and the network, then do it again";
    SourceDenied = 142, "JF-REG-003", "the registry wants to know who asks, or does not allow this", "put a user who may do it into JACKFIELD_REGISTRY_USER and JACKFIELD_REGISTRY_PASSWORD; for a host that a lock file names, set JACKFIELD_REGISTRY_HOST too";
    BadListing = 143, "JF-REG-004", "what the source lists cannot be used", "tell who runs the source; an index is written by `jackfield pack publish FILE --to DIR`";
    BadLock = 144, "JF-REG-005", "the lock file cannot be used", "take it from version control again, or write it anew with `jackfield pack install ID --from SOURCE --lock FILE`";
    NoRelease = 145, "JF-REG-006", "the source has no such version of the pack", "look with `jackfield pack versions ID --from SOURCE`";
    NoneFits = 146, "JF-REG-007", "no such version of the pack runs on this host", "update the host, or ask the publisher for a version that is built for it";
    ListingContradicts = 147, "JF-REG-008", "the source serves something else than it lists", "do not use it; tell who runs the source, and look who can write there";
    LockContradicts = 148, "JF-REG-009", "the source serves other bytes than the lock file names", "do not use them; find out who changed what was published, or name a source that has the right ones with --from";
    AlreadyPublished = 149, "JF-REG-010", "this version was published with other bytes", "a published version never changes: raise the version in pack.toml and build again";
    DamagedRelease = 174, "JF-REG-011", "the archive of the version that is asked for is damaged", "have it published again with `jackfield pack publish FILE --to SOURCE`, or ask for an older version in full, such as ID@1.2.0";
    // Reviews.
    BadAdvisories = 175, "JF-RVW-001", "the advisories that parts are held against cannot be used", "name a file of OSV advisories or a directory of them, such as an export of osv.dev, unpacked";
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for ErrorCode {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_well_formed() {
        let mut seen = std::collections::HashSet::new();
        for code in ErrorCode::ALL {
            assert!(
                seen.insert(code.as_str()),
                "{code} stands twice in the table"
            );
            let parts: Vec<_> = code.as_str().split('-').collect();
            assert!(
                matches!(parts.as_slice(), ["JF", area, number] if area.len() == 3 && number.len() == 3)
            );
            assert!(!code.summary().is_empty() && !code.help().is_empty());
        }
    }
}
