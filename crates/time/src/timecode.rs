//! SMPTE timecode (SMPTE ST 12-1): hours, minutes, seconds and frames that label the frames of a clip.
//!
//! At 29.97 and 59.94 frames a second labels run slower than the clock; drop-frame counting leaves out the first labels of each
//! minute but every tenth, so that an hour of labels is an hour. No frame is dropped, only its label.

use crate::{Flicks, FrameRate};
use std::fmt;

const SECONDS_A_DAY: i64 = 24 * 60 * 60;
const MINUTES_A_DAY: i64 = 24 * 60;

/// How frames are labelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct TimecodeFormat {
    rate: FrameRate,
    drop_frame: bool,
}

/// Drop-frame counting exists for 29.97 and 59.94 alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("drop-frame timecode exists at 29.97 and 59.94 frames a second, not at {0}")]
pub struct NoDropFrame(FrameRate);

/// The text is no timecode of the format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no timecode at {format}; write hours:minutes:seconds:frames, such as {example}")]
pub struct NoTimecode {
    text: String,
    format: TimecodeFormat,
    example: String,
}

/// The label of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timecode {
    format: TimecodeFormat,
    /// Frames since 00:00:00:00, of one day.
    frame: i64,
}

impl TimecodeFormat {
    /// Every frame has the next label.
    #[must_use]
    pub const fn non_drop(rate: FrameRate) -> Self {
        Self { rate, drop_frame: false }
    }

    /// Labels are left out so that they keep up with the clock.
    ///
    /// # Errors
    /// [`NoDropFrame`] at other rates than 29.97 and 59.94.
    pub fn drop(rate: FrameRate) -> Result<Self, NoDropFrame> {
        let possible = rate.denominator() == 1001 && matches!(rate.numerator(), 30_000 | 60_000);
        if possible { Ok(Self { rate, drop_frame: true }) } else { Err(NoDropFrame(rate)) }
    }

    /// The frame rate.
    #[must_use]
    pub const fn rate(self) -> FrameRate {
        self.rate
    }

    /// Whether labels are left out.
    #[must_use]
    pub const fn is_drop_frame(self) -> bool {
        self.drop_frame
    }

    /// Frames that a second of labels counts: 30 at 29.97.
    fn labels_a_second(self) -> i64 {
        let (n, d) = (i64::from(self.rate.numerator()), i64::from(self.rate.denominator()));
        (n + d - 1) / d
    }

    /// Labels that a minute leaves out, but every tenth.
    fn left_out(self) -> i64 {
        if self.drop_frame { self.labels_a_second() / 15 } else { 0 }
    }

    /// Frames that a day of labels holds.
    #[must_use]
    pub fn frames_a_day(self) -> i64 {
        SECONDS_A_DAY * self.labels_a_second() - (MINUTES_A_DAY - MINUTES_A_DAY / 10) * self.left_out()
    }

    /// The label of frame `frame`, counted from 00:00:00:00; after a day it begins anew, before it yesterday's.
    #[must_use]
    pub fn of_frame(self, frame: i64) -> Timecode {
        Timecode { format: self, frame: frame.rem_euclid(self.frames_a_day()) }
    }

    /// The label of the frame that is shown at a time.
    #[must_use]
    pub fn at(self, time: Flicks) -> Timecode {
        self.of_frame(time.0.div_euclid(self.rate.frame_duration().0))
    }

    /// Reads `01:02:03:04`, `01:02:03;04`, or a shorter form without hours and minutes.
    ///
    /// # Errors
    /// [`NoTimecode`] if a part is missing or too large, or the label is one that drop-frame counting leaves out.
    pub fn parse(self, text: &str) -> Result<Timecode, NoTimecode> {
        self.read(text).ok_or_else(|| NoTimecode {
            text: text.to_owned(),
            format: self,
            example: self.of_frame(self.frames_a_day() / 7).to_string(),
        })
    }

    fn read(self, text: &str) -> Option<Timecode> {
        let parts = text.trim().split([':', ';', '.']).map(read_number).collect::<Option<Vec<_>>>()?;
        let (frames, larger) = parts.split_last()?;
        if larger.len() > 3 {
            return None;
        }
        let mut places = larger.iter().rev().copied().chain(std::iter::repeat(0));
        let (seconds, minutes, hours) = (places.next()?, places.next()?, places.next()?);
        let fits = hours < 24 && minutes < 60 && seconds < 60 && *frames < self.labels_a_second();
        let left_out = minutes % 10 != 0 && seconds == 0 && *frames < self.left_out();
        if !fits || left_out {
            return None;
        }
        let whole_minutes = 60 * hours + minutes;
        let label = (60 * whole_minutes + seconds) * self.labels_a_second() + frames;
        Some(self.of_frame(label - (whole_minutes - whole_minutes / 10) * self.left_out()))
    }
}

fn read_number(part: &str) -> Option<i64> {
    let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if digits { part.parse().ok() } else { None }
}

impl Timecode {
    /// Frames since 00:00:00:00.
    #[must_use]
    pub const fn frame(self) -> i64 {
        self.frame
    }

    /// When the frame begins, from 00:00:00:00.
    #[must_use]
    pub fn start(self) -> Flicks {
        self.format.rate.frame_start(self.frame)
    }

    /// Hours, minutes, seconds and frames of the label.
    #[must_use]
    pub fn parts(self) -> [i64; 4] {
        let (rate, left_out) = (self.format.labels_a_second(), self.format.left_out());
        let (minute, ten_minutes) = (60 * rate - left_out, 600 * rate - 9 * left_out);
        let (tens, rest) = (self.frame / ten_minutes, self.frame % ten_minutes);
        // The first of ten minutes is a whole one; each of the others begins where labels were left out.
        let dropped = if rest < 60 * rate { 0 } else { 1 + (rest - 60 * rate) / minute };
        let label = self.frame + left_out * (9 * tens + dropped);
        let seconds = label / rate;
        [seconds / 3600, seconds / 60 % 60, seconds % 60, label % rate]
    }
}

impl fmt::Display for Timecode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [hours, minutes, seconds, frames] = self.parts();
        let mark = if self.format.drop_frame { ';' } else { ':' };
        write!(f, "{hours:02}:{minutes:02}:{seconds:02}{mark}{frames:02}")
    }
}

impl fmt::Display for TimecodeFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.rate, if self.drop_frame { " drop-frame" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> FrameRate {
        text.parse().unwrap()
    }

    /// All formats that editors meet.
    fn formats() -> Vec<TimecodeFormat> {
        let mut formats: Vec<_> = ["23.976", "24", "25", "29.97", "30", "50", "59.94", "60"]
            .map(|r| TimecodeFormat::non_drop(rate(r)))
            .into();
        formats.extend(["29.97", "59.94"].map(|r| TimecodeFormat::drop(rate(r)).unwrap()));
        formats
    }

    /// Counts labels one by one, as a clock would: the definition of ST 12-1.
    struct Clock([i64; 4]);

    impl Clock {
        fn tick(&mut self, format: TimecodeFormat) {
            let [h, m, s, f] = &mut self.0;
            *f += 1;
            if *f == format.labels_a_second() {
                (*f, *s) = (0, *s + 1);
            }
            if *s == 60 {
                (*s, *m) = (0, *m + 1);
                if *m % 10 != 0 {
                    *f = format.left_out();
                }
            }
            if *m == 60 {
                (*m, *h) = (0, *h + 1);
            }
        }
    }

    #[test]
    fn every_frame_of_a_day_has_the_label_that_counting_gives() {
        for format in formats() {
            let mut clock = Clock([0; 4]);
            for frame in 0..format.frames_a_day() {
                assert_eq!(format.of_frame(frame).parts(), clock.0, "{format} frame {frame}");
                clock.tick(format);
            }
            assert_eq!(clock.0, [24, 0, 0, 0], "{format}");
        }
    }

    #[test]
    fn a_label_is_read_back_as_its_frame() {
        for format in formats() {
            // A step that meets every second, frame and minute of ten.
            for frame in (0..format.frames_a_day()).step_by(997) {
                let code = format.of_frame(frame);
                assert_eq!(format.parse(&code.to_string()), Ok(code));
                assert_eq!(format.at(code.start()), code);
                assert_eq!(format.at(Flicks(code.start().0 + format.rate().frame_duration().0 - 1)), code);
            }
        }
    }

    #[test]
    fn an_hour_of_drop_frame_labels_is_an_hour() {
        let format = TimecodeFormat::drop(rate("29.97")).unwrap();
        let hour = format.parse("01:00:00;00").unwrap();
        assert_eq!(hour.frame(), 107_892);
        assert!((hour.start().as_seconds() - 3600.0).abs() < 0.01);
        assert_eq!(TimecodeFormat::non_drop(rate("29.97")).parse("01:00:00:00").unwrap().frame(), 108_000);
    }

    #[test]
    fn labels_that_do_not_exist_are_refused() {
        let drop = TimecodeFormat::drop(rate("29.97")).unwrap();
        for text in [
            "00:01:00;00",
            "00:01:00;01",
            "00:59:00;01",
            "",
            ":",
            "00:00:00:30",
            "24:00:00:00",
            "00:60:00:00",
            "a",
            "1:2:3:4:5",
            "-1:00",
            "001:00:00:00",
        ] {
            assert!(drop.parse(text).is_err(), "{text}");
        }
        assert!(drop.parse("00:10:00;00").is_ok());
        assert_eq!(drop.parse("1:02").unwrap().frame(), 32);
        let error = drop.parse("00:01:00;00").unwrap_err().to_string();
        assert!(error.contains("30000/1001 drop-frame") && error.contains("such as"), "{error}");
    }

    #[test]
    fn drop_frame_is_for_two_rates_alone() {
        for text in ["23.976", "24", "25", "30", "60"] {
            assert!(TimecodeFormat::drop(rate(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_begins_anew() {
        let format = TimecodeFormat::non_drop(rate("25"));
        assert_eq!(format.of_frame(-1).to_string(), "23:59:59:24");
        assert_eq!(format.of_frame(format.frames_a_day()).to_string(), "00:00:00:00");
        assert_eq!(format.at(Flicks(-1)).to_string(), "23:59:59:24");
    }
}
