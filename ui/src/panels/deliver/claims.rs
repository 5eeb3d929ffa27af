//! What the file will say of itself: only what is done today, each line with its sign.

use super::outlook::Outlook;
use super::presets::{Preset, Signature, Subject};
use crate::theme::{BODY, CAPTION, Icon, SPACE, Theme, regular, theme};
use crate::tr;
use egui::{Color32, RichText, Ui};

/// Draws the claims, and what the export leaves out.
pub(super) fn claims_ui(ui: &mut Ui, preset: &Preset, outlook: &Outlook, prompts: bool) {
    let theme = theme(ui.ctx());
    ui.spacing_mut().item_spacing.y = SPACE[0];
    ui.add_space(SPACE[0]);
    let generated = outlook.takes > 0;
    if !generated {
        // A film is signed whatever it is made of; pages and pictures of the board only where something on them was generated.
        let film = preset.subject == Subject::Timeline || preset.id == "animatic";
        let signed = film && !matches!(preset.signature, Signature::InTakes | Signature::None);
        let mark = if film && outlook.files > 0 { "deliver-files-alone" } else { "deliver-nothing-generated" };
        line_ui(ui, Sign::Without, &tr!(mark), &theme);
        if signed {
            signature_ui(ui, preset, &theme);
            if outlook.files > 0 {
                line_ui(ui, Sign::Done, &tr!("deliver-names-files", count = outlook.files), &theme);
            }
        } else {
            line_ui(ui, Sign::Without, &tr!("deliver-signed-none"), &theme);
        }
    } else {
        let mark = match preset.subject {
            Subject::Timeline if preset.signature == Signature::InTakes => tr!("deliver-mark-takes"),
            Subject::Timeline => tr!("deliver-mark-frames"),
            Subject::Board => tr!("deliver-mark-pictures"),
        };
        line_ui(ui, Sign::Done, &mark, &theme);
        line_ui(ui, Sign::Without, &tr!("deliver-no-invisible"), &theme);
        signature_ui(ui, preset, &theme);
        line_ui(ui, Sign::Done, &tr!("deliver-declared"), &theme);
        line_ui(ui, Sign::Done, &tr!("deliver-names-takes", count = outlook.takes), &theme);
        if outlook.files > 0 {
            line_ui(ui, Sign::Done, &tr!("deliver-names-files", count = outlook.files), &theme);
        }
        let words = if prompts { tr!("deliver-prompts-in") } else { tr!("deliver-prompts-hashed") };
        line_ui(ui, if prompts { Sign::Note } else { Sign::Done }, &words, &theme);
    }
    for left_out in &outlook.left_out {
        line_ui(ui, Sign::Note, left_out, &theme);
    }
}

fn signature_ui(ui: &mut Ui, preset: &Preset, theme: &Theme) {
    let signature = match preset.signature {
        Signature::Inside => tr!("deliver-signed-inside"),
        Signature::Beside => tr!("deliver-signed-beside", ending = preset.ending),
        Signature::InEach => tr!("deliver-signed-each"),
        Signature::InTakes => tr!("deliver-signed-takes"),
        Signature::None => tr!("deliver-signed-none"),
    };
    line_ui(ui, Sign::Done, &signature, theme);
}

#[derive(Debug, Clone, Copy)]
enum Sign {
    Done,
    Without,
    Note,
}

impl Sign {
    fn drawn(self, theme: &Theme) -> (Icon, Color32) {
        match self {
            Self::Done => (Icon::Check, theme.good),
            Self::Without => (Icon::Minus, theme.text_faint),
            Self::Note => (Icon::Info, theme.accent),
        }
    }
}

fn line_ui(ui: &mut Ui, sign: Sign, text: &str, theme: &Theme) {
    let (icon, colour) = sign.drawn(theme);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = SPACE[1];
        ui.label(icon.rich(CAPTION + 2.0).color(colour));
        ui.add(egui::Label::new(RichText::new(text).font(regular(BODY - 1.0)).color(theme.text_soft)).wrap());
    });
}
