//! Two passes through a transformer at once, each with half of the threads: between matrix products there is work that threads can't
//! share, and the other pass fills that time. Bits don't depend on the number of threads, so neither on this.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::LazyLock;

/// A half each; none where there is one thread alone. Their threads give way as the one that first comes here does.
static HALVES: LazyLock<Option<[ThreadPool; 2]>> = LazyLock::new(|| {
    let threads = rayon::current_num_threads();
    let half = || ThreadPoolBuilder::new().num_threads(threads.div_ceil(2)).build().ok();
    if threads < 2 { None } else { Some([half()?, half()?]) }
});

/// What both give.
pub fn both<T: Send>(one: impl FnOnce() -> T + Send, other: impl FnOnce() -> T + Send) -> (T, T) {
    let Some([here, there]) = &*HALVES else { return (one(), other()) };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| there.install(other));
        let one = here.install(one);
        (one, other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;

    #[test]
    fn both_are_done_and_each_keeps_its_place() {
        let sum = |upto: u64| move || (0..upto).into_par_iter().sum::<u64>();
        assert_eq!(both(sum(1000), sum(10)), (499_500, 45));
    }

    #[test]
    #[should_panic(expected = "the second one")]
    fn a_panic_is_passed_on() {
        both(|| (), || panic!("the second one"));
    }
}
