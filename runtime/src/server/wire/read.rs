//! What comes in on a connection, and how long it may take.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::Instant;

use super::framing::Framing;
use super::head::{Complete, Head, rest};
use super::{Protocol, Stage, Wire};
use crate::server::limits::Limits;

/// How much is read at once.
const READ_SIZE: usize = 8 * 1024;
/// How long a caller that is still sending may take to read why it was refused. Closing at once would reset the
/// connection, and the caller's system would then throw the answer away.
pub(super) const LINGER: Duration = Duration::from_secs(1);

impl<S: AsyncRead + Unpin> Wire<S> {
    /// Reads until it is known what is spoken. Also what is to be refused speaks HTTP/1.
    pub(in crate::server) fn poll_protocol(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<Protocol>> {
        loop {
            match self.stage {
                Stage::Start => ready!(self.poll_fill(context))?,
                Stage::Http2 => return Poll::Ready(Ok(Protocol::Http2)),
                _ => return Poll::Ready(Ok(Protocol::Http1)),
            }
        }
    }

    /// Reads into `held`, and judges what is there.
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut space = [MaybeUninit::<u8>::uninit(); READ_SIZE];
        let mut read = ReadBuf::uninit(&mut space);
        if ready!(self.poll_stream(context, &mut read))? {
            self.take(read.filled());
        }
        self.activity.set_reads_head(self.reads_head());
        Poll::Ready(Ok(()))
    }

    /// Reads into `out`, and judges what came there. A head that comes whole and alone, as most do, stays there; what else
    /// comes is held.
    fn poll_head(
        &mut self,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let start = out.filled().len();
        if ready!(self.poll_stream(context, out))? {
            let came = rest(out.filled(), start);
            if is_bare_head(came, &self.limits) {
                (self.head_start, self.is_fresh) = (None, false);
            } else {
                self.take(came);
                out.set_filled(start);
            }
        }
        self.activity.set_reads_head(self.reads_head());
        Poll::Ready(Ok(()))
    }

    /// Reads what there is. `false` where nothing came in time.
    fn poll_stream(
        &mut self,
        context: &mut Context<'_>,
        read: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<bool>> {
        if let Poll::Ready(outcome) = Pin::new(&mut self.stream).poll_read(context, read) {
            return Poll::Ready(outcome.map(|()| true));
        }
        loop {
            // A timer runs also while a request is in flight, which may end without a look at this.
            let deadline = self.deadline().or_else(|| self.read_timer.deadline());
            let deadline = deadline.unwrap_or_else(|| Instant::now() + self.limits.idle_timeout);
            ready!(self.read_timer.poll(deadline, context));
            // A request may have been in flight since the timer was set.
            if self.deadline().is_some_and(|it| it <= Instant::now()) {
                self.time_out();
                return Poll::Ready(Ok(false));
            }
        }
    }

    /// Holds what came, and judges it; nothing means that the other side has ended.
    fn take(&mut self, came: &[u8]) {
        if came.is_empty() {
            self.stage = Stage::Ended;
            return;
        }
        self.is_fresh = false;
        self.held.extend_from_slice(came);
        self.inspect();
    }

    /// Reads and forgets what a caller still sends, for a while.
    pub(super) fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let end = *self
            .linger_end
            .get_or_insert_with(|| Instant::now() + LINGER);
        let mut space = [MaybeUninit::<u8>::uninit(); READ_SIZE];
        loop {
            // Also where bytes never cease to come.
            while self.read_timer.poll(end, context).is_ready() {
                if end <= Instant::now() {
                    return Poll::Ready(());
                }
            }
            let mut read = ReadBuf::uninit(&mut space);
            match ready!(Pin::new(&mut self.stream).poll_read(context, &mut read)) {
                Ok(()) if !read.filled().is_empty() => {}
                Ok(()) | Err(_) => return Poll::Ready(()),
            }
        }
    }
}

/// Whether these bytes are the head of a request without a body, from its first byte to its last.
fn is_bare_head(bytes: &[u8], limits: &Limits) -> bool {
    let bare = Complete {
        size: bytes.len(),
        framing: Framing::Length(0),
    };
    !bytes.starts_with(b"\r\n") && Head::default().read(bytes, limits) == Ok(Some(bare))
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let start = out.filled().len();
        loop {
            if out.filled().len() > start {
                return Poll::Ready(Ok(()));
            }
            if this.cleared > 0 {
                let count = this.cleared.min(out.remaining());
                out.put_slice(this.held.get(..count).unwrap_or_default());
                this.held.advance(count);
                this.cleared -= count;
                if this.held.is_empty() {
                    // An idle connection holds no memory.
                    this.held = BytesMut::new();
                }
                return Poll::Ready(Ok(()));
            }
            match this.stage {
                Stage::Refused => return Poll::Pending,
                Stage::Ended => return Poll::Ready(Ok(())),
                Stage::Misframed => return Poll::Ready(Err(io::ErrorKind::InvalidData.into())),
                Stage::Head(_) if this.held.is_empty() && out.remaining() >= READ_SIZE => {
                    ready!(this.poll_head(context, out))?;
                }
                Stage::Start | Stage::Head(_) | Stage::Body(_) | Stage::Http2 => {
                    ready!(this.poll_fill(context))?;
                }
            }
        }
    }
}
