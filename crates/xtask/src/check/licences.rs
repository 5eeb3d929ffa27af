//! Licences of all crates, from their SPDX expressions against the lists in `deny.toml`.
//!
//! Deliberately not here: reading licence files (cargo-deny does that).

use std::collections::BTreeSet;
use std::iter::Peekable;

use crate::check::policy::Licences;
use crate::metadata::Package;

pub fn findings(packages: &[Package], policy: &Licences) -> Vec<String> {
    let mut findings = Vec::new();
    for Package { name, version, license, .. } in packages {
        let Some(expression) = license else {
            findings.push(format!("{name} {version} names no licence: take another crate"));
            continue;
        };
        let mut allowed: BTreeSet<&str> = policy.allow.iter().map(String::as_str).collect();
        let own = policy.exceptions.iter().filter(|exception| exception.name == *name);
        allowed.extend(own.flat_map(|exception| exception.allow.iter().map(String::as_str)));
        match is_allowed(expression, &allowed) {
            Some(true) => {}
            Some(false) => findings.push(format!(
                "{name} {version} is under {expression}, which deny.toml doesn't allow: take another crate or, once the licence is known to fit, add it there"
            )),
            None => findings.push(format!("{name} {version}: can't read its licence expression {expression:?}")),
        }
    }
    findings
}

/// Whether the terms can be met with `allowed` ids alone; `None` for what is no expression. Understands AND, OR, WITH,
/// brackets and the older `MIT/Apache-2.0`. An exception (WITH) only gives rights, so that its licence decides alone.
fn is_allowed(expression: &str, allowed: &BTreeSet<&str>) -> Option<bool> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let met = alternatives(&mut words, allowed)?;
    words.next().is_none().then_some(met)
}

/// `a OR b OR …`, each of which may be `a AND b AND …`.
fn alternatives<'a>(words: &mut Peekable<impl Iterator<Item = &'a str>>, allowed: &BTreeSet<&str>) -> Option<bool> {
    let mut met = demands(words, allowed)?;
    while words.next_if_eq(&"OR").is_some() {
        met |= demands(words, allowed)?;
    }
    Some(met)
}

fn demands<'a>(words: &mut Peekable<impl Iterator<Item = &'a str>>, allowed: &BTreeSet<&str>) -> Option<bool> {
    let mut met = term(words, allowed)?;
    while words.next_if_eq(&"AND").is_some() {
        met &= term(words, allowed)?;
    }
    Some(met)
}

fn term<'a>(words: &mut Peekable<impl Iterator<Item = &'a str>>, allowed: &BTreeSet<&str>) -> Option<bool> {
    match words.next()? {
        "(" => {
            let met = alternatives(words, allowed)?;
            (words.next()? == ")").then_some(met)
        }
        ")" | "AND" | "OR" | "WITH" => None,
        id => {
            if words.next_if_eq(&"WITH").is_some() {
                words.next()?;
            }
            Some(allowed.contains(id))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::policy::LicenceException;

    #[test]
    fn expressions_are_met_by_allowed_ids_alone() {
        let allowed = BTreeSet::from(["MIT", "Apache-2.0", "ISC", "Unicode-3.0"]);
        for (expression, met) in [
            ("MIT", Some(true)),
            ("GPL-3.0-only", Some(false)),
            ("MIT OR GPL-3.0-only", Some(true)),
            ("MIT AND GPL-3.0-only", Some(false)),
            ("MIT/Apache-2.0", Some(true)),
            ("Apache-2.0 / GPL-2.0", Some(true)),
            ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", Some(true)),
            ("GPL-2.0 WITH Classpath-exception-2.0", Some(false)),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", Some(true)),
            ("(MIT OR Apache-2.0) AND LGPL-3.0", Some(false)),
            // AND binds more than OR.
            ("MIT OR ISC AND GPL-3.0-only", Some(true)),
            ("GPL-3.0-only AND MIT OR LGPL-3.0", Some(false)),
            ("", None),
            ("MIT OR", None),
            ("(MIT", None),
            ("MIT Apache-2.0", None),
            ("AND MIT", None),
        ] {
            assert_eq!(is_allowed(expression, &allowed), met, "{expression}");
        }
    }

    #[test]
    fn an_exception_holds_for_its_crate_only() {
        let package = |name: &str, license: Option<&str>| Package {
            id: name.into(),
            name: name.into(),
            version: "1.0.0".into(),
            license: license.map(String::from),
            dependencies: vec![],
        };
        let policy = Licences {
            allow: BTreeSet::from(["MIT".into()]),
            exceptions: vec![LicenceException { name: "ffmpeg-next".into(), allow: BTreeSet::from(["WTFPL".into()]) }],
        };
        let packages = [
            package("ffmpeg-next", Some("WTFPL")),
            package("fine", Some("MIT")),
            package("other", Some("WTFPL")),
            package("silent", None),
        ];
        let found = findings(&packages, &policy);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("other 1.0.0 is under WTFPL"), "{}", found[0]);
        assert!(found[1].starts_with("silent 1.0.0 names no licence"), "{}", found[1]);
    }
}
