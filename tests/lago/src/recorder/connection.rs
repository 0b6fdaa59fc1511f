//! One connection: request after request, until somebody ends it.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::reply::Behaviour;
use super::{Shared, request};

/// Counts a connection as closed, however it comes to its end.
struct Open(Arc<Shared>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.counts.send_modify(|counts| counts.closed += 1);
    }
}

/// Serves a connection to its end. What goes wrong on the way is the client's to notice, as with any server.
pub(super) async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let open = Open(shared);
    let _ = stream.set_nodelay(true);
    let mut stream = BufReader::new(stream);
    while matches!(exchange(&mut stream, &open.0).await, Ok(true)) {}
    let _ = stream.shutdown().await;
    // The socket closes before the count says so.
    drop(stream);
}

/// Reads a request and answers it. Says whether another one may follow.
async fn exchange(stream: &mut BufReader<TcpStream>, shared: &Shared) -> io::Result<bool> {
    let arrived = match request::read(stream).await {
        Ok(Some(arrived)) => arrived,
        Ok(None) => return Ok(false),
        Err(error) => {
            let answer =
                b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(answer).await?;
            return Err(error);
        }
    };
    let to_head = arrived.request.method == "HEAD";
    let reply = shared.record(arrived.request);
    stream.write_all(&reply.encode(to_head)).await?;
    match reply.behaviour {
        Behaviour::Normal => Ok(arrived.keep_alive && !reply.closes()),
        Behaviour::NeverAnswer | Behaviour::HangAfterHeaders => {
            tokio::io::copy(stream, &mut tokio::io::sink()).await?;
            Ok(false)
        }
        Behaviour::CloseBeforeAnswer
        | Behaviour::CutOff
        | Behaviour::CutOffChunked
        | Behaviour::Garbage => Ok(false),
    }
}
