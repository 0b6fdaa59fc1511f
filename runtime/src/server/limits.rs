//! The limits of the front door.

use std::time::Duration;

use crate::settings::{SettingValues, SettingsError};

/// What bounds the body of a request.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// How large it may be, in bytes. Default 1 MiB.
    pub bytes: usize,
    /// How long it may take to arrive. Default 30 s.
    pub time: Duration,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self {
            bytes: 1024 * 1024,
            time: Duration::from_secs(30),
        }
    }
}

/// What bounds connections and the heads of requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) head_timeout: Duration,
    pub(super) idle_timeout: Duration,
    pub(super) write_timeout: Duration,
    /// How long an HTTP/2 stream may last: as long as its body, its call and its answer together may take. HTTP/1
    /// needs no such bound, since there a caller that takes no answer holds up its own connection only.
    pub(super) stream_timeout: Duration,
    /// Bytes, from the request line to the empty line.
    pub(super) head: usize,
    /// Bytes.
    pub(super) uri: usize,
    pub(super) headers: usize,
    pub(super) connections: usize,
    pub(super) requests: usize,
    pub(super) streams: usize,
}

impl Limits {
    pub(super) fn read(values: &SettingValues) -> Result<Self, SettingsError> {
        let write_timeout = values.seconds("write-timeout")?;
        let stream_timeout = values
            .seconds("body-timeout")?
            .saturating_add(values.seconds("call-timeout")?)
            .saturating_add(write_timeout);
        Ok(Self {
            head_timeout: values.seconds("head-timeout")?,
            idle_timeout: values.seconds("idle-timeout")?,
            write_timeout,
            stream_timeout,
            head: values.bytes("head-limit")?,
            uri: values.bytes("uri-limit")?,
            headers: values.count("header-limit")?,
            connections: values.count("connection-limit")?,
            requests: values.count("request-limit")?,
            streams: values.count("stream-limit")?,
        })
    }
}

impl BodyLimits {
    /// As the settings say.
    ///
    /// # Errors
    /// If the settings are not of this runtime: a defect.
    pub fn read(values: &SettingValues) -> Result<Self, SettingsError> {
        Ok(Self {
            bytes: values.bytes("body-limit")?,
            time: values.seconds("body-timeout")?,
        })
    }
}
