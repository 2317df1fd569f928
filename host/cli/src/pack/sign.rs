//! `jackfield pack sign` and `jackfield pack verify`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use jackfield_core::{Digest, ErrorCode, Limits};
use jackfield_packs::Pack;
use jackfield_packs::trust::{
    PublicKey, Role, SIDECAR_ENDING, Sidecar, Signature, SignedPack, SigningKey, Statement, Trust,
    TrustedKey,
};
use jiff::Timestamp;

use crate::trust::TrustFile;
use crate::{keys, learnt, secret};

/// What to sign with.
#[derive(clap::Args)]
pub(crate) struct SignArgs {
    /// The archive; its signatures stand beside it in FILE.minisig
    file: PathBuf,
    /// The publisher's secret key, made with `jackfield key new`
    #[arg(long)]
    key: PathBuf,
}

pub(crate) fn sign(args: &SignArgs) -> anyhow::Result<()> {
    let key = keys::signing_key(&args.key)?;
    let archive = archive(&args.file)?;
    let made = add(&args.file, &archive, &key, Role::Publisher, None)?;
    println!("{}", sidecar_of(&args.file).display());
    println!("  {made} signed by {}", key.public()?.id());
    Ok(())
}

/// Adds a signature to those of an archive; says what was signed. The publisher's goes first.
pub(super) fn add(
    file: &Path,
    archive: &[u8],
    key: &SigningKey,
    role: Role,
    report: Option<Digest>,
) -> anyhow::Result<String> {
    let pack =
        Pack::open(archive, &Limits::default()).with_context(|| file.display().to_string())?;
    let info = &pack.manifest.pack;
    let statement = Statement {
        role,
        pack: info.id.to_string(),
        version: info.version.clone(),
        digest: pack.digest,
        at: Timestamp::now().as_second(),
        report,
    };
    let mut sidecar = may_sign(file, archive, key, role)?;
    let signature = Signature::make(key, archive, &statement)?;
    sidecar.put(signature, role == Role::Publisher)?;
    secret::replace(&sidecar_of(file), sidecar.to_string().as_bytes())?;
    Ok(format!("{} {}", info.id, info.version))
}

/// The signatures that an archive has, to which the key can add its own in this role.
pub(super) fn may_sign(
    file: &Path,
    archive: &[u8],
    key: &SigningKey,
    role: Role,
) -> anyhow::Result<Sidecar> {
    // Signatures of other bytes, left by an earlier build, would make the pack look tampered with.
    let sidecar = match sidecar_of(file).exists() {
        true => read_sidecar(file)?.of(Digest::of(archive)),
        false => Sidecar::default(),
    };
    sidecar.may_sign(key.public()?.id(), role)?;
    Ok(sidecar)
}

/// What to verify, and against what.
#[derive(clap::Args)]
pub(crate) struct VerifyArgs {
    /// The archive
    file: PathBuf,
    /// Verify against this publisher's key (the key itself or its .pub file) instead of what is trusted in --data
    #[arg(long)]
    key: Option<String>,
    /// The host's data directory, where `jackfield trust` keeps what is trusted
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn verify(args: &VerifyArgs) -> anyhow::Result<()> {
    let trust = match &args.key {
        Some(key) => only(keys::public_key(key)?)?,
        None => TrustFile::of(&args.data).read()?,
    };
    let archive = archive(&args.file)?;
    let SignedPack { pack, provenance } = open(&args.file, &archive, &trust)?;
    let info = &pack.manifest.pack;
    if args.json {
        let found = serde_json::json!({
            "pack": info.id, "version": info.version, "digest": pack.digest,
            "publisher": provenance.publisher, "reviewers": provenance.reviewers,
        });
        println!("{found}");
        return Ok(());
    }
    println!("{} {} is signed", info.id, info.version);
    println!("  sha256    {}", pack.digest);
    let publisher = &provenance.publisher;
    println!("  publisher {} {}", publisher.key, publisher.name);
    for reviewer in &provenance.reviewers {
        println!("  reviewer  {} {}", reviewer.key, reviewer.name);
    }
    Ok(())
}

/// Opens a signed archive under what is trusted now.
pub(crate) fn open(file: &Path, archive: &[u8], trust: &Trust) -> anyhow::Result<SignedPack> {
    let sidecar = read_sidecar(file)?;
    let today = jiff::Zoned::now().date();
    SignedPack::open(archive, &sidecar, trust, today, &Limits::default())
        .with_context(|| format!("{}", file.display()))
}

/// Trust in one key, whatever it signs.
fn only(public: PublicKey) -> anyhow::Result<Trust> {
    let key = TrustedKey {
        name: "the key given".to_owned(),
        role: Role::Publisher,
        public,
        packs: ["*".parse()?].into(),
        capabilities: None,
        expires: None,
    };
    Ok(Trust {
        keys: vec![key],
        ..Trust::default()
    })
}

/// The bytes of an archive.
pub(crate) fn archive(file: &Path) -> anyhow::Result<Vec<u8>> {
    learnt::is_there(file, ErrorCode::NoPack.help())?;
    let most = Limits::default().pack as u64;
    let size = std::fs::metadata(file)?.len();
    ensure!(
        size <= most,
        "{}: {} has {size} bytes, and a pack has at most {most}",
        ErrorCode::PackTooLarge,
        file.display()
    );
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Where the signatures of an archive stand.
pub(crate) fn sidecar_of(file: &Path) -> PathBuf {
    file.with_added_extension(SIDECAR_ENDING)
}

/// The signatures beside an archive.
pub(crate) fn read_sidecar(file: &Path) -> anyhow::Result<Sidecar> {
    let path = sidecar_of(file);
    let code = ErrorCode::UnsignedPack;
    ensure!(
        path.exists(),
        "{code}: {}: there is no {}; {}",
        code.summary(),
        path.display(),
        code.help()
    );
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("{}: cannot read {}", ErrorCode::BadSidecar, path.display()))?;
    text.parse().with_context(|| path.display().to_string())
}
