//! What a person, or a program, sees while a clip is made: a progress bar on the terminal, or JSON, an event a line.

use indicatif::{ProgressBar, ProgressStyle};
use kinora_job::{Phase, Progress};
use serde_json::{Value, json};
use std::io::Write;

/// Prints to the terminal or as JSON.
pub struct Reporter {
    json: bool,
    bar: ProgressBar,
    phase: Option<Phase>,
}

impl Reporter {
    /// A reporter; the bar is shown once there is progress.
    pub fn new(json: bool) -> Self {
        Self { json, bar: ProgressBar::hidden(), phase: None }
    }

    /// A step of a phase.
    pub fn progress(&mut self, progress: Progress) {
        if self.json {
            let Progress { phase, step, total } = progress;
            self.event(&json!({ "event": "progress", "phase": phase, "step": step, "total": total }));
            return;
        }
        if self.phase != Some(progress.phase) {
            self.bar.finish_and_clear();
            self.phase = Some(progress.phase);
            self.bar = ProgressBar::new(u64::from(progress.total)).with_message(name(progress.phase));
            let style = "{msg:<22} {bar:30} {pos}/{len}  {elapsed} so far, {eta} left";
            if let Ok(style) = ProgressStyle::with_template(style) {
                self.bar.set_style(style);
            }
        }
        self.bar.set_position(u64::from(progress.step));
    }

    /// Something that the person should know; the job goes on.
    pub fn note(&mut self, mut facts: Value, text: &str) {
        if self.json {
            facts["event"] = "note".into();
            facts["message"] = text.into();
            self.event(&facts);
        } else {
            self.bar.suspend(|| eprintln!("note: {text}"));
        }
    }

    /// Something that only a program wants to know.
    pub fn quiet(&mut self, mut facts: Value) {
        if self.json {
            facts["event"] = "note".into();
            self.event(&facts);
        }
    }

    /// The clip is in its place. `facts` go out as JSON, `text` to a person.
    pub fn done(&mut self, mut facts: Value, text: &str) {
        self.bar.finish_and_clear();
        if self.json {
            facts["event"] = "done".into();
            self.event(&facts);
        } else {
            print_line(text);
        }
    }

    /// No more progress.
    pub fn finish(&mut self) {
        self.bar.finish_and_clear();
    }

    /// What went wrong.
    pub fn failed(&mut self, message: &str, cancelled: bool) {
        self.bar.finish_and_clear();
        if self.json {
            self.event(&json!({ "event": if cancelled { "cancelled" } else { "error" }, "message": message }));
        } else if cancelled {
            eprintln!("Cancelled. Nothing was written");
        } else {
            eprintln!("error: {message}");
        }
    }

    fn event(&self, event: &Value) {
        print_line(&event.to_string());
    }
}

/// Prints a line; a reader that has gone away is no failure of the command.
pub fn print_line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Wait => "Waiting for another Kinora that generates",
        Phase::Load => "Loading the model",
        Phase::EncodePrompt => "Reading the prompt",
        Phase::Prepare => "Preparing",
        Phase::Denoise => "Denoising",
        Phase::Decode => "Developing frames",
        Phase::Upscale => "Adding pixels",
        Phase::EncodeVideo => "Writing the video",
        Phase::Sign => "Signing",
        _ => "Working",
    }
}
