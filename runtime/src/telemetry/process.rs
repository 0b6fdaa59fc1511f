//! What the process itself takes, under the names that every Prometheus client uses. Linux alone has `/proc`; where a
//! value cannot be had, its family is left out.

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::process::{Resource, getrlimit};

use super::exposition::{Kind, Page};

static START: LazyLock<SystemTime> = LazyLock::new(SystemTime::now);

/// Notes when the process started, as near as it can be told.
pub(super) fn started() {
    LazyLock::force(&START);
}

pub(super) fn write(page: &mut Page) {
    if let Ok(since) = START.duration_since(UNIX_EPOCH) {
        page.single(
            "process_start_time_seconds",
            Kind::Gauge,
            "When the process started, in seconds since 1970.",
            since.as_secs_f64(),
        );
    }
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let number = |key: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(key))?;
            line.split_ascii_whitespace().next()?.parse().ok()
        };
        for (key, unit, name, help) in [
            (
                "VmRSS:",
                1024,
                "process_resident_memory_bytes",
                "Resident memory.",
            ),
            (
                "VmSize:",
                1024,
                "process_virtual_memory_bytes",
                "Virtual memory.",
            ),
            ("Threads:", 1, "process_threads", "Threads of the process."),
        ] {
            if let Some(value) = number(key) {
                page.single(name, Kind::Gauge, help, value.saturating_mul(unit));
            }
        }
    }
    if let Some(seconds) = cpu_seconds() {
        page.single(
            "process_cpu_seconds_total",
            Kind::Counter,
            "Processor time, of user and system together.",
            seconds,
        );
    }
    if let Ok(descriptors) = std::fs::read_dir("/proc/self/fd") {
        // Reading the directory holds one of them.
        page.single(
            "process_open_fds",
            Kind::Gauge,
            "Open file descriptors.",
            descriptors.count().saturating_sub(1),
        );
    }
    if let Some(limit) = getrlimit(Resource::Nofile).current {
        page.single(
            "process_max_fds",
            Kind::Gauge,
            "How many file descriptors may be open.",
            limit,
        );
    }
}

/// `utime` and `stime` of proc(5), the 14th and 15th field of `stat`; the second is a name that may hold anything.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    let ticks = ticks()?.saturating_add(ticks()?);
    Some(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}
