//! One video stream into one file: what encoders make goes through a muxer, and a file that isn't finished goes away.

use crate::MediaError;
use ffmpeg_next as ffmpeg;
use ffmpeg_next::util::frame::Video;
use ffmpeg_next::{Dictionary, Packet, Rational, encoder, format};
use kinora_time::FrameRate;
use std::fs;
use std::path::{Path, PathBuf};

/// A video file that is being written.
pub(crate) struct VideoFile {
    // Fields drop in this order: FFmpeg closes the file before the guard removes it.
    output: format::context::Output,
    encoder: encoder::video::Encoder,
    file: PartialFile,
    base: Rational,
    frames: i64,
}

/// A file that goes away unless it is kept.
struct PartialFile {
    path: PathBuf,
    keep: bool,
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if !self.keep {
            // Nothing more can be done if it can't be removed; the reason is already on its way to the caller.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Seconds of a frame.
pub(crate) fn frame_base(rate: FrameRate) -> Rational {
    Rational(rate.denominator().cast_signed(), rate.numerator().cast_signed())
}

impl VideoFile {
    /// Creates the file, or replaces the one that is there, and writes its header. `container` is FFmpeg's name of it.
    pub(crate) fn create(
        path: &Path,
        container: &str,
        encoder: encoder::video::Encoder,
        rate: FrameRate,
        options: Dictionary<'_>,
    ) -> Result<Self, MediaError> {
        let opening = |error| MediaError::encoding("creating the video", error, path);
        let name = path.to_str().filter(|name| !name.contains('\0')).ok_or_else(|| MediaError::Encode {
            reason: "FFmpeg needs a path in Unicode; rename the folder".to_owned(),
            path: path.to_owned(),
        })?;
        // With its scheme, a path is never taken for another protocol, whatever colons it has.
        let mut output = format::output_as(&format!("file:{name}"), container).map_err(opening)?;
        let file = PartialFile { path: path.to_owned(), keep: false };
        let base = frame_base(rate);
        if let Err(error) = write_header(&mut output, &encoder, base, options) {
            drop(output); // closed before `file` removes it
            return Err(opening(error));
        }
        Ok(Self { output, encoder, file, base, frames: 0 })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.file.path
    }

    /// Encodes one picture more, in the encoder's own layout.
    pub(crate) fn push(&mut self, mut picture: Video) -> Result<(), ffmpeg::Error> {
        picture.set_pts(Some(self.frames));
        self.frames += 1;
        self.encoder.send_frame(&picture)?;
        self.write_packets()
    }

    /// Makes the file whole and flushes it to the disk.
    pub(crate) fn finish(mut self) -> Result<(), MediaError> {
        if self.frames == 0 {
            return Err(MediaError::NoFrames { path: self.file.path.clone() });
        }
        self.try_finish().map_err(|error| MediaError::encoding("finishing the video", error, &self.file.path))?;
        let Self { output, mut file, .. } = self;
        drop(output);
        // What the system has only promised to write fails here rather than after the caller's rename.
        fs::OpenOptions::new()
            .write(true)
            .open(&file.path)
            .and_then(|written| written.sync_all())
            .map_err(|source| MediaError::writing("finishing the video", source, &file.path))?;
        file.keep = true;
        Ok(())
    }

    fn try_finish(&mut self) -> Result<(), ffmpeg::Error> {
        self.encoder.send_eof()?;
        self.write_packets()?;
        self.output.write_trailer()
    }

    /// Moves what the encoder has ready into the file.
    fn write_packets(&mut self) -> Result<(), ffmpeg::Error> {
        let mut packet = Packet::empty();
        loop {
            match self.encoder.receive_packet(&mut packet) {
                Ok(()) => {}
                Err(ffmpeg::Error::Eof | ffmpeg::Error::Other { errno: ffmpeg::error::EAGAIN }) => return Ok(()),
                Err(error) => return Err(error),
            }
            packet.set_stream(0);
            packet.set_duration(1);
            let file_base = self.output.stream(0).map_or(self.base, |stream| stream.time_base());
            packet.rescale_ts(self.base, file_base);
            packet.write_interleaved(&mut self.output)?;
        }
    }
}

fn write_header(
    output: &mut format::context::Output,
    encoder: &encoder::video::Encoder,
    base: Rational,
    mut options: Dictionary<'_>,
) -> Result<(), ffmpeg::Error> {
    let mut stream = output.add_stream_with(encoder)?;
    stream.set_time_base(base);
    stream.set_avg_frame_rate(base.invert());
    options.set("fflags", "+bitexact");
    output.write_header_with(options)?;
    Ok(())
}
