//! Icons: those of [Lucide](https://lucide.dev) that the editor uses, drawn from a font that holds only them (assets/fonts).

use egui::{Align2, Color32, FontFamily, FontId, Painter, Pos2, Rect};

/// The font family that holds the icons.
pub(super) const FAMILY: &str = "icons";
/// The size of an icon beside text of the body's size.
pub const ICON_SIZE: f32 = 16.0;

macro_rules! icons {
    ($($name:ident = $code:literal,)*) => {
        /// An icon, by its name in Lucide.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum Icon { $($name),* }

        impl Icon {
            /// Every icon.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its character in the icons' font.
            #[must_use]
            pub fn character(self) -> char {
                match self { $(Self::$name => $code),* }
            }
        }
    };
}

icons! {
    ArrowDown = '\u{e042}',
    ArrowLeftRight = '\u{e24a}',
    ArrowRight = '\u{e049}',
    ArrowUp = '\u{e04a}',
    AudioLines = '\u{e55a}',
    Ban = '\u{e051}',
    Blend = '\u{e59c}',
    Bookmark = '\u{e060}',
    Brackets = '\u{e443}',
    Camera = '\u{e064}',
    Captions = '\u{e3a4}',
    Check = '\u{e06c}',
    ChevronDown = '\u{e06d}',
    ChevronLeft = '\u{e06e}',
    ChevronRight = '\u{e06f}',
    ChevronUp = '\u{e070}',
    Circle = '\u{e076}',
    CircleAlert = '\u{e077}',
    CircleCheck = '\u{e226}',
    CircleDashed = '\u{e4b0}',
    CircleDot = '\u{e345}',
    CircleHelp = '\u{e082}',
    CirclePause = '\u{e07f}',
    CirclePlay = '\u{e080}',
    CircleStop = '\u{e083}',
    CircleX = '\u{e084}',
    Clapperboard = '\u{e29b}',
    Clock = '\u{e087}',
    Columns2 = '\u{e098}',
    Command = '\u{e09a}',
    Contrast = '\u{e09d}',
    Copy = '\u{e09e}',
    CornerDownLeft = '\u{e0a1}',
    Dice5 = '\u{e28b}',
    Download = '\u{e0b2}',
    Ellipsis = '\u{e0b6}',
    EllipsisVertical = '\u{e0b7}',
    Eye = '\u{e0ba}',
    EyeOff = '\u{e0bb}',
    FileAudio = '\u{e31a}',
    FileImage = '\u{e31c}',
    FileVideo = '\u{e321}',
    Film = '\u{e0d0}',
    Flag = '\u{e0d1}',
    FlipHorizontal = '\u{e35d}',
    Folder = '\u{e0d7}',
    FolderOpen = '\u{e247}',
    Gauge = '\u{e1bf}',
    GripHorizontal = '\u{e0ea}',
    GripVertical = '\u{e0eb}',
    Headphones = '\u{e0f1}',
    Heart = '\u{e0f2}',
    History = '\u{e1f5}',
    Hourglass = '\u{e296}',
    Image = '\u{e0f6}',
    Info = '\u{e0f9}',
    Keyboard = '\u{e284}',
    Languages = '\u{e0fe}',
    Layers = '\u{e529}',
    LayoutGrid = '\u{e0ff}',
    Link = '\u{e102}',
    ListTodo = '\u{e4c3}',
    LoaderCircle = '\u{e10a}',
    Lock = '\u{e10b}',
    LockOpen = '\u{e10c}',
    LogOut = '\u{e10e}',
    Magnet = '\u{e2b5}',
    MapPin = '\u{e111}',
    Maximize = '\u{e112}',
    Minus = '\u{e11c}',
    Monitor = '\u{e11d}',
    Moon = '\u{e11e}',
    Move = '\u{e121}',
    Music = '\u{e122}',
    Package = '\u{e129}',
    Palette = '\u{e1dd}',
    PanelLeft = '\u{e12a}',
    Pause = '\u{e12e}',
    Pencil = '\u{e1f9}',
    Play = '\u{e13c}',
    Plus = '\u{e13d}',
    Radio = '\u{e142}',
    Ratio = '\u{e4e8}',
    Redo2 = '\u{e2a0}',
    RefreshCw = '\u{e145}',
    Repeat = '\u{e146}',
    RotateCcw = '\u{e148}',
    Save = '\u{e14d}',
    Scissors = '\u{e14e}',
    Search = '\u{e151}',
    Settings = '\u{e154}',
    Share = '\u{e155}',
    ShieldAlert = '\u{e1fe}',
    ShieldCheck = '\u{e1ff}',
    ShieldX = '\u{e200}',
    SkipBack = '\u{e15f}',
    SkipForward = '\u{e160}',
    SlidersHorizontal = '\u{e29a}',
    Snowflake = '\u{e165}',
    Sparkles = '\u{e412}',
    SplitSquareHorizontal = '\u{e3b6}',
    Square = '\u{e167}',
    Star = '\u{e176}',
    StepBack = '\u{e3e9}',
    StepForward = '\u{e3ea}',
    StickyNote = '\u{e303}',
    Sun = '\u{e178}',
    Timer = '\u{e1e0}',
    Trash2 = '\u{e18e}',
    TriangleAlert = '\u{e193}',
    Type = '\u{e198}',
    Undo2 = '\u{e2a1}',
    Unlink = '\u{e19c}',
    Upload = '\u{e19e}',
    User = '\u{e19f}',
    Users = '\u{e1a4}',
    Volume2 = '\u{e1ab}',
    VolumeX = '\u{e1ac}',
    WandSparkles = '\u{e357}',
    X = '\u{e1b2}',
    ZoomIn = '\u{e1b6}',
    ZoomOut = '\u{e1b7}',
}

impl Icon {
    /// The font to draw it with, `size` points high.
    #[must_use]
    pub fn font(size: f32) -> FontId {
        FontId::new(size, FontFamily::Name(FAMILY.into()))
    }

    /// As text in the icons' font: for buttons whose accessible name is set apart.
    #[must_use]
    pub fn rich(self, size: f32) -> egui::RichText {
        egui::RichText::new(self.character()).font(Self::font(size))
    }

    /// Draws it around a point.
    pub fn paint_at(self, painter: &Painter, middle: Pos2, size: f32, colour: Color32) -> Rect {
        painter.text(middle, Align2::CENTER_CENTER, self.character(), Self::font(size), colour)
    }
}
