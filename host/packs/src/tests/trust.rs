//! Signatures and what the operator makes of them.

use jackfield_core::{Digest, ErrorCode, Limits};
use jiff::civil::date;
use proptest::prelude::*;

use crate::samples as sample;
use crate::trust::{
    PublicKey, Revocation, Role, Sidecar, Signature, SignedPack, SigningKey, Statement, Trust,
    TrustError, TrustedKey,
};

pub(super) const TODAY: jiff::civil::Date = date(2026, 11, 27);

/// Somebody with a key.
pub(super) struct Person {
    pub(super) secret: SigningKey,
    pub(super) public: PublicKey,
}

impl Person {
    pub(super) fn new() -> Self {
        let (public, file) = SigningKey::generate(None).unwrap();
        let secret = SigningKey::read(&file, None).unwrap();
        Self { secret, public }
    }

    pub(super) fn trusted(&self, role: Role) -> TrustedKey {
        TrustedKey {
            name: role.to_string(),
            role,
            public: self.public.clone(),
            packs: ["com.example.*".parse().unwrap()].into(),
            capabilities: None,
            expires: None,
        }
    }

    pub(super) fn sign(&self, archive: &[u8], role: Role) -> Signature {
        Signature::make(&self.secret, archive, &statement(archive, role)).unwrap()
    }
}

pub(super) fn statement(archive: &[u8], role: Role) -> Statement {
    Statement {
        role,
        pack: "com.example.shop".to_owned(),
        version: "1.2.3".to_owned(),
        digest: Digest::of(archive),
        at: 1_795_000_000,
        report: None,
    }
}

fn archive() -> Vec<u8> {
    sample::archive(&sample::entries())
}

pub(super) fn sidecar(signatures: impl IntoIterator<Item = Signature>) -> Sidecar {
    let mut sidecar = Sidecar::default();
    for signature in signatures {
        sidecar.put(signature, false).unwrap();
    }
    sidecar.to_string().parse().unwrap()
}

fn open(archive: &[u8], sidecar: &Sidecar, trust: &Trust) -> Result<SignedPack, TrustError> {
    SignedPack::open(archive, sidecar, trust, TODAY, &Limits::default())
}

fn refused(archive: &[u8], sidecar: &Sidecar, trust: &Trust) -> ErrorCode {
    open(archive, sidecar, trust).unwrap_err().code()
}

/// A trust of these keys, by way of its file.
pub(super) fn trusting(keys: impl IntoIterator<Item = TrustedKey>) -> Trust {
    let trust = Trust {
        keys: keys.into_iter().collect(),
        ..Trust::default()
    };
    let read = Trust::read(&trust.to_file().unwrap()).unwrap();
    assert_eq!(read, trust);
    read
}

#[test]
fn a_pack_of_a_trusted_publisher_opens() {
    let (archive, publisher) = (archive(), Person::new());
    let signed = sidecar([publisher.sign(&archive, Role::Publisher)]);
    let trust = trusting([publisher.trusted(Role::Publisher)]);
    let opened = open(&archive, &signed, &trust).unwrap();
    assert_eq!(opened.provenance.publisher.key, publisher.public.id());
    assert_eq!(opened.pack.digest, Digest::of(&archive));
}

#[test]
fn nobody_is_trusted_without_being_named() {
    let (archive, publisher) = (archive(), Person::new());
    let signed = sidecar([publisher.sign(&archive, Role::Publisher)]);
    assert_eq!(
        refused(&archive, &signed, &Trust::default()),
        ErrorCode::UnknownSigner
    );
    let reviewer_only = trusting([publisher.trusted(Role::Reviewer)]);
    assert_eq!(
        refused(&archive, &signed, &reviewer_only),
        ErrorCode::SignatureContradicts
    );
}

#[test]
fn the_signature_is_looked_at_before_the_archive() {
    let publisher = Person::new();
    let trust = trusting([publisher.trusted(Role::Publisher)]);
    let other = sidecar([publisher.sign(&archive(), Role::Publisher)]);
    assert_eq!(
        refused(b"no archive", &other, &trust),
        ErrorCode::BadSignature
    );
    let own = sidecar([publisher.sign(b"no archive", Role::Publisher)]);
    assert_eq!(refused(b"no archive", &own, &trust), ErrorCode::BadArchive);
}

#[test]
fn a_key_vouches_for_what_it_is_trusted_for() {
    let (archive, publisher) = (archive(), Person::new());
    let signed = sidecar([publisher.sign(&archive, Role::Publisher)]);
    let key = publisher.trusted(Role::Publisher);
    let elsewhere = TrustedKey {
        packs: ["com.other.*".parse().unwrap()].into(),
        ..key.clone()
    };
    assert_eq!(
        refused(&archive, &signed, &trusting([elsewhere])),
        ErrorCode::OutOfScope
    );
    let no_http = TrustedKey {
        capabilities: Some(["tables".to_owned()].into()),
        ..key.clone()
    };
    let error = open(&archive, &signed, &trusting([no_http])).unwrap_err();
    assert_eq!(error.code(), ErrorCode::OutOfScope);
    assert!(error.to_string().contains("`http`"), "{error}");
    let last_day = TrustedKey {
        expires: Some(TODAY),
        ..key.clone()
    };
    assert!(open(&archive, &signed, &trusting([last_day])).is_ok());
    let over = TrustedKey {
        expires: Some(TODAY.yesterday().unwrap()),
        ..key
    };
    assert_eq!(
        refused(&archive, &signed, &trusting([over])),
        ErrorCode::KeyExpired
    );
}

#[test]
fn patterns_stand_for_whole_parts_of_an_id() {
    for bad in ["com.exam*", "*.example", "com..*", "", "com.*.shop", ".*"] {
        assert!(bad.parse::<crate::trust::PackPattern>().is_err(), "{bad}");
    }
    let covers = |pattern: &str, pack: &str| {
        let pattern: crate::trust::PackPattern = pattern.parse().unwrap();
        pattern.covers(&pack.parse().unwrap())
    };
    assert!(covers("*", "com.example.shop") && covers("com.example.*", "com.example.shop"));
    assert!(!covers("com.example.*", "com.example2.shop"));
    assert!(!covers("com.example.shop", "com.example.shop2"));
}

#[test]
fn what_is_revoked_does_not_open() {
    let (archive, publisher) = (archive(), Person::new());
    let signed = sidecar([publisher.sign(&archive, Role::Publisher)]);
    let whole = trusting([publisher.trusted(Role::Publisher)]);
    for (key, pack) in [
        (Some(publisher.public.id()), None),
        (None, Some(Digest::of(&archive))),
    ] {
        let mut trust = whole.clone();
        trust.revoked.push(Revocation {
            key,
            pack,
            reason: "stolen".to_owned(),
        });
        let trust = Trust::read(&trust.to_file().unwrap()).unwrap();
        let error = open(&archive, &signed, &trust).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Revoked);
        assert!(error.to_string().contains("stolen"), "{error}");
    }
}

#[test]
fn reviewers_must_agree_when_the_policy_asks_for_it() {
    let (archive, publisher) = (archive(), Person::new());
    let (one, two) = (Person::new(), Person::new());
    let mut trust = trusting([
        publisher.trusted(Role::Publisher),
        one.trusted(Role::Reviewer),
        TrustedKey {
            packs: ["org.elsewhere.*".parse().unwrap()].into(),
            ..two.trusted(Role::Reviewer)
        },
    ]);
    trust.policy.reviewers = 1;
    let by = |person: &Person, role| person.sign(&archive, role);
    let alone = sidecar([by(&publisher, Role::Publisher)]);
    assert_eq!(refused(&archive, &alone, &trust), ErrorCode::NotReviewed);
    let elsewhere = sidecar([by(&publisher, Role::Publisher), by(&two, Role::Reviewer)]);
    assert_eq!(
        refused(&archive, &elsewhere, &trust),
        ErrorCode::NotReviewed
    );
    // Who did sign, and why that does not count, is said.
    let why =
        |signed: &Sidecar, trust: &Trust| open(&archive, signed, trust).unwrap_err().to_string();
    let said = why(&elsewhere, &trust);
    assert!(
        said.contains("not counted") && said.contains("signs org.elsewhere.* and not"),
        "{said}"
    );
    let mut over = trust.clone();
    over.keys[1].expires = Some(date(2020, 1, 1));
    let late = sidecar([by(&publisher, Role::Publisher), by(&one, Role::Reviewer)]);
    let said = why(&late, &over);
    assert!(said.contains("expired after 2020-01-01"), "{said}");
    over.keys.remove(1);
    let said = why(&late, &over);
    let stranger = format!("the key {}, which is not trusted here", one.public.id());
    assert!(said.contains(&stranger), "{said}");
    // Who made the pack cannot review it with the same key.
    let twice = sidecar([
        by(&publisher, Role::Publisher),
        by(&publisher, Role::Publisher),
    ]);
    assert_eq!(refused(&archive, &twice, &trust), ErrorCode::NotReviewed);
    let reviewed = sidecar([by(&publisher, Role::Publisher), by(&one, Role::Reviewer)]);
    let opened = open(&archive, &reviewed, &trust).unwrap();
    assert_eq!(opened.provenance.reviewers[0].key, one.public.id());
}

#[test]
fn a_signature_for_another_pack_or_role_is_refused() {
    let (archive, publisher) = (archive(), Person::new());
    let trust = trusting([publisher.trusted(Role::Publisher)]);
    let right = statement(&archive, Role::Publisher);
    for wrong in [
        Statement {
            pack: "com.example.other".to_owned(),
            ..right.clone()
        },
        Statement {
            version: "1.2.4".to_owned(),
            ..right.clone()
        },
        Statement {
            digest: Digest::of(b"other"),
            ..right.clone()
        },
        Statement {
            role: Role::Reviewer,
            ..right.clone()
        },
    ] {
        let signature = Signature::make(&publisher.secret, &archive, &wrong).unwrap();
        assert_eq!(
            refused(&archive, &sidecar([signature]), &trust),
            ErrorCode::SignatureContradicts,
            "{wrong}"
        );
    }
}

#[test]
fn a_secret_key_opens_with_its_password_only() {
    let (public, file) = SigningKey::generate(Some("correct horse".to_owned())).unwrap();
    assert!(SigningKey::is_encrypted(&file));
    for wrong in [None, Some("wrong".to_owned())] {
        assert_eq!(
            SigningKey::read(&file, wrong).unwrap_err().code(),
            ErrorCode::BadKeyFile
        );
    }
    let key = SigningKey::read(&file, Some("correct horse".to_owned())).unwrap();
    assert_eq!(key.public().unwrap(), public);
    assert_eq!(
        public.to_file().unwrap().parse::<PublicKey>().unwrap(),
        public
    );
}

/// Made with minisign 0.11 over the bytes `jackfield`.
const PUBLIC_OF_MINISIGN: &str = "\
untrusted comment: minisign public key 1E61FF430FE885E3\n\
RWTjhegPQ/9hHo1F3JQRph8pKf/9IhzXWMPKIjyW3n8VCBotsG6WblQz\n\
";
pub(super) const SIGNATURE_OF_MINISIGN: &str = "\
untrusted comment: signature from minisign secret key\n\
RUTjhegPQ/9hHuJbJEkKVGiA4H4cO4syejvrW+hUMl9bp4z7Wb5SMd1IiIE0vDOhtouGkOmEcxEIPERMwW+9Yjr8GyBS+eqioQI=\n\
trusted comment: made elsewhere\n\
K4XdNIZEuhiCdJ0gYU9HcwmFhvhenAyJs33qL3FjSfDCMw/IqOds+rj05lvk7hD+bIU4KDJTvg8hYTgpoxEpAA==\n\
";

#[test]
fn keys_and_signatures_of_minisign_are_read() {
    let public: PublicKey = PUBLIC_OF_MINISIGN.parse().unwrap();
    let sidecar: Sidecar = SIGNATURE_OF_MINISIGN.parse().unwrap();
    let [signature] = sidecar.signatures() else {
        panic!("one signature");
    };
    assert_eq!(
        (signature.key(), signature.said()),
        (public.id(), "made elsewhere")
    );
    let key = TrustedKey {
        public,
        ..Person::new().trusted(Role::Publisher)
    };
    let trust = trusting([key]);
    // The signature is right, so the archive is looked into.
    assert_eq!(
        refused(b"jackfield", &sidecar, &trust),
        ErrorCode::BadArchive
    );
    assert_eq!(
        refused(b"jackfielD", &sidecar, &trust),
        ErrorCode::BadSignature
    );
}

#[test]
fn damaged_trust_files_and_sidecars_are_refused() {
    let key = Person::new().trusted(Role::Publisher);
    let twice = Trust {
        keys: vec![key.clone(), key],
        ..Trust::default()
    };
    for text in [
        "[policy]\nreviewer = 1",
        "[[key]]\nname = \"a\"",
        "[[revoked]]\nreason = \"none\"",
        &twice.to_file().unwrap(),
    ] {
        assert_eq!(
            Trust::read(text).unwrap_err().code(),
            ErrorCode::BadTrustFile,
            "{text}"
        );
    }
    let good = sidecar([Person::new().sign(b"x", Role::Publisher)]).to_string();
    let cut = good.trim_end().rsplit_once('\n').unwrap().0;
    let short: String = good
        .lines()
        .map(|line| format!("{}\n", &line[..line.len() - 1]))
        .collect();
    for text in [
        "",
        "x",
        cut,
        &short,
        &format!("{good}{good}"),
        &format!("{good}\n\n\n\n"),
    ] {
        let error = text.parse::<Sidecar>().unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadSidecar, "{text}");
    }
}

#[test]
fn no_other_way_of_writing_a_signature_is_accepted() {
    // Many signatures, because what their last characters are is chance.
    for number in 0..64_u32 {
        let (archive, publisher) = (archive(), Person::new());
        let trust = trusting([publisher.trusted(Role::Publisher)]);
        let text = sidecar([publisher.sign(&archive, Role::Publisher)]).to_string();
        for place in text.len() - 6..text.len() {
            for mask in 1..=127_u8 {
                let mut other = text.clone().into_bytes();
                other[place] ^= mask;
                let read = String::from_utf8(other).unwrap();
                if let Ok(sidecar) = read.parse::<Sidecar>() {
                    assert!(
                        open(&archive, &sidecar, &trust).is_err(),
                        "{number}: {:?} for {:?}",
                        &read[place - 4..],
                        &text[place - 4..]
                    );
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_changed_byte_of_a_signed_archive_is_accepted(at: prop::sample::Index, mask in 1..=255_u8) {
        thread_local! {
            static SIGNED: (Vec<u8>, Sidecar, Trust) = {
                let (archive, publisher) = (archive(), Person::new());
                let signed = sidecar([publisher.sign(&archive, Role::Publisher)]);
                (archive, signed, trusting([publisher.trusted(Role::Publisher)]))
            };
        }
        SIGNED.with(|(archive, signed, trust)| {
            let mut changed = archive.clone();
            changed[at.index(archive.len())] ^= mask;
            prop_assert_eq!(refused(&changed, signed, trust), ErrorCode::BadSignature);
            // The comment of the first line is for people and not signed.
            let text = signed.to_string();
            let signed_part = text.find('\n').unwrap() + 1;
            let mut other = text.clone().into_bytes();
            let place = signed_part + at.index(text.len() - signed_part);
            other[place] ^= mask;
            let accepted = String::from_utf8(other).ok().and_then(|text| text.parse::<Sidecar>().ok());
            if let Some(sidecar) = accepted {
                prop_assert!(open(archive, &sidecar, trust).is_err());
            }
            Ok(())
        })?;
    }
}
