//! Processor time, as Linux tells it under `/proc`: on a machine that others use too, the clock on the wall says how
//! busy they are.

use std::time::Duration;

/// What this thread has used so far.
pub(crate) fn thread() -> Duration {
    // The first field of schedstat is the time spent on a processor, in nanoseconds.
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = text.split_whitespace().next().unwrap();
    Duration::from_nanos(nanoseconds.parse().unwrap())
}

/// What the processes that this one started and waited for have used so far.
pub(crate) fn children() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    // The second field is a name that may hold spaces, in parentheses.
    let (_, fields) = text.rsplit_once(')').unwrap();
    let ticks = |index: usize| -> u64 {
        fields
            .split_whitespace()
            .nth(index)
            .unwrap()
            .parse()
            .unwrap()
    };
    // `cutime` and `cstime`: always 100 ticks a second (`USER_HZ`, proc_pid_stat(5)).
    Duration::from_millis((ticks(13) + ticks(14)) * 10)
}
