//! How a video's pictures are turned before they are shown: phones record lying and say so in a display matrix.
//!
//! Deliberately not here: angles other than quarter turns, which no camera writes; they count as the nearest one.

use ffmpeg_next::codec::packet::side_data::Type;
use ffmpeg_next::format::stream::Stream;
use image::imageops;
use kinora_frame::{Frame, Size};

/// A mirror, then quarter turns clockwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Turn {
    mirrored: bool,
    quarters: u8,
}

impl Turn {
    /// As the stream says.
    pub(crate) fn of(stream: &Stream<'_>) -> Self {
        let matrix = stream.side_data().find(|data| data.kind() == Type::DisplayMatrix);
        matrix.and_then(|data| Self::from_matrix(data.data())).unwrap_or_default()
    }

    /// From FFmpeg's display matrix: nine 32-bit numbers, row by row; a point (x, y) of the picture goes to
    /// (a·x + c·y, b·x + d·y), where the first two rows begin with a, b and c, d.
    fn from_matrix(bytes: &[u8]) -> Option<Self> {
        let number = |at: usize| Some(i64::from(i32::from_ne_bytes(bytes.get(4 * at..4 * at + 4)?.try_into().ok()?)));
        let (a, b, c, d) = (number(0)?, number(1)?, number(3)?, number(4)?);
        let mirrored = a * d - b * c < 0;
        let (right, down) = if mirrored { (-a, -b) } else { (a, b) };
        let quarters = if right.abs() >= down.abs() {
            if right >= 0 { 0 } else { 2 }
        } else if down >= 0 {
            1
        } else {
            3
        };
        Some(Self { mirrored, quarters })
    }

    /// The size of what is shown.
    pub(crate) fn size(self, coded: Size) -> Size {
        if self.quarters % 2 == 1 { Size::new(coded.height, coded.width) } else { coded }
    }

    /// A width and height, or anything else that is swapped with them.
    pub(crate) fn pair<T>(self, (across, down): (T, T)) -> (T, T) {
        if self.quarters % 2 == 1 { (down, across) } else { (across, down) }
    }

    /// The picture as it is shown.
    pub(crate) fn apply(self, frame: Frame) -> Frame {
        if self == Self::default() {
            return frame;
        }
        let mirrored = match crate::picture::view(&frame) {
            Some(view) if self.mirrored => crate::picture::frame_from_image(imageops::flip_horizontal(&view)),
            _ => frame,
        };
        let Some(view) = crate::picture::view(&mirrored) else { return mirrored };
        match self.quarters {
            1 => crate::picture::frame_from_image(imageops::rotate90(&view)),
            2 => crate::picture::frame_from_image(imageops::rotate180(&view)),
            3 => crate::picture::frame_from_image(imageops::rotate270(&view)),
            _ => mirrored,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_says_where_the_upper_left_corner_goes() {
        // Where the corner of a picture of 2×3 lies afterwards, for (a, b, c, d).
        for (matrix, size, corner) in [
            ([1, 0, 0, 1], (2, 3), (0, 0)),
            ([0, 1, -1, 0], (3, 2), (2, 0)),
            ([-1, 0, 0, -1], (2, 3), (1, 2)),
            ([0, -1, 1, 0], (3, 2), (0, 1)),
            ([-1, 0, 0, 1], (2, 3), (1, 0)),
            ([1, 0, 0, -1], (2, 3), (0, 2)),
            ([0, 1, 1, 0], (3, 2), (0, 0)),
        ] {
            let [a, b, c, d] = matrix.map(|number: i32| number << 16);
            let bytes: Vec<u8> =
                [a, b, 0, c, d, 0, 0, 0, 1 << 30].iter().flat_map(|number| number.to_ne_bytes()).collect();
            let turn = Turn::from_matrix(&bytes).unwrap();
            let mut picture = Frame::filled(Size::new(2, 3), [0, 0, 0, 255]);
            picture.rgba_mut()[..4].copy_from_slice(&[255, 0, 0, 255]);
            let shown = turn.apply(picture);
            assert_eq!(shown.size(), Size::new(size.0, size.1), "{matrix:?}");
            assert_eq!(turn.size(Size::new(2, 3)), shown.size());
            assert_eq!(shown.pixel(corner.0, corner.1), Some([255, 0, 0, 255]), "{matrix:?}");
        }
        assert_eq!(Turn::from_matrix(&[0; 7]), None);
    }
}
