//! Certificates: a new chain (root → issuing → leaf), and whether a given chain and key can sign a C2PA claim.
//!
//! Deliberately not here: where they are kept (`identity.rs`) and whether a signer is known (`trust.rs`).

use crate::ProvenanceError;
use c2pa::SigningAlg;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PublicKeyData,
};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};
use x509_parser::oid_registry::{OID_X509_COMMON_NAME, OID_X509_ORGANIZATION_NAME, Oid};
use x509_parser::pem::{Pem, parse_x509_pem};
use x509_parser::prelude::{ParsedExtension, X509Certificate};

/// C2PA's own purpose "signs claims". Older readers want e-mail protection instead, so a new leaf has both.
const CLAIM_SIGNING: [u64; 9] = [1, 3, 6, 1, 4, 1, 62558, 2, 1];

// Without a time-stamp a signature ends with its certificate, and time-stamps need the network: so the leaf lives long.
const LEAF_DAYS: i64 = 3_660;
const ISSUING_DAYS: i64 = 15 * 366;
const ROOT_DAYS: i64 = 25 * 366;

/// PEM texts of a new identity. The root's and the issuing key are thrown away: nobody can issue more under this root.
pub(crate) struct NewIdentity {
    /// Leaf, then issuing.
    pub chain_pem: String,
    pub root_pem: String,
    /// PKCS #8.
    pub key_pem: String,
}

/// Makes a root, an issuing certificate and a leaf, all P-256, valid from a day before `now`.
pub(crate) fn new_identity(
    organisation: &str,
    common_name: &str,
    now: OffsetDateTime,
) -> Result<NewIdentity, ProvenanceError> {
    let make = || -> Result<NewIdentity, rcgen::Error> {
        let from = now - Duration::days(1); // clocks differ
        let named = |name: &str, days: i64| {
            let mut params = CertificateParams::default();
            params.distinguished_name = DistinguishedName::new();
            params.distinguished_name.push(DnType::OrganizationName, organisation);
            params.distinguished_name.push(DnType::CommonName, name);
            params.use_authority_key_identifier_extension = true;
            (params.not_before, params.not_after) = (from, now + Duration::days(days));
            params
        };
        let authority = |name: &str, days: i64, depth: u8| {
            let mut params = named(name, days);
            params.is_ca = IsCa::Ca(BasicConstraints::Constrained(depth));
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            params
        };
        let key = || KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256);

        let (root_params, root_key) = (authority(&format!("{organisation} root"), ROOT_DAYS, 1), key()?);
        let root = root_params.self_signed(&root_key)?;
        let (issuing_params, issuing_key) = (authority(&format!("{organisation} issuing"), ISSUING_DAYS, 0), key()?);
        let issuing = issuing_params.signed_by(&issuing_key, &Issuer::from_params(&root_params, &root_key))?;

        let mut leaf_params = named(common_name, LEAF_DAYS);
        leaf_params.is_ca = IsCa::ExplicitNoCa;
        leaf_params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf_params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::EmailProtection, ExtendedKeyUsagePurpose::Other(CLAIM_SIGNING.to_vec())];
        let leaf_key = key()?;
        let leaf = leaf_params.signed_by(&leaf_key, &Issuer::from_params(&issuing_params, &issuing_key))?;
        Ok(NewIdentity {
            chain_pem: leaf.pem() + &issuing.pem(),
            root_pem: root.pem(),
            key_pem: leaf_key.serialize_pem(),
        })
    };
    make().map_err(|error| ProvenanceError::MakeIdentity(error.to_string()))
}

/// A chain and key that fit together and can sign.
pub(crate) struct Checked {
    pub algorithm: SigningAlg,
    /// What goes into the manifest: leaf first, no root.
    pub chain_pem: String,
    /// The root if the chain has one, else its last authority, else nothing.
    pub anchor_pem: Option<String>,
    pub organisation: Option<String>,
    pub common_name: Option<String>,
    pub not_after: OffsetDateTime,
    /// SHA-256 of the leaf, in hexadecimal.
    pub fingerprint: String,
}

/// Checks that `chain_pem` (leaf first; with or without its root) and `key_pem` (PKCS #8) can sign at `now`.
///
/// # Errors
/// A sentence part for [`ProvenanceError::UnusableCertificate`].
pub(crate) fn check(chain_pem: &str, key_pem: &str, now: OffsetDateTime) -> Result<Checked, String> {
    let texts = certificate_texts(chain_pem);
    let pems: Vec<Pem> = texts
        .iter()
        .map(|text| parse_x509_pem(text.as_bytes()).map(|(_, pem)| pem))
        .collect::<Result<_, _>>()
        .map_err(|error| format!("the certificate chain is no PEM file ({error})"))?;
    let chain: Vec<X509Certificate<'_>> = pems
        .iter()
        .map(Pem::parse_x509)
        .collect::<Result<_, _>>()
        .map_err(|error| format!("the chain holds something that is no certificate ({error})"))?;
    let Some((leaf, leaf_pem)) = chain.first().zip(pems.first()) else {
        return Err("the chain holds no certificate".to_owned());
    };
    check_leaf(leaf)?;
    for (at, certificate) in chain.iter().enumerate() {
        let name = common_name(certificate).unwrap_or_else(|| "certificate without a name".to_owned());
        let validity = certificate.validity();
        if validity.not_after.to_datetime() < now {
            return Err(format!("\"{name}\" expired on {}", validity.not_after.to_datetime().date()));
        }
        if validity.not_before.to_datetime() > now {
            let date = validity.not_before.to_datetime().date();
            return Err(format!("\"{name}\" is valid only from {date}; check this computer's clock"));
        }
        if let Some(issuer) = chain.get(at + 1)
            && certificate.issuer().as_raw() != issuer.subject().as_raw()
        {
            return Err(format!(
                "\"{name}\" was not issued by the certificate after it; put the signing certificate first, then its issuers"
            ));
        }
    }

    let key = KeyPair::from_pem(key_pem).map_err(|error| {
        format!("the private key can't be read ({error}); convert it with: openssl pkcs8 -topk8 -nodes")
    })?;
    let algorithm = match key.algorithm() {
        kind if kind == &PKCS_ECDSA_P256_SHA256 => SigningAlg::Es256,
        kind if kind == &PKCS_ECDSA_P384_SHA384 => SigningAlg::Es384,
        kind if kind == &PKCS_ED25519 => SigningAlg::Ed25519,
        _ => return Err("this kind of key is not supported; use an elliptic-curve key (P-256)".to_owned()),
    };
    if key.subject_public_key_info() != leaf.public_key().raw {
        return Err("the private key doesn't belong to the first certificate of the chain".to_owned());
    }

    let root_at = chain.iter().position(|certificate| certificate.subject().as_raw() == certificate.issuer().as_raw());
    let sent = root_at.unwrap_or(chain.len());
    let anchor = root_at.or_else(|| chain.len().checked_sub(1).filter(|&last| last > 0));
    Ok(Checked {
        algorithm,
        chain_pem: texts.iter().take(sent).map(|text| format!("{text}\n")).collect(),
        anchor_pem: anchor.and_then(|at| texts.get(at)).map(|text| format!("{text}\n")),
        organisation: text_of(leaf, &OID_X509_ORGANIZATION_NAME),
        common_name: common_name(leaf),
        not_after: leaf.validity().not_after.to_datetime(),
        fingerprint: hex(&Sha256::digest(&leaf_pem.contents)),
    })
}

/// What C2PA demands of the certificate that signs.
fn check_leaf(leaf: &X509Certificate<'_>) -> Result<(), String> {
    if leaf.is_ca() {
        return Err("the first certificate is an authority; put the signing certificate first".to_owned());
    }
    if leaf.subject().as_raw() == leaf.issuer().as_raw() {
        return Err("the signing certificate is self-signed; C2PA wants one issued by an authority".to_owned());
    }
    let (mut signs, mut for_claims) = (false, false);
    let claim_signing = Oid::from(&CLAIM_SIGNING).map_err(|_| "internal: object identifier".to_owned())?;
    for extension in leaf.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::KeyUsage(usage) => signs = usage.digital_signature(),
            ParsedExtension::ExtendedKeyUsage(usage) => {
                for_claims = (usage.email_protection || usage.other.contains(&claim_signing)) && !usage.any;
            }
            _ => {}
        }
    }
    if !signs {
        return Err("the certificate's key usage doesn't allow digital signatures".to_owned());
    }
    if !for_claims {
        return Err("the certificate isn't meant for signing content: its extended key usage needs e-mail protection \
             (emailProtection) or C2PA claim signing (1.3.6.1.4.1.62558.2.1)"
            .to_owned());
    }
    Ok(())
}

fn common_name(certificate: &X509Certificate<'_>) -> Option<String> {
    text_of(certificate, &OID_X509_COMMON_NAME)
}

fn text_of(certificate: &X509Certificate<'_>, name: &Oid<'_>) -> Option<String> {
    certificate.subject().iter_by_oid(name).next()?.as_str().ok().map(str::to_owned)
}

/// The text of each certificate in a PEM file, without what stands between them.
fn certificate_texts(pem: &str) -> Vec<&str> {
    let blocks = pem.split_inclusive("-----END CERTIFICATE-----");
    blocks.filter_map(|block| block.get(block.find("-----BEGIN CERTIFICATE-----")?..)).collect()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
