//! The bytes of a connection on their way to and from hyper: what bounds them in time, and what is refused before
//! hyper sees it.
//!
//! A refused head never reaches hyper. A stand-in does, and its request is answered with the refusal: so hyper
//! writes that answer too, in its turn and in the protocol's form, and it is logged as any other.

mod activity;
mod byte_set;
mod framing;
mod head;
mod read;
mod refusal;
#[cfg(test)]
mod tests;
mod timer;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use http::Method;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

pub(super) use activity::{Activity, Busy};
use framing::Framing;
use head::{Head, rest};
pub(super) use refusal::Refusal;
use timer::Timer;

use super::limits::Limits;
use super::statistics::STATISTICS;

/// What an HTTP/2 connection starts with: RFC 9113 §3.4.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The method of the request that stands in for one that was refused.
const STAND_IN_METHOD: &str = "REFUSED";
const STAND_IN: &[u8] = b"REFUSED / HTTP/1.1\r\nconnection: close\r\n\r\n";

/// Whether a request may stand in for a refused one. A caller may send such a request too: it is answered with a
/// refusal only if there is one, and then it is on a connection that ends.
pub(super) fn is_stand_in(method: &Method) -> bool {
    method.as_str() == STAND_IN_METHOD
}

/// What is spoken on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http1,
    Http2,
}

/// One end of a connection.
#[derive(Debug)]
pub(super) struct Wire<S> {
    stream: S,
    limits: Limits,
    activity: Activity,
    stage: Stage,
    /// What came and has not been handed on.
    held: BytesMut,
    /// How many bytes of `held` may be handed on.
    cleared: usize,
    /// When the head that is being read started.
    head_start: Option<Instant>,
    /// Whether nothing came yet.
    is_fresh: bool,
    read_timer: Timer,
    write_timer: Timer,
    /// When the wait for a caller that is still sending ends.
    linger_end: Option<Instant>,
}

#[derive(Debug)]
enum Stage {
    /// The first bytes decide whether this is HTTP/2.
    Start,
    Head(Head),
    Body(Framing),
    /// HTTP/2: its library looks after its framing.
    Http2,
    /// No byte that comes is read.
    Refused,
    /// The body cannot be followed any more.
    Misframed,
    /// The other side has ended.
    Ended,
}

impl<S> Wire<S> {
    pub(super) fn new(stream: S, limits: Limits) -> Self {
        let activity = Activity::new();
        Self {
            stream,
            limits,
            head_start: Some(Instant::now()),
            activity,
            stage: Stage::Start,
            held: BytesMut::new(),
            cleared: 0,
            is_fresh: true,
            read_timer: Timer::default(),
            write_timer: Timer::default(),
            linger_end: None,
        }
    }

    /// A connection whose first request is refused unread.
    pub(super) fn refusing(stream: S, limits: Limits, refusal: Refusal) -> Self {
        let mut wire = Self::new(stream, limits);
        wire.refuse(refusal);
        wire
    }

    pub(super) fn activity(&self) -> Activity {
        self.activity.clone()
    }

    /// Drops what has not been cleared, and lets the stand-in follow what has.
    fn refuse(&mut self, refusal: Refusal) {
        refusal.count();
        self.activity.refuse(refusal);
        self.held.truncate(self.cleared);
        self.held.extend_from_slice(STAND_IN);
        self.cleared = self.held.len();
        self.stage = Stage::Refused;
    }

    /// Clears as much of what is held as can be judged.
    fn inspect(&mut self) {
        while self.cleared < self.held.len() {
            let bytes = rest(&self.held, self.cleared);
            match &mut self.stage {
                Stage::Start => {
                    let common = bytes.len().min(PREFACE.len());
                    if bytes.get(..common) != PREFACE.get(..common) {
                        self.stage = Stage::Head(Head::default());
                    } else if common == PREFACE.len() {
                        self.head_start = None;
                        self.stage = Stage::Http2;
                    } else {
                        return;
                    }
                }
                Stage::Head(head) => {
                    // Empty lines before a request line are passed over: RFC 9112 §2.2.
                    if bytes.starts_with(b"\r\n") {
                        *head = Head::default();
                        match self.cleared {
                            0 => self.held.advance(2),
                            // They follow what hyper has yet to read, and hyper passes over them as well.
                            _ => self.cleared += 2,
                        }
                        continue;
                    }
                    self.head_start.get_or_insert_with(Instant::now);
                    match head.read(bytes, &self.limits) {
                        Ok(Some(complete)) => {
                            self.cleared += complete.size;
                            self.head_start = None;
                            self.stage = match complete.framing {
                                Framing::Length(0) => Stage::Head(Head::default()),
                                framing => Stage::Body(framing),
                            };
                        }
                        Ok(None) => return,
                        Err(refusal) => return self.refuse(refusal),
                    }
                }
                Stage::Body(framing) => match framing.read(bytes) {
                    Ok((taken, ended)) => {
                        self.cleared += taken;
                        if ended {
                            self.stage = Stage::Head(Head::default());
                        }
                    }
                    Err(_) => {
                        STATISTICS.malformed.add();
                        self.held.truncate(self.cleared);
                        self.stage = Stage::Misframed;
                    }
                },
                Stage::Http2 => self.cleared = self.held.len(),
                Stage::Refused | Stage::Misframed | Stage::Ended => return,
            }
        }
    }

    /// Until when the next byte has to come; `None` while a request is in flight.
    fn deadline(&self) -> Option<Instant> {
        let Limits {
            head_timeout,
            idle_timeout,
            ..
        } = self.limits;
        let idle_since = self.activity.idle_since()?;
        Some(match self.head_start {
            Some(start) => start.max(idle_since) + head_timeout,
            None => idle_since + idle_timeout,
        })
    }

    /// Nothing came in time.
    fn time_out(&mut self) {
        if self.head_start.is_none() {
            // An idle connection is no fault of its caller.
            self.stage = Stage::Ended;
        } else if self.is_fresh {
            Refusal::HeadTimeout.count();
            self.stage = Stage::Ended;
        } else {
            self.refuse(Refusal::HeadTimeout);
        }
    }

    fn reads_head(&self) -> bool {
        matches!(self.stage, Stage::Start | Stage::Head(_)) && self.held.len() > self.cleared
    }

    /// Whether the caller may be sending what nobody reads.
    fn is_cut_off(&self) -> bool {
        match self.stage {
            Stage::Refused | Stage::Misframed | Stage::Body(_) | Stage::Http2 => true,
            Stage::Start | Stage::Head(_) => !self.held.is_empty(),
            Stage::Ended => false,
        }
    }
}

impl<S: AsyncWrite + Unpin> Wire<S> {
    /// What came of writing; an error where nothing could be written for too long.
    fn written<T>(
        &mut self,
        outcome: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.write_timer.stop();
            return outcome;
        }
        let deadline = match self.write_timer.deadline() {
            Some(running) => running,
            None => Instant::now() + self.limits.write_timeout,
        };
        ready!(self.write_timer.poll(deadline, context));
        STATISTICS.write_timeouts.add();
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.written(outcome, context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write_vectored(context, slices);
        this.written(outcome, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.linger_end.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
        }
        if this.is_cut_off() {
            ready!(this.poll_linger(context));
        }
        Poll::Ready(Ok(()))
    }
}
