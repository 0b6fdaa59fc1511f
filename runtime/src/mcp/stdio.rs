//! The stdio transport: one message a line, and nothing but messages on standard output.
//!
//! Source: MCP, Transports, "stdio" (all four revisions); 2026-07-28, "Cancellation".

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::McpOptions;
use super::answer::{Reply, RpcError};
use super::message::{self, Id, Message, Payload};
use super::progress::Progress;
use super::service::McpService;
use super::table::McpAdapter;
use super::transport::Transport;
use crate::capability::Backend;

/// How many requests are answered at the same time. A client that sends more is told so.
const IN_FLIGHT_LIMIT: usize = 64;

/// Serves `adapter` over `input` and `output`, until the input ends and all requests have been answered.
///
/// A line longer than the size in [`McpOptions::body`] is refused without being held. `notifications/cancelled` ends
/// the request it names, which is then not answered.
///
/// # Errors
/// If the input cannot be read. Where the output is closed, serving ends without an error: nobody listens.
pub async fn serve(
    adapter: &'static McpAdapter,
    backend: Backend,
    options: McpOptions,
    input: impl AsyncRead + Unpin + Send + 'static,
    output: impl AsyncWrite + Unpin + Send + 'static,
) -> io::Result<()> {
    let (lines, mut read) = mpsc::channel(1);
    let reader = tokio::spawn(read_lines(input, options.body.bytes, lines));
    let (messages, written) = mpsc::channel(IN_FLIGHT_LIMIT);
    let writer = tokio::spawn(write_lines(output, written));
    let mut session = Session {
        service: Arc::new(McpService::new(adapter, backend, options)),
        messages,
        requests: JoinSet::new(),
        handles: HashMap::new(),
    };
    loop {
        tokio::select! {
            line = read.recv() => match line {
                Some(line) => session.take(line).await,
                None => break,
            },
            Some(ended) = session.requests.join_next_with_id() => {
                let id = match ended {
                    Ok((id, ())) => id,
                    Err(error) => error.id(),
                };
                session.handles.retain(|_, handle| handle.id() != id);
            }
        }
        if session.messages.is_closed() {
            return Ok(());
        }
    }
    while session.requests.join_next().await.is_some() {}
    drop(session);
    // A writer or reader that panicked has nothing left to say.
    let _ = writer.await;
    reader.await.unwrap_or(Ok(()))
}

/// A line of the input.
enum Line {
    Message(Vec<u8>),
    TooLong,
}

async fn read_lines(
    input: impl AsyncRead + Unpin,
    limit: usize,
    lines: mpsc::Sender<Line>,
) -> io::Result<()> {
    let mut input = BufReader::new(input);
    let mut too_long = false;
    loop {
        let mut line = Vec::new();
        let bounded = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        (&mut input)
            .take(bounded)
            .read_until(b'\n', &mut line)
            .await?;
        if line.is_empty() {
            return Ok(());
        }
        let ends = line.ends_with(b"\n");
        let is_cut = !ends && line.len() > limit;
        let read = match (too_long, is_cut) {
            (true, _) => None,
            (false, true) => Some(Line::TooLong),
            (false, false) if line.trim_ascii().is_empty() => None,
            (false, false) => Some(Line::Message(line)),
        };
        too_long = (too_long || is_cut) && !ends;
        if let Some(read) = read
            && lines.send(read).await.is_err()
        {
            return Ok(());
        }
    }
}

/// Writes each message whole, and at once.
async fn write_lines(
    mut output: impl AsyncWrite + Unpin,
    mut messages: mpsc::Receiver<Vec<u8>>,
) -> io::Result<()> {
    while let Some(mut message) = messages.recv().await {
        message.push(b'\n');
        output.write_all(&message).await?;
        output.flush().await?;
    }
    Ok(())
}

struct Session {
    service: Arc<McpService>,
    messages: mpsc::Sender<Vec<u8>>,
    requests: JoinSet<()>,
    /// The requests in flight, by the JSON text of their ids.
    handles: HashMap<String, AbortHandle>,
}

impl Session {
    async fn take(&mut self, line: Line) {
        let line = match line {
            Line::Message(line) => line,
            Line::TooLong => {
                let error = RpcError::invalid_request("the line is longer than what is taken");
                return self.say(error.reply(Id::NULL)).await;
            }
        };
        let payload = message::parse(&line);
        let (id, progress) = match &payload {
            Ok(Payload::One(Ok(Message::Request(request)))) => {
                (Some(request.id), Progress::of(request))
            }
            Ok(Payload::One(Ok(Message::Notification(notification)))) => {
                if let Some(id) = notification.cancelled() {
                    self.cancel(id);
                }
                (None, None)
            }
            _ => (None, None),
        };
        let calls = id.is_some() || matches!(payload, Ok(Payload::Batch(_)));
        let refused = if id.is_some_and(|id| self.handles.contains_key(id.as_str())) {
            Some(RpcError::invalid_request(
                "a request with this id is in flight",
            ))
        } else if calls && self.requests.len() >= IN_FLIGHT_LIMIT {
            Some(RpcError::overloaded())
        } else {
            None
        };
        if let Some(error) = refused {
            return self.say(error.reply(id.unwrap_or(Id::NULL))).await;
        }
        let id = id.map(|id| id.as_str().to_owned());
        drop(payload);
        let (service, messages) = (self.service.clone(), self.messages.clone());
        let answering = answer(service, line, progress, messages);
        if !calls {
            // It waits for nothing, so it is answered before the next line is read.
            return answering.await;
        }
        let handle = self.requests.spawn(answering);
        if let Some(id) = id {
            self.handles.insert(id, handle);
        }
    }

    fn cancel(&mut self, id: Id<'_>) {
        if let Some(handle) = self.handles.remove(id.as_str()) {
            handle.abort();
        }
    }

    async fn say(&self, reply: Reply) {
        // A closed output is seen by the loop.
        let _ = self.messages.send(reply.body().to_vec()).await;
    }
}

async fn answer(
    service: Arc<McpService>,
    line: Vec<u8>,
    progress: Option<Progress>,
    messages: mpsc::Sender<Vec<u8>>,
) {
    let interval = service.options.progress_interval;
    let mut answering = std::pin::pin!(service.answer(Transport::Stdio, None, &line));
    let mut progress = progress;
    let reply = loop {
        let Some(progress) = &mut progress else {
            break answering.await;
        };
        match tokio::time::timeout(interval, &mut answering).await {
            Ok(reply) => break reply,
            // A closed output is seen by the loop that reads.
            Err(_) => drop(messages.send(progress.notification()).await),
        }
    };
    if !reply.body().is_empty() {
        let _ = messages.send(reply.body().to_vec()).await;
    }
}
