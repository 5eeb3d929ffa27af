//! The floors: a crate imports only from floors below it, so that engines never learn of projects and windows never learn
//! of tensors. ARCHITECTURE.md says what lies on each.
//!
//! Every dependency counts alike: normal, build, dev, optional, for any platform.

use std::collections::BTreeSet;

use crate::metadata::Metadata;

/// Where each crate of the workspace stands. This table is the rule; add a new crate here and in ARCHITECTURE.md.
const FLOORS: &[(Place, &[&str])] = &[
    (Place::Outside, &["xtask"]),
    (Place::Floor(5), &["kinora-cli", "kinora-desktop"]),
    (Place::Floor(4), &["kinora-ui", "kinora-services"]),
    (Place::Floor(3), &["kinora-studio"]),
    (
        Place::Floor(2),
        &[
            "kinora-diffusion",
            "kinora-media",
            "kinora-compositor",
            "kinora-provenance",
            "kinora-guard",
            "kinora-model-store",
            "kinora-project-file",
            "kinora-interchange",
        ],
    ),
    (Place::Floor(1), &["kinora-project", "kinora-plan"]),
    (Place::Floor(0), &["kinora-time", "kinora-job", "kinora-frame"]),
];

/// Floors whose crates may import each other.
const OPEN_FLOORS: &[u8] = &[0, 1, 5];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Floor(u8),
    /// Imports none of our crates and is imported by none: it has to build before anything else can.
    Outside,
}

/// A crate of the workspace and those of the workspace that it imports.
#[derive(Debug, PartialEq, Eq)]
pub struct Edges {
    pub name: String,
    pub imports: BTreeSet<String>,
}

pub fn edges(metadata: &Metadata) -> Vec<Edges> {
    let members: BTreeSet<&str> = metadata.members().map(|member| member.name.as_str()).collect();
    let edges = metadata.members().map(|member| {
        let own = member.dependencies.iter().map(|dependency| &dependency.name);
        // A crate that names itself (to switch on its own features in tests) is no edge.
        let own = own.filter(|name| members.contains(name.as_str()) && **name != member.name);
        Edges { name: member.name.clone(), imports: own.cloned().collect() }
    });
    edges.collect()
}

pub fn findings(edges: &[Edges]) -> Vec<String> {
    let mut findings = Vec::new();
    for Edges { name, imports } in edges {
        let Some(from) = place(name) else {
            findings.push(format!(
                "{name} stands on no floor: add it to FLOORS in crates/xtask/src/check/floors.rs and to ARCHITECTURE.md"
            ));
            continue;
        };
        for import in imports {
            // An unknown crate is named once, by its own line.
            let Some(to) = place(import) else { continue };
            if let Some(reason) = forbidden(from, to) {
                findings.push(format!(
                    "{name} must not import {import}: {reason}. Move the code to the floor where both can be seen, or pass it in from above"
                ));
            }
        }
    }
    findings
}

fn place(name: &str) -> Option<Place> {
    FLOORS.iter().find(|(_, crates)| crates.contains(&name)).map(|(place, _)| *place)
}

/// Why the edge is forbidden, or nothing where it is allowed.
fn forbidden(from: Place, to: Place) -> Option<String> {
    match (from, to) {
        (Place::Floor(from), Place::Floor(to)) if from > to => None,
        (Place::Floor(from), Place::Floor(to)) if from == to && OPEN_FLOORS.contains(&from) => None,
        (Place::Floor(from), Place::Floor(to)) if from == to => {
            Some(format!("both stand on floor {from}, whose crates don't know each other"))
        }
        (Place::Floor(from), Place::Floor(to)) => Some(format!("it stands on floor {to}, above floor {from}")),
        (Place::Outside, _) | (_, Place::Outside) => Some("xtask stands outside the floors".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, imports: &[&str]) -> Vec<String> {
        let imports = imports.iter().map(|import| import.to_string()).collect();
        findings(&[Edges { name: name.into(), imports }])
    }

    #[test]
    fn edges_downwards_and_on_open_floors_pass() {
        for (name, imports) in [
            ("kinora-cli", &["kinora-services", "kinora-plan", "kinora-time", "kinora-desktop"][..]),
            ("kinora-services", &["kinora-media", "kinora-diffusion", "kinora-studio"]),
            ("kinora-media", &["kinora-frame", "kinora-time", "kinora-job"]),
            ("kinora-project", &["kinora-plan", "kinora-time"]),
            ("kinora-job", &["kinora-time"]),
            ("xtask", &[]),
        ] {
            assert_eq!(found(name, imports), [""; 0], "{name}");
        }
    }

    #[test]
    fn every_other_edge_is_found() {
        for (name, import, reason) in [
            ("kinora-time", "kinora-plan", "floor 1, above floor 0"),
            ("kinora-diffusion", "kinora-services", "floor 4, above floor 2"),
            ("kinora-media", "kinora-diffusion", "both stand on floor 2"),
            ("kinora-ui", "kinora-services", "both stand on floor 4"),
            ("kinora-plan", "kinora-cli", "floor 5, above floor 1"),
            ("xtask", "kinora-time", "outside"),
            ("kinora-cli", "xtask", "outside"),
        ] {
            let found = found(name, &[import]);
            assert_eq!(found.len(), 1, "{name} imports {import}");
            assert!(found[0].contains(name) && found[0].contains(import) && found[0].contains(reason), "{}", found[0]);
        }
    }

    #[test]
    fn an_unknown_crate_is_told_where_to_stand() {
        let found = found("kinora-telepathy", &["kinora-time"]);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("kinora-telepathy stands on no floor: add it to FLOORS"), "{}", found[0]);
    }

    #[test]
    fn dev_and_build_dependencies_count_and_foreign_crates_do_not() {
        let metadata = r#"{
            "workspace_members": ["a", "b"], "target_directory": "/target",
            "packages": [
                {"id": "a", "name": "kinora-media", "version": "0.1.0", "license": null, "dependencies": [
                    {"name": "kinora-diffusion", "kind": "dev", "optional": false}, {"name": "image", "kind": null},
                    {"name": "kinora-media", "kind": "dev"}]},
                {"id": "b", "name": "kinora-diffusion", "version": "0.1.0", "license": "MIT", "dependencies": []},
                {"id": "c", "name": "image", "version": "0.25.0", "license": "MIT", "dependencies": []}
            ]}"#;
        let metadata: Metadata = serde_json::from_str(metadata).expect("metadata");
        let edges = edges(&metadata);
        assert_eq!(edges.len(), 2);
        assert_eq!(edges[0].imports, BTreeSet::from(["kinora-diffusion".to_owned()]));
        assert_eq!(findings(&edges).len(), 1);
    }
}
