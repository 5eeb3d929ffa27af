//! The fonts that ship: Inter for words, JetBrains Mono for figures, Lucide for icons.

use super::icons;
use egui::{FontData, FontDefinitions, FontFamily, FontTweak};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The family of heavier text.
pub(super) const BOLD: &str = "bold";

pub(super) fn definitions() -> FontDefinitions {
    let data = [
        ("inter", FontData::from_static(include_bytes!("../../../assets/fonts/Inter-Regular.otf"))),
        ("inter-semibold", FontData::from_static(include_bytes!("../../../assets/fonts/Inter-SemiBold.otf"))),
        ("jetbrains-mono", FontData::from_static(include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf"))),
        (
            "lucide",
            FontData::from_static(include_bytes!("../../../assets/fonts/Lucide.ttf"))
                .tweak(FontTweak { y_offset_factor: 0.0, ..FontTweak::default() }),
        ),
    ];
    let families: [(FontFamily, &[&str]); 4] = [
        (FontFamily::Proportional, &["inter", "lucide"]),
        (FontFamily::Monospace, &["jetbrains-mono", "inter"]),
        (FontFamily::Name(BOLD.into()), &["inter-semibold", "inter", "lucide"]),
        (FontFamily::Name(icons::FAMILY.into()), &["lucide", "inter"]),
    ];
    FontDefinitions {
        font_data: data.into_iter().map(|(name, data)| (name.to_owned(), Arc::new(data))).collect(),
        families: BTreeMap::from(
            families.map(|(family, names)| (family, names.iter().map(|name| (*name).to_owned()).collect())),
        ),
    }
}
