//! A playhead: where it is, how fast it runs, in and out. Frames are those of the project's rate.

use kinora_time::{Flicks, FrameRate};

/// Speeds of J and L: each press goes one further.
const SPEEDS: [f64; 4] = [1.0, 2.0, 4.0, 8.0];

/// What happens at the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wrap {
    /// It stops.
    #[default]
    Stop,
    /// It starts again.
    Loop,
}

/// A playhead.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Transport {
    frame: u32,
    /// Times its own speed; 0 stands still, less is backwards.
    speed: f64,
    /// How often it was set going or put somewhere.
    moves: u64,
    /// The frame that it ran from, and when that was in seconds.
    from: (f64, f64),
    /// The first frame that counts, if one was set.
    pub mark_in: Option<u32>,
    /// The frame after the last that counts, if one was set.
    pub mark_out: Option<u32>,
    /// What happens at the end.
    pub wrap: Wrap,
}

impl Transport {
    /// One that starts again at its end.
    #[must_use]
    pub fn looping() -> Self {
        Self { wrap: Wrap::Loop, ..Self::default() }
    }

    /// Where it is.
    #[must_use]
    pub fn frame(&self) -> u32 {
        self.frame
    }

    /// How fast it runs: 1 is its own speed, 0 stands still.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Another number whenever it was set going or put somewhere.
    #[must_use]
    pub fn moves(&self) -> u64 {
        self.moves
    }

    /// Whether it runs.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.speed != 0.0
    }

    /// Puts it on a frame; it runs on from there if it ran. `now` in seconds.
    pub fn seek(&mut self, frame: u32, now: f64) {
        self.frame = frame;
        self.moves += 1;
        self.from = (f64::from(frame), now);
    }

    /// Goes some frames on or back, and stands still.
    pub fn step(&mut self, by: i32, frames: u32) {
        self.pause();
        self.moves += 1;
        self.frame = self.frame.saturating_add_signed(by).min(frames.saturating_sub(1));
    }

    /// Stands still.
    pub fn pause(&mut self) {
        self.speed = 0.0;
    }

    /// Runs at a speed.
    pub fn play_at(&mut self, speed: f64, now: f64) {
        self.speed = speed;
        self.moves += 1;
        self.from = (f64::from(self.frame), now);
    }

    /// Space: runs at its own speed, or stands still. At the end it starts at the beginning.
    pub fn toggle(&mut self, now: f64, frames: u32) {
        if self.is_playing() {
            self.pause();
            return;
        }
        if self.frame + 1 >= frames {
            self.frame = self.mark_in.unwrap_or(0);
        }
        self.play_at(1.0, now);
    }

    /// L: forwards, faster with each press.
    pub fn forwards(&mut self, now: f64) {
        self.play_at(faster(self.speed.max(0.0)), now);
    }

    /// J: backwards, faster with each press.
    pub fn backwards(&mut self, now: f64) {
        self.play_at(-faster((-self.speed).max(0.0)), now);
    }

    /// Moves it to where it is now: where the sound is, if that leads, else by the clock. `frames` is how many there are.
    pub fn tick(&mut self, now: f64, rate: FrameRate, frames: u32, sound: Option<Flicks>) {
        let last = frames.saturating_sub(1);
        if !self.is_playing() {
            self.frame = self.frame.min(last);
            return;
        }
        if let Some(sound) = sound {
            #[allow(clippy::cast_precision_loss)]
            let place = sound.0 as f64 / rate.frame_duration().0.max(1) as f64;
            self.from = (place, now);
        }
        let (frame, since) = self.from;
        let place = frame + (now - since) * rate.as_f64() * self.speed;
        let (first, end) = match self.wrap {
            Wrap::Loop => (self.mark_in.unwrap_or(0), self.mark_out.unwrap_or(frames).min(frames)),
            Wrap::Stop => (0, frames),
        };
        if place >= f64::from(end) || place < f64::from(first) {
            match self.wrap {
                Wrap::Loop if end > first => {
                    let again = if self.speed > 0.0 { first } else { end - 1 };
                    self.seek(again, now);
                }
                _ => {
                    self.frame = if self.speed > 0.0 { last } else { first };
                    self.pause();
                }
            }
            return;
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let place = place.max(0.0) as u32;
        self.frame = place.min(last);
    }

    /// The range that in and out mark, as frames from and to; all of `frames` without them.
    #[must_use]
    pub fn marked(&self, frames: u32) -> (u32, u32) {
        let from = self.mark_in.unwrap_or(0).min(frames);
        (from, self.mark_out.unwrap_or(frames).clamp(from, frames))
    }
}

fn faster(speed: f64) -> f64 {
    SPEEDS.into_iter().find(|faster| *faster > speed).unwrap_or(SPEEDS[SPEEDS.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_runs_at_the_projects_rate_and_stops_on_the_last_frame() {
        let mut transport = Transport::default();
        transport.toggle(10.0, 48);
        transport.tick(10.0 + 12.5 / 24.0, FrameRate::FPS_24, 48, None);
        assert_eq!((transport.frame(), transport.is_playing()), (12, true));
        transport.tick(13.0, FrameRate::FPS_24, 48, None);
        assert_eq!((transport.frame(), transport.is_playing()), (47, false));
        transport.toggle(20.0, 48);
        assert_eq!(transport.frame(), 0, "at the end it starts again");
    }

    #[test]
    fn the_picture_follows_the_sound_and_goes_on_by_the_clock_without_it() {
        let second = kinora_time::FLICKS_PER_SECOND;
        let mut transport = Transport::default();
        transport.play_at(1.0, 10.0);
        transport.tick(10.5, FrameRate::FPS_24, 480, Some(Flicks(0)));
        assert_eq!(transport.frame(), 0, "the sound has not begun");
        transport.tick(11.0, FrameRate::FPS_24, 480, Some(Flicks(second / 2)));
        assert_eq!(transport.frame(), 12);
        transport.tick(12.0, FrameRate::FPS_24, 480, None);
        assert_eq!(transport.frame(), 36, "a second after the sound was lost");
    }

    #[test]
    fn j_and_l_go_faster_with_each_press_and_turn_around() {
        let mut transport = Transport::default();
        transport.seek(24, 0.0);
        let mut speeds = Vec::new();
        for key in "lllllj jj".chars() {
            match key {
                'l' => transport.forwards(0.0),
                'j' => transport.backwards(0.0),
                _ => transport.pause(),
            }
            speeds.push(transport.speed());
        }
        assert_eq!(speeds, [1.0, 2.0, 4.0, 8.0, 8.0, -1.0, 0.0, -1.0, -2.0]);
        transport.tick(0.5, FrameRate::FPS_24, 48, None);
        assert_eq!(transport.frame(), 0);
    }

    #[test]
    fn a_loop_stays_between_in_and_out() {
        let mut transport =
            Transport { mark_in: Some(10), mark_out: Some(20), wrap: Wrap::Loop, ..Transport::default() };
        transport.seek(10, 0.0);
        transport.play_at(1.0, 0.0);
        let mut now = 0.0;
        for _ in 0..100 {
            now += 0.013;
            transport.tick(now, FrameRate::FPS_24, 48, None);
            assert!((10..20).contains(&transport.frame()), "{}", transport.frame());
        }
    }
}
