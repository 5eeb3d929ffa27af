//! How everything looks: colours, type, spacing. Colours are data in assets/theme; a panel holds no literal of one.

mod fonts;
mod icons;

pub use icons::{ICON_SIZE, Icon};

use egui::style::{ScrollStyle, Selection, WidgetVisuals, Widgets};
use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Vec2, Visuals,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Sizes of type in points: caption, body, heading, title.
pub const CAPTION: f32 = 11.0;
/// Text of the body.
pub const BODY: f32 = 13.0;
/// Headings of panels and sections.
pub const HEADING: f32 = 15.0;
/// The largest text of a page.
pub const TITLE: f32 = 20.0;

/// Steps of spacing in points; [`SPACE`]`[0]` is the smallest.
pub const SPACE: [f32; 5] = [4.0, 8.0, 12.0, 16.0, 24.0];
/// The least that can be clicked, in points.
pub const HIT: f32 = 24.0;
/// Corner radius of clips on a timeline.
pub const RADIUS_CLIP: u8 = 3;
/// Corner radius of fields and buttons.
pub const RADIUS_FIELD: u8 = 4;
/// Corner radius of cards.
pub const RADIUS_CARD: u8 = 6;

/// Which theme.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeName {
    /// For a dark room.
    #[default]
    Dark,
    /// For a bright one.
    Light,
    /// Black, white and yellow.
    Contrast,
}

/// The colours. What each is for: see the field.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Whether the background is darker than the text.
    pub dark: bool,
    /// Behind panels.
    #[serde(deserialize_with = "hex")]
    pub background: Color32,
    /// A panel.
    #[serde(deserialize_with = "hex")]
    pub panel: Color32,
    /// A card, a field.
    #[serde(deserialize_with = "hex")]
    pub raised: Color32,
    /// Something under the pointer.
    #[serde(deserialize_with = "hex")]
    pub hover: Color32,
    /// Something pressed.
    #[serde(deserialize_with = "hex")]
    pub pressed: Color32,
    /// Lines between panels.
    #[serde(deserialize_with = "hex")]
    pub line: Color32,
    /// Text.
    #[serde(deserialize_with = "hex")]
    pub text: Color32,
    /// Text that matters less.
    #[serde(deserialize_with = "hex")]
    pub text_soft: Color32,
    /// Hints; never on [`Theme::hover`].
    #[serde(deserialize_with = "hex")]
    pub text_faint: Color32,
    /// What is selected, the button that does it, the playhead.
    #[serde(deserialize_with = "hex")]
    pub accent: Color32,
    /// Text on the accent.
    #[serde(deserialize_with = "hex")]
    pub on_accent: Color32,
    /// Generated clips.
    #[serde(deserialize_with = "hex")]
    pub generated: Color32,
    /// Imported clips.
    #[serde(deserialize_with = "hex")]
    pub imported: Color32,
    /// Sound.
    #[serde(deserialize_with = "hex")]
    pub audio: Color32,
    /// Titles.
    #[serde(deserialize_with = "hex")]
    pub title: Color32,
    /// What went wrong; always with an icon or a word.
    #[serde(deserialize_with = "hex")]
    pub error: Color32,
    /// What went well; always with an icon or a word.
    #[serde(deserialize_with = "hex")]
    pub good: Color32,
    /// Points of lines.
    pub line_width: f32,
}

fn hex<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Color32, D::Error> {
    let text = String::deserialize(deserializer)?;
    Color32::from_hex(&text).map_err(|_| serde::de::Error::custom(format!("{text:?} is no colour such as #1A2B3C")))
}

impl ThemeName {
    /// Every theme.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::Contrast];

    fn text(self) -> &'static str {
        match self {
            Self::Dark => include_str!("../../../assets/theme/dark.toml"),
            Self::Light => include_str!("../../../assets/theme/light.toml"),
            Self::Contrast => include_str!("../../../assets/theme/contrast.toml"),
        }
    }

    /// Its colours.
    ///
    /// # Errors
    /// If its file is no theme; a test reads them all.
    pub fn load(self) -> Result<Theme, toml::de::Error> {
        toml::from_str(self.text())
    }
}

/// The key under which a context keeps its theme.
fn key() -> egui::Id {
    egui::Id::unique("kinora-theme")
}

/// Fonts, once for a context. Without them text has no glyphs.
pub fn install_fonts(ctx: &Context) {
    ctx.set_fonts(fonts::definitions());
}

/// Dresses a context.
pub fn install(ctx: &Context, name: ThemeName, reduced_motion: bool) {
    // Tests read every theme that ships, so a context is never left undressed.
    let Ok(theme) = name.load() else { return };
    let style = Arc::new(style_of(&theme, reduced_motion));
    ctx.set_theme(if theme.dark { egui::Theme::Dark } else { egui::Theme::Light });
    ctx.set_style_of(egui::Theme::Dark, style.clone());
    ctx.set_style_of(egui::Theme::Light, style);
    ctx.data_mut(|data| data.insert_temp(key(), Arc::new(theme)));
}

/// A context's theme.
#[must_use]
pub fn theme(ctx: &Context) -> Arc<Theme> {
    let kept = ctx.data(|data| data.get_temp::<Arc<Theme>>(key()));
    kept.unwrap_or_else(|| {
        install(ctx, ThemeName::default(), false);
        ctx.data(|data| data.get_temp::<Arc<Theme>>(key())).unwrap_or_else(|| Arc::new(Theme::plain()))
    })
}

/// Timecode and other figures that must not jump.
#[must_use]
pub fn mono(size: f32) -> FontId {
    FontId::new(size, FontFamily::Monospace)
}

/// Text that is heavier than the body's.
#[must_use]
pub fn bold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(fonts::BOLD.into()))
}

/// Text.
#[must_use]
pub fn regular(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

fn style_of(theme: &Theme, reduced_motion: bool) -> Style {
    let text_styles = [
        (TextStyle::Small, regular(CAPTION)),
        (TextStyle::Body, regular(BODY)),
        (TextStyle::Button, regular(BODY)),
        (TextStyle::Heading, bold(HEADING)),
        (TextStyle::Monospace, mono(BODY)),
    ];
    let mut style = Style { text_styles: text_styles.into(), ..Style::default() };
    style.animation_time = if reduced_motion { 0.0 } else { 0.1 };
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(SPACE[1], SPACE[1]);
    spacing.button_padding = Vec2::new(SPACE[1], SPACE[0]);
    spacing.interact_size = Vec2::new(HIT, HIT);
    spacing.menu_margin = Margin::same(4);
    spacing.window_margin = Margin::same(16);
    spacing.scroll = ScrollStyle::thin();
    spacing.icon_width = 16.0;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    style.visuals = visuals_of(theme);
    style
}

fn visuals_of(theme: &Theme) -> Visuals {
    let mut visuals = if theme.dark { Visuals::dark() } else { Visuals::light() };
    let line = Stroke::new(theme.line_width, theme.line);
    let radius = CornerRadius::same(RADIUS_FIELD);
    let widget = |fill, stroke: Stroke, text| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: stroke,
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets = Widgets {
        noninteractive: widget(theme.panel, line, theme.text),
        inactive: widget(theme.raised, Stroke::new(theme.line_width - 1.0, theme.line), theme.text),
        hovered: widget(theme.hover, Stroke::new(theme.line_width - 1.0, theme.line), theme.text),
        active: widget(theme.pressed, Stroke::new(theme.line_width - 1.0, theme.line), theme.text),
        open: widget(theme.hover, line, theme.text),
    };
    visuals.selection =
        Selection { bg_fill: theme.accent.gamma_multiply(0.35), stroke: Stroke::new(theme.line_width, theme.accent) };
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(theme.text_soft);
    visuals.hyperlink_color = theme.accent;
    visuals.faint_bg_color = theme.raised;
    visuals.extreme_bg_color = theme.background;
    visuals.text_edit_bg_color = Some(theme.background);
    visuals.code_bg_color = theme.background;
    visuals.warn_fg_color = theme.accent;
    visuals.error_fg_color = theme.error;
    visuals.window_corner_radius = CornerRadius::same(RADIUS_CARD);
    visuals.window_fill = theme.panel;
    visuals.window_stroke = line;
    visuals.menu_corner_radius = CornerRadius::same(RADIUS_FIELD);
    visuals.panel_fill = theme.panel;
    visuals.window_shadow = popup_shadow(theme);
    visuals.popup_shadow = popup_shadow(theme);
    visuals.text_cursor.stroke = Stroke::new(1.5, theme.accent);
    visuals.text_cursor.blink = false;
    visuals
}

fn popup_shadow(theme: &Theme) -> Shadow {
    let alpha = if theme.dark { 120 } else { 60 };
    Shadow { offset: [0, 4], blur: 16, spread: 0, color: Color32::from_black_alpha(alpha) }
}

impl Theme {
    /// Black on white, for a context whose theme file could not be read.
    fn plain() -> Self {
        let (black, white) = (Color32::BLACK, Color32::WHITE);
        Self {
            dark: false,
            background: white,
            panel: white,
            raised: white,
            hover: white,
            pressed: white,
            line: black,
            text: black,
            text_soft: black,
            text_faint: black,
            accent: black,
            on_accent: white,
            generated: black,
            imported: black,
            audio: black,
            title: black,
            error: black,
            good: black,
            line_width: 1.0,
        }
    }

    /// The stroke around what stands out by its ground alone: high contrast, where grounds are alike, has one.
    #[must_use]
    pub fn edge_stroke(&self) -> Stroke {
        Stroke::new(self.line_width - 1.0, self.line)
    }

    /// The stroke of separators.
    #[must_use]
    pub fn line_stroke(&self) -> Stroke {
        Stroke::new(self.line_width, self.line)
    }

    /// The stroke around what is selected.
    #[must_use]
    pub fn selected_stroke(&self) -> Stroke {
        Stroke::new(self.line_width.max(1.0) + 1.0, self.accent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast of two colours, 1 to 21: <https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio>.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let luminance = |colour: Color32| {
            let linear = egui::Rgba::from(colour);
            0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b()
        };
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    #[test]
    fn every_text_can_be_read_on_every_ground() {
        for name in ThemeName::ALL {
            let theme = name.load().unwrap();
            let grounds = [theme.background, theme.panel, theme.raised, theme.hover];
            let kinds = [theme.generated, theme.imported, theme.audio, theme.title, theme.error, theme.good];
            for text in kinds.into_iter().chain([theme.text, theme.text_soft, theme.accent]) {
                for ground in grounds {
                    assert!(contrast(text, ground) >= 4.5, "{name:?}: {text:?} on {ground:?}");
                }
            }
            for ground in &grounds[..3] {
                assert!(contrast(theme.text_faint, *ground) >= 4.5, "{name:?}: faint on {ground:?}");
            }
            assert!(contrast(theme.on_accent, theme.accent) >= 4.5, "{name:?}");
        }
    }

    #[test]
    fn every_icon_is_in_the_font() {
        let ctx = Context::default();
        install_fonts(&ctx);
        let mut output = ctx.run_ui(egui::RawInput::default(), |_| {});
        // Nothing draws here.
        output.textures_delta.clear();
        ctx.fonts_mut(|fonts| {
            for icon in Icon::ALL {
                assert!(fonts.has_glyph(&Icon::font(ICON_SIZE), icon.character()), "{icon:?}");
            }
        });
    }
}
