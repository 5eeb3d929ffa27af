//! Workspaces: which panels are shown, and how they are docked. A person may change each; the change is kept.

use crate::panels;
use crate::theme::{SPACE, theme};
use crate::tr;
use crate::view::View;
use egui::{Color32, EventFilter, Id, Rect, Response, Role, Sense, Stroke, Ui, Visuals, WidgetInfo, WidgetText};
use egui_tiles::{
    Behavior, Container, Linear, LinearDir, SimplificationOptions, TabState, TileId, Tiles, Tree, UiResponse,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A panel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Panel {
    /// Scenes and shots as cards.
    #[default]
    Storyboard,
    /// Tracks.
    Timeline,
    /// What the timeline shows.
    Program,
    /// What a take or file shows.
    Source,
    /// What is selected, to change.
    Inspector,
    /// A shot's takes, side by side.
    Takes,
    /// Jobs.
    Queue,
    /// Takes and files of this project and others.
    Library,
    /// What was done.
    History,
    /// What a file claims.
    Verify,
    /// Kinds of files to export.
    Deliver,
}

impl Panel {
    /// Every panel.
    pub const ALL: [Self; 11] = [
        Self::Storyboard,
        Self::Timeline,
        Self::Program,
        Self::Source,
        Self::Inspector,
        Self::Takes,
        Self::Queue,
        Self::Library,
        Self::History,
        Self::Verify,
        Self::Deliver,
    ];

    /// The id of its title in the translations.
    #[must_use]
    pub fn title_id(self) -> &'static str {
        match self {
            Self::Storyboard => "panel-storyboard",
            Self::Timeline => "panel-timeline",
            Self::Program => "panel-program",
            Self::Source => "panel-source",
            Self::Inspector => "panel-inspector",
            Self::Takes => "panel-takes",
            Self::Queue => "panel-queue",
            Self::Library => "panel-library",
            Self::History => "panel-history",
            Self::Verify => "panel-verify",
            Self::Deliver => "panel-deliver",
        }
    }
}

/// A workspace: a tab in the top bar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Workspace {
    /// Plan and generate.
    #[default]
    Board,
    /// Cut.
    Cut,
    /// Compare takes.
    Review,
    /// Export.
    Deliver,
}

impl Workspace {
    /// Every workspace, in the order of the tabs.
    pub const ALL: [Self; 4] = [Self::Board, Self::Cut, Self::Review, Self::Deliver];

    /// The id of its title in the translations.
    #[must_use]
    pub fn title_id(self) -> &'static str {
        match self {
            Self::Board => "workspace-board",
            Self::Cut => "workspace-cut",
            Self::Review => "workspace-review",
            Self::Deliver => "workspace-deliver",
        }
    }

    /// The panel that keys go to when it is shown.
    #[must_use]
    pub fn main(self) -> Panel {
        match self {
            Self::Board => Panel::Storyboard,
            Self::Cut => Panel::Timeline,
            Self::Review => Panel::Takes,
            Self::Deliver => Panel::Deliver,
        }
    }

    /// Its panels as they come.
    fn standard(self) -> Tree<Panel> {
        let mut tiles = Tiles::default();
        let tab = |tiles: &mut Tiles<Panel>, panels: &[Panel]| {
            let panes = panels.iter().map(|panel| tiles.insert_pane(*panel)).collect();
            tiles.insert_tab_tile(panes)
        };
        let root = match self {
            Self::Board => {
                let board = tab(&mut tiles, &[Panel::Storyboard]);
                let program = tab(&mut tiles, &[Panel::Program, Panel::Source]);
                let inspector = tab(&mut tiles, &[Panel::Inspector, Panel::Takes, Panel::Queue, Panel::History]);
                let right = split(&mut tiles, LinearDir::Vertical, &[(program, 0.42), (inspector, 0.58)]);
                split(&mut tiles, LinearDir::Horizontal, &[(board, 0.66), (right, 0.34)])
            }
            Self::Cut => {
                let library = tab(&mut tiles, &[Panel::Library, Panel::Takes, Panel::Queue]);
                let source = tab(&mut tiles, &[Panel::Source]);
                let program = tab(&mut tiles, &[Panel::Program]);
                let inspector = tab(&mut tiles, &[Panel::Inspector, Panel::History]);
                let top = split(
                    &mut tiles,
                    LinearDir::Horizontal,
                    &[(library, 0.2), (source, 0.29), (program, 0.31), (inspector, 0.2)],
                );
                let timeline = tab(&mut tiles, &[Panel::Timeline]);
                split(&mut tiles, LinearDir::Vertical, &[(top, 0.58), (timeline, 0.42)])
            }
            Self::Review => {
                let takes = tab(&mut tiles, &[Panel::Takes]);
                let board = tab(&mut tiles, &[Panel::Storyboard, Panel::Library]);
                let inspector = tab(&mut tiles, &[Panel::Inspector, Panel::History]);
                let right = split(&mut tiles, LinearDir::Vertical, &[(board, 0.5), (inspector, 0.5)]);
                split(&mut tiles, LinearDir::Horizontal, &[(takes, 0.7), (right, 0.3)])
            }
            Self::Deliver => {
                let deliver = tab(&mut tiles, &[Panel::Deliver]);
                let program = tab(&mut tiles, &[Panel::Program]);
                let queue = tab(&mut tiles, &[Panel::Queue]);
                let verify = tab(&mut tiles, &[Panel::Verify]);
                let middle = split(&mut tiles, LinearDir::Vertical, &[(program, 0.6), (queue, 0.4)]);
                split(&mut tiles, LinearDir::Horizontal, &[(deliver, 0.28), (middle, 0.44), (verify, 0.28)])
            }
        };
        Tree::new(egui::Id::unique(("kinora", self)), root, tiles)
    }
}

fn split(tiles: &mut Tiles<Panel>, dir: LinearDir, parts: &[(TileId, f32)]) -> TileId {
    let mut linear = Linear::new(dir, parts.iter().map(|(tile, _)| *tile).collect());
    for (tile, share) in parts {
        linear.shares.set_share(*tile, *share);
    }
    tiles.insert_container(Container::Linear(linear))
}

/// How each workspace is laid out now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Layouts(BTreeMap<Workspace, Tree<Panel>>);

impl Default for Layouts {
    fn default() -> Self {
        Self(Workspace::ALL.into_iter().map(|workspace| (workspace, workspace.standard())).collect())
    }
}

impl Layouts {
    /// Puts a workspace's panels back where they come.
    pub fn reset(&mut self, workspace: Workspace) {
        self.0.insert(workspace, workspace.standard());
    }

    /// Brings a panel to the front, where the workspace has it.
    pub fn reveal(&mut self, workspace: Workspace, panel: Panel) {
        if let Some(tree) = self.0.get_mut(&workspace) {
            tree.make_active(|_, tile| matches!(tile, egui_tiles::Tile::Pane(pane) if *pane == panel));
        }
    }

    /// Draws a workspace.
    pub(crate) fn show(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        let workspace = view.session.workspace;
        let tree = self.0.entry(workspace).or_insert_with(|| workspace.standard());
        let mut docked = Docked { view, seen: Vec::new() };
        tree.ui(&mut docked, ui);
        let seen = docked.seen;
        // Keys never go to a panel that can't be seen.
        if !seen.contains(&view.session.focus) {
            let main = Some(workspace.main()).filter(|main| seen.contains(main));
            view.session.focus = main.or(seen.first().copied()).unwrap_or_default();
        }
        view.session.seen = seen;
    }
}

struct Docked<'a, 'b> {
    view: &'a mut View<'b>,
    /// The panels that were drawn, in their order.
    seen: Vec<Panel>,
}

/// What of a panel holds the keyboard when none of its controls does.
pub(crate) fn ground_id(panel: Panel) -> Id {
    Id::unique(("panel", panel))
}

impl Docked<'_, '_> {
    /// Where the keyboard comes into a panel: keys follow it, and from here Tab goes to the panel's controls.
    fn keyboard(&mut self, ui: &Ui, panel: Panel, rect: Rect) {
        let ground = ui.interact(rect, ground_id(panel), Sense::focusable_noninteractive());
        ground.widget_info(|| WidgetInfo::labeled(Role::Group, true, tr!("panel-named", name = tr!(panel.title_id()))));
        if self.view.session.focus == panel && std::mem::take(&mut self.view.session.walked) {
            ground.request_focus();
        }
        if ground.has_focus() {
            // Arrows are the panel's own.
            let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(ground.id, filter));
        }
        let gained = ui.memory(|memory| memory.focused().filter(|id| !memory.had_focus_last_frame(*id)));
        let gained = gained.and_then(|id| ui.ctx().read_response(id));
        if gained.is_some_and(|it| it.layer_id == ui.layer_id() && rect.contains(it.rect.center())) {
            self.view.session.focus = panel;
        }
    }
}

impl Behavior<Panel> for Docked<'_, '_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, panel: &mut Panel) -> UiResponse {
        let rect = ui.max_rect();
        // Keys go to the panel that was clicked last.
        let pressed = ui.input(|input| {
            input.pointer.any_pressed() && input.pointer.interact_pos().is_some_and(|at| rect.contains(at))
        });
        if pressed && ui.rect_contains_pointer(rect) {
            self.view.session.focus = *panel;
        }
        self.seen.push(*panel);
        self.keyboard(ui, *panel, rect);
        ui.push_id(*panel, |ui| panels::show(*panel, ui, self.view));
        if self.view.session.focus == *panel {
            ui.painter().hline(rect.x_range(), rect.top() + 0.5, Stroke::new(1.0, theme(ui.ctx()).accent));
        }
        UiResponse::None
    }

    fn on_tab_button(&mut self, tiles: &mut Tiles<Panel>, tile: TileId, tab: Response) -> Response {
        if let Some(panel) = tiles.get_pane(&tile).filter(|_| tab.clicked()) {
            self.view.session.focus = *panel;
        }
        tab
    }

    fn tab_title_for_pane(&mut self, panel: &Panel) -> WidgetText {
        tr!(panel.title_id()).into()
    }

    fn gap_width(&self, _style: &egui::Style) -> f32 {
        1.0
    }

    fn tab_bar_height(&self, _style: &egui::Style) -> f32 {
        28.0
    }

    fn tab_title_spacing(&self, _visuals: &Visuals) -> f32 {
        SPACE[2]
    }

    fn tab_bar_color(&self, visuals: &Visuals) -> Color32 {
        visuals.panel_fill
    }

    fn tab_bg_color(&self, visuals: &Visuals, _tiles: &Tiles<Panel>, _tile: TileId, _state: &TabState) -> Color32 {
        visuals.panel_fill
    }

    fn tab_outline_stroke(&self, _: &Visuals, _: &Tiles<Panel>, _: TileId, _: &TabState) -> egui::Stroke {
        egui::Stroke::NONE
    }

    fn tab_bar_hline_stroke(&self, visuals: &Visuals) -> egui::Stroke {
        visuals.widgets.noninteractive.bg_stroke
    }

    fn tab_text_color(&self, visuals: &Visuals, _: &Tiles<Panel>, _: TileId, state: &TabState) -> Color32 {
        if state.active { visuals.widgets.active.text_color() } else { visuals.weak_text_color() }
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions { all_panes_must_have_tabs: true, ..SimplificationOptions::default() }
    }

    fn paint_on_top_of_tile(&self, painter: &egui::Painter, _style: &egui::Style, _tile: TileId, rect: Rect) {
        let _ = (painter, rect);
    }
}

/// Fills a panel's ground and gives its inside.
pub(crate) fn ground(ui: &Ui) {
    let theme = theme(ui.ctx());
    ui.painter().rect_filled(ui.max_rect(), 0.0, theme.panel);
    let _ = ui.interact(ui.max_rect(), ui.scope_id().with("ground"), Sense::hover());
}
