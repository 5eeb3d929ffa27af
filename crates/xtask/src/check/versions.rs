//! One version of each crate whose types travel between our crates (egui, wgpu): two would not fit each other.

use std::collections::BTreeSet;

use crate::metadata::Package;

pub fn findings(packages: &[Package], single: &[&str]) -> Vec<String> {
    let mut findings = Vec::new();
    for name in single {
        let versions: BTreeSet<&str> =
            packages.iter().filter(|package| package.name == *name).map(|package| package.version.as_str()).collect();
        if versions.len() > 1 {
            let versions: Vec<&str> = versions.into_iter().collect();
            findings.push(format!(
                "{name} comes in {} versions ({}): see who asks for the older with cargo tree --invert {name}@{}, and choose versions that agree",
                versions.len(),
                versions.join(", "),
                versions[0]
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packages(list: &[(&str, &str)]) -> Vec<Package> {
        let package = |(name, version): &(&str, &str)| Package {
            id: format!("{name}@{version}"),
            name: name.to_string(),
            version: version.to_string(),
            license: None,
            dependencies: vec![],
        };
        list.iter().map(package).collect()
    }

    #[test]
    fn only_listed_crates_in_two_versions_are_named() {
        let single = ["egui", "wgpu"];
        assert!(findings(&packages(&[]), &single).is_empty());
        assert!(findings(&packages(&[("egui", "0.37.0"), ("syn", "1.0.1"), ("syn", "2.0.1")]), &single).is_empty());
        let found = findings(&packages(&[("wgpu", "30.0.0"), ("egui", "0.37.0"), ("wgpu", "29.0.1")]), &single);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("wgpu comes in 2 versions (29.0.1, 30.0.0)"), "{}", found[0]);
    }
}
