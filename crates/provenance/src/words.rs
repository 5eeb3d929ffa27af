//! A report in a few plain sentences, for a filmmaker.
//!
//! Deliberately not here: the verdict itself (`verify.rs`); codes, which are in [`Report::codes`] for those who want them.

use crate::report::{ContentState, Report, SignatureState};
use std::fmt::Write;

impl Report {
    /// What was found, a sentence a line, the verdict first. Ends in a line break.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut lines = vec![self.verdict_in_words().to_owned()];
        if self.signed {
            lines.extend(self.signer_in_words());
            lines.push(self.origin_in_words());
            lines.extend(self.ingredients_in_words("Made from: ", ", ", false));
            lines.extend(self.ingredients_in_words("Cut from: ", "; ", true));
        }
        lines.iter().fold(String::new(), |mut text, line| {
            let _infallible = writeln!(text, "{line}");
            text
        })
    }

    fn verdict_in_words(&self) -> &'static str {
        match (&self.signature, &self.content) {
            (SignatureState::Missing, _) => {
                "Not signed: this file says nothing about where it comes from. It may have lost its signature when it was \
                 converted or uploaded"
            }
            (SignatureState::Invalid(_), _) => "The signature is damaged or forged: don't rely on what this file says",
            (_, ContentState::Changed(_)) => {
                "Changed since it was signed: the picture or what is said about it isn't the original"
            }
            (_, ContentState::Unknown) => "The signature can't be checked against the picture",
            (SignatureState::Expired, _) => "Signed and unchanged, but the signer's certificate has expired",
            (SignatureState::Trusted, _) => "Signed and unchanged",
            (SignatureState::UnknownSigner, _) => "Signed and unchanged, by a signer who isn't known here",
        }
    }

    fn signer_in_words(&self) -> Option<String> {
        let signer = self.signer.as_ref()?;
        let name = match (&signer.organisation, &signer.common_name) {
            (Some(organisation), Some(name)) if organisation != name => format!("{name} ({organisation})"),
            (Some(name), _) | (None, Some(name)) => name.clone(),
            (None, None) => return None,
        };
        Some(match self.signature {
            SignatureState::Trusted => format!("Signed by {name}, known here"),
            SignatureState::UnknownSigner => {
                format!("Signed by {name}; if you know them, ask for their root certificate and verify against it")
            }
            _ => format!("The certificate names {name}"),
        })
    }

    fn origin_in_words(&self) -> String {
        let mut text = match (&self.model, self.generated_declared) {
            (Some(model), true) => {
                let version = model.version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
                let hash = model.sha256.as_ref().and_then(|hash| hash.get(..12));
                let hash = hash.map(|hash| format!(" (weights {hash}…)")).unwrap_or_default();
                format!("Made by AI: {}{version}{hash}", model.name)
            }
            (None, true) => "Made by AI, by a model it doesn't name".to_owned(),
            (_, false) if self.source_type.as_ref().is_some_and(|source| source.ends_with("/composite")) => {
                "Put together from other files, and it doesn't say that AI made any of it".to_owned()
            }
            (_, false) => "It doesn't say that AI made it".to_owned(),
        };
        if let Some(program) = &self.generator {
            text.push_str(&format!(", with {}", program.name));
            if let Some(version) = &program.version {
                text.push_str(&format!(" {version}"));
            }
        }
        if let Some(when) = &self.when {
            text.push_str(&format!(", on {when}"));
        }
        text
    }

    fn ingredients_in_words(&self, before: &str, between: &str, placed: bool) -> Option<String> {
        let titles: Vec<&str> = self
            .ingredients
            .iter()
            .filter(|ingredient| !ingredient.is_model && (ingredient.relationship == "componentOf") == placed)
            .map(|ingredient| ingredient.title.as_deref().unwrap_or("a file without a name"))
            .collect();
        (!titles.is_empty()).then(|| format!("{before}{}", titles.join(between)))
    }
}
