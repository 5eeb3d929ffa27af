//! The storyboard on paper: pages as PDF, or all shots in one picture. What was generated is marked and signed here too.

use crate::ServiceError;
use crate::arrow::draw_arrow;
use crate::clip::now;
use crate::film::{Told, manifest_beside, slug};
use crate::leave::{WorkFolder, place, sign_and_place};
use crate::lettering::{FONT, Lettering};
use crate::take::take_path;
use kinora_frame::{Frame, Size};
use kinora_job::CancelToken;
use kinora_media::{self as media, Fit, VideoSource};
use kinora_model_store::ModelStore;
use kinora_plan::Digest;
use kinora_project_file::{Disk, MediaStore};
use kinora_provenance::{Claim, SigningIdentity, SourceKind, VisibleMark, sign_beside};
use kinora_studio::planner::{BoardPicture, BoardScene, BoardSheet, BoardShot};
use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Size as Extent, Transform};
use krilla::image::Image;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};
use serde_json::json;
use std::fs;
use std::path::Path;

/// Pixels across of a shot's picture.
const PICTURE_WIDTH: u32 = 640;
/// A4 lying, in points.
const PAGE: (f32, f32) = (841.89, 595.28);
const MARGIN: f32 = 36.0;
const COLUMNS: usize = 3;
const ROWS: usize = 2;
const GAP: f32 = 18.0;
/// Shots a row of a picture of all shots.
const SHEET_COLUMNS: u32 = 4;
const SHEET_TILE: u32 = 480;

const INK: [u8; 3] = [28, 30, 34];
const GREY: [u8; 3] = [110, 116, 126];

/// A storyboard to write.
#[derive(Debug)]
pub(crate) struct BoardRequest<'a> {
    pub(crate) sheet: &'a BoardSheet,
    /// The project's folder.
    pub(crate) project: &'a Path,
    pub(crate) store: &'a ModelStore,
    /// The file to write.
    pub(crate) target: &'a Path,
    pub(crate) identity: &'a SigningIdentity,
}

/// Writes the pages, and beside them what C2PA says of the pictures in them.
pub(crate) fn export_pdf(request: &BoardRequest<'_>, cancel: &CancelToken) -> Result<(), ServiceError> {
    let work = WorkFolder::beside(request.target)?;
    let pictures = pictures_of(request, cancel)?;
    let bytes = pdf(request.sheet, &pictures)?;
    let unsigned = work.path("board.pdf");
    let written = fs::write(&unsigned, bytes).and_then(|()| fs::File::open(&unsigned)?.sync_all());
    written.map_err(ServiceError::io("the pages can't be written", &unsigned))?;
    if let Some(claim) = claim(request, "application/pdf")? {
        let manifest = work.path("manifest.c2pa");
        sign_beside(&unsigned, &manifest, &claim, request.identity, cancel)?;
        place(&manifest, &manifest_beside(request.target))?;
    }
    place(&unsigned, request.target)
}

/// Writes one picture of all shots.
pub(crate) fn export_sheet(request: &BoardRequest<'_>, cancel: &CancelToken) -> Result<(), ServiceError> {
    let work = WorkFolder::beside(request.target)?;
    let pictures = pictures_of(request, cancel)?;
    let unsigned = work.path("sheet.png");
    media::save_png(&unsigned, &sheet(request.sheet, &pictures)?)?;
    match claim(request, "image/png")? {
        Some(claim) => sign_and_place(&work, &unsigned, request.target, &claim, request.identity, cancel),
        None => place(&unsigned, request.target),
    }
}

/// What is said of the takes that are seen; nothing where nothing was generated.
fn claim(request: &BoardRequest<'_>, format: &str) -> Result<Option<Claim>, ServiceError> {
    let told = Told::of(request.project, request.store, request.sheet.takes(), false)?;
    if told.takes.is_empty() {
        return Ok(None);
    }
    let board = json!({ "takes": told.recipes, "output": format });
    Ok(Some(Claim {
        title: request.target.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        format: format.to_owned(),
        generator_version: env!("CARGO_PKG_VERSION").to_owned(),
        models: told.models,
        source: SourceKind::GeneratedFromImage,
        plan: json!({ "schema": 1, "id": Digest::of(board.to_string().as_bytes()), "board": board }),
        inputs: told.inputs,
        takes: told.takes,
        clips: Vec::new(),
        visible_mark: true,
        when: now()?,
    }))
}

/// A picture of each shot, in order: marked where it was generated.
fn pictures_of(request: &BoardRequest<'_>, cancel: &CancelToken) -> Result<Vec<Frame>, ServiceError> {
    let shape = request.sheet.shape;
    let height = PICTURE_WIDTH * shape.height.max(1) / shape.width.max(1);
    let size = Size::new(PICTURE_WIDTH, height.clamp(2, 4 * PICTURE_WIDTH));
    let mark = VisibleMark::new(size)?;
    let store = MediaStore::new(Disk, &request.project.join("media"));
    let mut pictures = Vec::new();
    for shot in request.sheet.scenes.iter().flat_map(|scene| &scene.shots) {
        cancel.check()?;
        let mut picture = match &shot.picture {
            BoardPicture::Take(take, at) => {
                let mut source = VideoSource::open(take_path(request.project, &take.plan)?)?;
                let mut frame = media::fit(&source.frame_at(*at)?.1, size, Fit::Cover);
                mark.apply(&mut frame)?;
                frame
            }
            BoardPicture::Still(sha256) => media::fit(&media::open_picture(store.locate(sha256))?, size, Fit::Contain),
            BoardPicture::Nothing => slug(size, &format!("Shot {}", shot.number), &shot.words.prompt)?,
        };
        if let Some(arrow) = shot.arrow {
            draw_arrow(&mut picture, &arrow);
        }
        pictures.push(picture);
    }
    Ok(pictures)
}

/// The words of a shot as they are printed: what they are, and they.
fn words_of(shot: &BoardShot) -> Vec<(&'static str, &str)> {
    let words = &shot.words;
    let action = if words.action.is_empty() { &words.prompt } else { &words.action };
    [
        ("", action.as_str()),
        ("Dialogue", words.dialogue.as_str()),
        ("Sound", words.sound.as_str()),
        ("Notes", words.notes.as_str()),
        ("Lens", words.lens.as_str()),
    ]
    .into_iter()
    .filter(|(_, text)| !text.trim().is_empty())
    .collect()
}

/// When a shot begins and how long it is, for people.
fn time_of(sheet: &BoardSheet, shot: &BoardShot) -> String {
    format!("{}   {:.1} s", sheet.timecode.at(shot.begins), shot.length.as_seconds())
}

struct Pages<'a> {
    sheet: &'a BoardSheet,
    letters: Lettering,
    font: Font,
    count: usize,
}

fn pdf(sheet: &BoardSheet, pictures: &[Frame]) -> Result<Vec<u8>, ServiceError> {
    let damaged = || ServiceError::Request("the font that comes with Kinora is damaged; install it again".to_owned());
    let font = Font::new(FONT.to_vec().into(), 0).ok_or_else(damaged)?;
    let per_page = COLUMNS * ROWS;
    let count = sheet.scenes.iter().map(|scene| scene.shots.len().div_ceil(per_page)).sum();
    let pages = Pages { sheet, letters: Lettering::new()?, font, count };
    let mut document = Document::new();
    let settings = PageSettings::from_wh(PAGE.0, PAGE.1);
    let mut pictures = pictures.iter();
    let mut number = 0;
    for scene in &sheet.scenes {
        for shots in scene.shots.chunks(per_page) {
            let settings = settings.clone().ok_or_else(damaged)?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            number += 1;
            pages.head(&mut surface, scene, number);
            for (place, (shot, picture)) in shots.iter().zip(pictures.by_ref()).enumerate() {
                pages.shot(&mut surface, shot, picture, place);
            }
            surface.finish();
            page.finish();
        }
    }
    document.finish().map_err(|error| ServiceError::Request(format!("the pages can't be made: {error:?}")))
}

#[allow(clippy::cast_precision_loss)]
impl Pages<'_> {
    fn text(&self, surface: &mut Surface<'_>, height: f32, text: &str, (left, top): (f32, f32), colour: [u8; 3]) {
        surface.set_fill(Some(filled(colour)));
        // Heights are those of a line; krilla wants that of the font's square.
        let ascent = self.letters.ascent(height);
        let size = height * EM_PER_LINE;
        surface.draw_text(
            Point::from_xy(left, top + ascent),
            self.font.clone(),
            size,
            text,
            false,
            TextDirection::Auto,
        );
    }

    fn head(&self, surface: &mut Surface<'_>, scene: &BoardScene, number: usize) {
        self.text(surface, 16.0, &self.sheet.name, (MARGIN, MARGIN - 12.0), INK);
        self.text(surface, 12.0, &scene.heading, (MARGIN, MARGIN + 7.0), GREY);
        let page = format!("{number} / {}", self.count);
        let left = PAGE.0 - MARGIN - self.letters.width(12.0, &page);
        self.text(surface, 12.0, &page, (left, MARGIN - 10.0), GREY);
    }

    fn shot(&self, surface: &mut Surface<'_>, shot: &BoardShot, picture: &Frame, place: usize) {
        let (column, row) = (place % COLUMNS, place / COLUMNS);
        let width = (PAGE.0 - 2.0 * MARGIN - (COLUMNS - 1) as f32 * GAP) / COLUMNS as f32;
        let top_of_rows = MARGIN + 26.0;
        let height = (PAGE.1 - top_of_rows - MARGIN - (ROWS - 1) as f32 * GAP) / ROWS as f32;
        let (left, top) = (MARGIN + column as f32 * (width + GAP), top_of_rows + row as f32 * (height + GAP));
        // Tall pictures leave room for their words.
        let shape = picture.size().height as f32 / picture.size().width.max(1) as f32;
        let picture_height = (width * shape).min(height * 0.62);
        let picture_width = picture_height / shape;
        let indent = (width - picture_width) / 2.0;
        let image = Image::from_rgba8(picture.rgba().to_vec(), picture.size().width, picture.size().height);
        if let Some(extent) = Extent::from_wh(picture_width, picture_height) {
            surface.push_transform(&Transform::from_translate(left + indent, top));
            surface.draw_image(image, extent);
            surface.pop();
        }
        let mut y = top + picture_height + 5.0;
        self.text(surface, 13.0, &shot.number, (left, y), INK);
        let time = time_of(self.sheet, shot);
        self.text(surface, 10.0, &time, (left + width - self.letters.width(10.0, &time), y + 2.0), GREY);
        y += 17.0;
        line(surface, left, y - 2.0, width);
        let end = top + height;
        for (what, words) in words_of(shot) {
            let text = if what.is_empty() { words.to_owned() } else { format!("{what}: {words}") };
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let room = (((end - y) / 12.0).floor().max(0.0) as usize).min(4);
            if room == 0 {
                break;
            }
            for line in self.letters.wrapped(10.5, &text, width, room) {
                self.text(surface, 10.5, &line, (left, y), if what.is_empty() { INK } else { GREY });
                y += 12.0;
            }
        }
    }
}

/// Inter's square as a part of its line, from ascent to descent.
const EM_PER_LINE: f32 = 2048.0 / (1984.0 + 494.0);

fn filled([red, green, blue]: [u8; 3]) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

/// A thin line under a shot's number.
fn line(surface: &mut Surface<'_>, left: f32, top: f32, width: f32) {
    let mut path = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(left, top, width, 0.5) {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.set_fill(Some(filled(GREY)));
        surface.draw_path(&path);
    }
}

/// All shots in one picture, each with its number and time.
#[allow(clippy::cast_precision_loss)]
fn sheet(sheet: &BoardSheet, pictures: &[Frame]) -> Result<Frame, ServiceError> {
    const PAPER: [u8; 4] = [24, 25, 28, 255];
    const GAP: u32 = 16;
    let letters = Lettering::new()?;
    let shape = pictures.first().map_or(Size::new(16, 9), Frame::size);
    let tile = Size::new(SHEET_TILE, (SHEET_TILE * shape.height / shape.width.max(1)).max(1));
    let caption = SHEET_TILE / 12;
    let count = u32::try_from(pictures.len()).unwrap_or(u32::MAX);
    let columns = SHEET_COLUMNS.min(count.max(1));
    let rows = count.div_ceil(columns);
    let step = (tile.width + GAP, tile.height + caption + GAP);
    let mut out = Frame::filled(Size::new(columns * step.0 + GAP, rows * step.1 + GAP), PAPER);
    let shots = sheet.scenes.iter().flat_map(|scene| &scene.shots);
    for (place, (shot, picture)) in (0..count).zip(shots.zip(pictures)) {
        let (left, top) = (GAP + place % columns * step.0, GAP + place / columns * step.1);
        let picture = media::fit(picture, tile, Fit::Contain);
        let (stride, row) = (out.size().width as usize * 4, tile.width as usize * 4);
        let lines = out.rgba_mut().chunks_exact_mut(stride).skip(top as usize);
        for (to, from) in lines.zip(picture.rgba().chunks_exact(row)) {
            to[left as usize * 4..left as usize * 4 + row].copy_from_slice(from);
        }
        let height = caption as f32 * 0.62;
        let y = (top + tile.height) as f32 + caption as f32 * 0.15;
        letters.draw(&mut out, height, &shot.number, (left as f32, y), [236, 238, 242]);
        let time = time_of(sheet, shot);
        let x = (left + tile.width) as f32 - letters.width(height, &time);
        letters.draw(&mut out, height, &time, (x, y), [150, 156, 166]);
    }
    Ok(out)
}
