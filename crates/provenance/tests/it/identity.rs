//! Keys and certificates on disk.

use kinora_provenance::{ProvenanceError, SigningIdentity};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_key_is_the_owners_alone() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("config/identity");
    SigningIdentity::load_or_create(&dir).unwrap();
    assert_eq!(mode(&dir), 0o700);
    assert_eq!(mode(&dir.join("key.pem")), 0o600);
}

#[test]
fn the_second_start_finds_the_same_identity() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("identity");
    assert!(SigningIdentity::load(&dir).unwrap().is_none());
    let first = SigningIdentity::load_or_create(&dir).unwrap();
    let second = SigningIdentity::load_or_create(&dir).unwrap();
    assert_eq!(first.fingerprint(), second.fingerprint());
    assert_eq!(first.organisation(), Some("Kinora"));
    assert_eq!(first.common_name(), Some("Kinora workstation"));
    assert!(!format!("{first:?}").contains("PRIVATE"));
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["identity"], "no staging folder is left");
}

#[test]
fn the_leaf_lasts_almost_ten_years_and_more() {
    let folder = TempDir::new().unwrap();
    let identity = SigningIdentity::load_or_create(&folder.path().join("identity")).unwrap();
    assert!(identity.expires() - OffsetDateTime::now_utc() > Duration::days(3_616)); // 9.9 years
}

#[test]
fn many_first_starts_at_once_end_with_one_identity() {
    let folder = TempDir::new().unwrap();
    for prepared in [false, true] {
        let dir = folder.path().join(format!("identity-{prepared}"));
        if prepared {
            fs::create_dir(&dir).unwrap(); // an empty folder counts as none
        }
        let prints: Vec<String> = std::thread::scope(|scope| {
            let make = || SigningIdentity::load_or_create(&dir).unwrap().fingerprint().to_owned();
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(prints.iter().all(|print| print == &prints[0]), "{prints:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no staging folder is left");
}

#[test]
fn a_damaged_identity_is_reported_and_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    let (dir, other) = (folder.path().join("identity"), folder.path().join("other"));
    SigningIdentity::load_or_create(&dir).unwrap();
    SigningIdentity::load_or_create(&other).unwrap();
    let key = dir.join("key.pem");
    let good = fs::read(&key).unwrap();
    for bad in [b"rubbish".to_vec(), vec![0xFF; 40], Vec::new(), fs::read(other.join("key.pem")).unwrap()] {
        fs::write(&key, &bad).unwrap();
        let error = SigningIdentity::load_or_create(&dir).unwrap_err();
        assert!(matches!(error, ProvenanceError::BrokenIdentity { .. }), "{error}");
        assert!(error.to_string().contains("backup") && error.to_string().ends_with("identity"), "{error}");
        assert_eq!(fs::read(&key).unwrap(), bad);
    }
    fs::write(&key, &good).unwrap();
    SigningIdentity::load_or_create(&dir).unwrap();

    fs::remove_file(dir.join("chain.pem")).unwrap();
    let error = SigningIdentity::load_or_create(&dir).unwrap_err();
    assert!(error.to_string().contains("chain.pem is missing"), "{error}");
    assert_eq!(fs::read(&key).unwrap(), good);
}

#[test]
fn a_key_that_others_can_read_is_refused_with_the_command_that_mends_it() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("identity");
    SigningIdentity::load_or_create(&dir).unwrap();
    set_mode(&dir.join("key.pem"), 0o644);
    let error = SigningIdentity::load_or_create(&dir).unwrap_err().to_string();
    assert!(error.contains("mode 644") && error.contains("chmod 600 "), "{error}");
    set_mode(&dir.join("key.pem"), 0o600);
    set_mode(&dir, 0o777);
    let error = SigningIdentity::load_or_create(&dir).unwrap_err().to_string();
    assert!(error.contains("chmod 700 "), "{error}");
}

/// How a test's certificates differ from good ones.
struct Recipe {
    usages: Vec<ExtendedKeyUsagePurpose>,
    key_usages: Vec<KeyUsagePurpose>,
    self_signed: bool,
    lasts: Duration,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            usages: vec![ExtendedKeyUsagePurpose::EmailProtection],
            key_usages: vec![KeyUsagePurpose::DigitalSignature],
            self_signed: false,
            lasts: Duration::days(365),
        }
    }
}

/// Writes chain.pem (leaf, root) and key.pem as a certificate authority would give them.
fn write_chain(dir: &Path, recipe: Recipe) -> (PathBuf, PathBuf) {
    let now = OffsetDateTime::now_utc();
    let named = |name: &str| {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "Blue Door Films");
        params.distinguished_name.push(DnType::CommonName, name);
        params.use_authority_key_identifier_extension = true;
        params.not_before = now - Duration::days(800);
        params
    };
    let (mut root, root_key) = (named("Blue Door root"), KeyPair::generate().unwrap());
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    root.not_after = now + Duration::days(900);
    let (mut leaf, leaf_key) = (named("Blue Door edit 1"), KeyPair::generate().unwrap());
    leaf.is_ca = IsCa::ExplicitNoCa;
    leaf.key_usages = recipe.key_usages;
    leaf.extended_key_usages = recipe.usages;
    leaf.not_after = now + recipe.lasts;
    let leaf = if recipe.self_signed {
        leaf.self_signed(&leaf_key).unwrap()
    } else {
        leaf.signed_by(&leaf_key, &Issuer::from_params(&root, &root_key)).unwrap()
    };
    let (chain, key) = (dir.join("chain.pem"), dir.join("key.pem"));
    let text = format!("a comment\n{}{}", leaf.pem(), root.self_signed(&root_key).unwrap().pem());
    fs::write(&chain, text).unwrap();
    fs::write(&key, leaf_key.serialize_pem()).unwrap();
    (chain, key)
}

/// A chain and key of the user's own, for the signing tests.
pub fn users_own(dir: &Path) -> SigningIdentity {
    let (chain, key) = write_chain(dir, Recipe::default());
    SigningIdentity::from_files(&chain, &key).unwrap()
}

/// One that expires in this time.
pub fn short_lived(dir: &Path, lasts: Duration) -> SigningIdentity {
    let (chain, key) = write_chain(dir, Recipe { lasts, ..Recipe::default() });
    SigningIdentity::from_files(&chain, &key).unwrap()
}

#[test]
fn a_chain_and_key_of_the_users_own_are_taken() {
    let folder = TempDir::new().unwrap();
    let identity = users_own(folder.path());
    assert_eq!(identity.organisation(), Some("Blue Door Films"));
    assert!(!identity.anchors().is_empty());
}

#[test]
fn certificates_that_cant_sign_are_refused_with_the_reason() {
    use ExtendedKeyUsagePurpose as Usage;
    let folder = TempDir::new().unwrap();
    let cases = [
        ("self-signed", Recipe { self_signed: true, ..Recipe::default() }),
        ("expired on", Recipe { lasts: Duration::days(-1), ..Recipe::default() }),
        ("extended key usage", Recipe { usages: vec![Usage::ServerAuth], ..Recipe::default() }),
        ("extended key usage", Recipe { usages: vec![Usage::EmailProtection, Usage::Any], ..Recipe::default() }),
        ("extended key usage", Recipe { usages: Vec::new(), ..Recipe::default() }),
        ("key usage", Recipe { key_usages: vec![KeyUsagePurpose::KeyAgreement], ..Recipe::default() }),
    ];
    for (reason, recipe) in cases {
        let (chain, key) = write_chain(folder.path(), recipe);
        let error = SigningIdentity::from_files(&chain, &key).unwrap_err();
        assert!(
            matches!(error, ProvenanceError::UnusableCertificate(_)) && error.to_string().contains(reason),
            "{error}"
        );
    }
}

#[test]
fn a_key_of_another_chain_is_refused() {
    let (one, two) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (chain, _) = write_chain(one.path(), Recipe::default());
    let (_, key) = write_chain(two.path(), Recipe::default());
    let error = SigningIdentity::from_files(&chain, &key).unwrap_err().to_string();
    assert!(error.contains("doesn't belong to the first certificate"), "{error}");
}

#[test]
fn files_that_are_no_certificates_are_refused() {
    let folder = TempDir::new().unwrap();
    let (chain, key) = write_chain(folder.path(), Recipe::default());
    for text in ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        fs::write(folder.path().join("bad.pem"), text).unwrap();
        assert!(SigningIdentity::from_files(&folder.path().join("bad.pem"), &key).is_err(), "{text:?}");
        assert!(SigningIdentity::from_files(&chain, &folder.path().join("bad.pem")).is_err(), "{text:?}");
    }
    let text = fs::read_to_string(&chain).unwrap();
    let at = text.find("-----BEGIN").unwrap();
    let second = text[at + 1..].find("-----BEGIN").unwrap() + at + 1;
    fs::write(&chain, format!("{}{}", &text[second..], &text[at..second])).unwrap();
    let error = SigningIdentity::from_files(&chain, &key).unwrap_err().to_string();
    assert!(error.contains("put the signing certificate first"), "{error}");
    let error = SigningIdentity::from_files(&folder.path().join("none.pem"), &key).unwrap_err();
    assert!(matches!(error, ProvenanceError::Io { .. }) && error.to_string().ends_with("none.pem"), "{error}");
}
