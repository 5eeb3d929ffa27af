//! A picture in the layout that a film's encoder takes as it is: made once, however often it is shown.
//!
//! Deliberately not here: how pictures get into that layout (`film.rs` from frames, `source.rs` from videos).

use crate::scale::{Layout, Matrix, Scaler, allocate, frame_from_video};
use ffmpeg_next as ffmpeg;
use ffmpeg_next::color;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::util::frame::Video;
use kinora_frame::{Frame, PlaneKind, PlaneMut, Size};

/// How a film keeps its pictures: [`crate::FilmSettings::layout`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilmLayout(pub(crate) Layout);

impl FilmLayout {
    /// Whether pictures are light and differences of colour in planes, as in most videos, rather than red, green and blue.
    #[must_use]
    pub fn is_planar(self) -> bool {
        self.0.format != Pixel::BGRZ
    }

    /// Pixels of a picture.
    #[must_use]
    pub fn size(self) -> Size {
        self.0.size
    }
}

/// A picture as a film keeps it.
pub struct FilmPicture {
    pub(crate) video: Video,
    layout: Layout,
}

impl FilmPicture {
    /// How it is kept.
    #[must_use]
    pub fn layout(&self) -> FilmLayout {
        FilmLayout(self.layout)
    }

    /// A picture that `fill` fills.
    pub(crate) fn made(
        layout: FilmLayout,
        fill: impl FnOnce(&mut Video) -> Result<(), ffmpeg::Error>,
    ) -> Result<Self, ffmpeg::Error> {
        let FilmLayout(layout) = layout;
        let mut video = allocate(layout.format, layout.size)?;
        fill(&mut video)?;
        if !layout.full_range {
            video.set_color_space(color::Space::BT709);
            video.set_color_range(color::Range::MPEG);
            video.set_color_primaries(color::Primaries::BT709);
            video.set_color_transfer_characteristic(color::TransferCharacteristic::BT709);
        }
        Ok(Self { video, layout })
    }

    /// Hands out the planes one after the other; none where the layout has no planes.
    pub fn each_plane<E>(&mut self, mut change: impl FnMut(PlaneMut<'_>) -> Result<(), E>) -> Result<(), E> {
        let Some(format) = self.layout.format.descriptor().filter(|_| FilmLayout(self.layout).is_planar()) else {
            return Ok(());
        };
        let bits = if self.layout.format == Pixel::YUV422P10LE { 10 } else { 8 };
        for plane in 0..self.video.planes() {
            let kind = match plane {
                0 => PlaneKind::Light,
                _ => PlaneKind::Colour(1 << format.log2_chroma_w(), 1 << format.log2_chroma_h()),
            };
            let stride = self.video.stride(plane);
            change(PlaneMut { bytes: self.video.data_mut(plane), stride, frame: self.layout.size, kind, bits })?;
        }
        Ok(())
    }

    /// The picture as a frame.
    ///
    /// # Errors
    /// [`crate::MediaError::Encode`] if FFmpeg can't convert it.
    pub fn frame(&self) -> Result<Frame, crate::MediaError> {
        let converted = || {
            let mut rgba = allocate(Pixel::RGBA, self.layout.size)?;
            Scaler::new(self.layout, Layout::rgba(self.layout.size))?.run(&self.video, &mut rgba)?;
            Ok(frame_from_video(&rgba))
        };
        let failed = |error| crate::MediaError::encoding("converting a picture", error, std::path::Path::new(""));
        converted().map_err(failed)
    }
}

/// Whether pictures of a layout can go into a film's as they are, with nothing lost on the way but size and bits: light and differences
/// of colour, opaque, by the same matrix.
pub(crate) fn goes_straight(from: Layout, film: FilmLayout) -> bool {
    let Some(format) = from.format.descriptor() else { return false };
    // SAFETY: descriptors are static in FFmpeg.
    let (components, flags) = unsafe { ((*format.as_ptr()).nb_components, (*format.as_ptr()).flags) };
    let other =
        ffmpeg::ffi::AV_PIX_FMT_FLAG_RGB | ffmpeg::ffi::AV_PIX_FMT_FLAG_PAL | ffmpeg::ffi::AV_PIX_FMT_FLAG_ALPHA;
    let same_matrix = from.matrix == film.0.matrix && film.0.matrix == Matrix::Bt709;
    film.is_planar() && components == 3 && flags & u64::from(other.cast_unsigned()) == 0 && same_matrix
}
