//! Sockets that systemd has opened for the gateway (systemd.socket(5), sd_listen_fds(3)).

use std::net::TcpListener;

use listenfd::ListenFd;

use crate::settings::SettingsError;

/// Listening sockets by the names of adapters.
#[derive(Debug, Default)]
pub(super) struct Sockets(Vec<(String, TcpListener)>);

impl Sockets {
    /// Takes the sockets that were handed to this process. To be called before there are threads: it takes the variables
    /// out of the environment as well.
    ///
    /// # Errors
    /// If one is no TCP socket, or two have one name.
    pub(super) fn take() -> Result<Self, SettingsError> {
        let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
        let mut names = names.split(':');
        let mut handed = ListenFd::from_env();
        let mut sockets: Vec<(String, TcpListener)> = Vec::new();
        for index in 0..handed.len() {
            let name = names.next().unwrap_or_default().to_owned();
            let problem = |what: String| {
                SettingsError::new(format!("the socket `{name}` from systemd {what}"))
            };
            if sockets.iter().any(|(other, _)| *other == name) {
                return Err(problem(
                    "is not the only one of its name; an adapter has one socket".to_owned(),
                ));
            }
            let socket = handed
                .take_tcp_listener(index)
                .and_then(|socket| socket.ok_or_else(|| std::io::ErrorKind::NotFound.into()))
                .and_then(|socket| socket.set_nonblocking(true).map(|()| socket))
                .map_err(|error| problem(format!("cannot be used: {error}")))?;
            sockets.push((name, socket));
        }
        Ok(Self(sockets))
    }

    /// The socket of this name, where there is one.
    pub(super) fn remove(&mut self, name: &str) -> Option<TcpListener> {
        let position = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.swap_remove(position).1)
    }

    /// # Errors
    /// If a socket is left: whoever opened it expects it to be served.
    pub(super) fn check_none_left(&self, names: &[&str]) -> Result<(), SettingsError> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(SettingsError::new(format!(
                "the socket `{name}` from systemd is of no adapter; FileDescriptorName= is one of {}",
                names.join(", ")
            ))),
        }
    }
}
