//! Work in the background: threads that give way, so that the window answers while a model has every core.
//!
//! On Linux each thread has a nice value of its own, and what it starts inherits it: encoders too. Deliberately not here: macOS, where
//! the same call lowers the whole process, and Windows, which counts otherwise; there the system shares the cores out as it likes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How far work in the background stands back, as a nice value: 0 is what a window has, 19 the most.
const BACKGROUND: i32 = 10;

/// How long a frame is put off for a first look at most: models are slower than Sketch.
const PATIENCE: Duration = Duration::from_secs(3);

/// Clips that begin to form, of which nothing was seen yet.
static AWAITED: AtomicUsize = AtomicUsize::new(0);

/// Somebody waits to see a clip form: until the first look at it, what else is calculated in this process stands back.
pub(crate) struct FirstLook(bool);

impl FirstLook {
    /// `awaited`: whether anybody looks.
    pub(crate) fn begin(awaited: bool) -> Self {
        AWAITED.fetch_add(usize::from(awaited), Ordering::Relaxed);
        Self(awaited)
    }

    /// It was seen.
    pub(crate) fn seen(&mut self) {
        AWAITED.fetch_sub(usize::from(std::mem::take(&mut self.0)), Ordering::Relaxed);
    }
}

impl Drop for FirstLook {
    fn drop(&mut self) {
        self.seen();
    }
}

/// Waits until nobody waits for a first look; to be called between pieces of work that nobody waits for as much.
pub(crate) fn let_first_looks_pass() {
    let begun = Instant::now();
    while AWAITED.load(Ordering::Relaxed) > 0 && begun.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// From here on the thread that calls this gives way to others.
#[cfg(target_os = "linux")]
fn give_way() {
    // Where this is forbidden, the work is done all the same.
    let _lowered = rustix::process::setpriority_process(None, BACKGROUND);
}

#[cfg(not(target_os = "linux"))]
fn give_way() {}

/// A thread; `background` says whether it gives way.
pub(crate) fn spawn<T: Send + 'static>(background: bool, work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    std::thread::spawn(move || {
        if background {
            give_way();
        }
        work()
    })
}

/// Lets the threads that models share their sums out to give way. Before anything is calculated; later it changes nothing and returns
/// false.
#[must_use]
pub fn models_give_way() -> bool {
    pool().build_global().is_ok()
}

fn pool() -> rayon::ThreadPoolBuilder {
    rayon::ThreadPoolBuilder::new().start_handler(|_| give_way())
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    /// The nice value of the thread that calls this: field 19 of its line in `/proc`, of which the second ends with the last bracket.
    fn nice() -> i32 {
        let line = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        let (_, fields) = line.rsplit_once(") ").unwrap();
        fields.split(' ').nth(16).unwrap().parse().unwrap()
    }

    #[test]
    fn work_in_the_background_gives_way_and_other_threads_do_not() {
        let before = nice();
        assert_eq!(spawn(false, nice).join().unwrap(), before);
        assert_eq!(spawn(true, nice).join().unwrap(), BACKGROUND);
        assert_eq!(spawn(true, || std::thread::spawn(nice).join().unwrap()).join().unwrap(), BACKGROUND, "inherited");
        assert_eq!(nice(), before, "whoever starts it stays as it was");
    }

    #[test]
    fn other_work_stands_back_until_the_first_look() {
        let mut first = FirstLook::begin(true);
        let unseen = FirstLook::begin(false);
        let other = std::thread::spawn(let_first_looks_pass);
        std::thread::sleep(Duration::from_millis(30));
        assert!(!other.is_finished());
        first.seen();
        other.join().unwrap();
        drop((first, unseen));
        assert_eq!(AWAITED.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn every_thread_of_the_models_pool_gives_way() {
        let pool = pool().num_threads(3).build().unwrap();
        assert_eq!(pool.broadcast(|_| nice()), [BACKGROUND; 3]);
    }
}
