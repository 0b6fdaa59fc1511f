//! A stand-in for an authorization server: it publishes metadata and keys, and counts who asks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use super::super::oauth::tests::signer::Signer;

/// How it answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Helpful,
    /// Only as OpenID Connect says.
    OpenId,
    /// It says that it is another.
    OtherIssuer,
    Redirects,
    Chatty,
    Silent,
    Broken,
}

#[derive(Clone)]
pub(super) struct AuthorizationServer {
    pub(super) issuer: String,
    inner: Arc<Inner>,
}

struct Inner {
    keys: Mutex<Vec<Value>>,
    mood: Mutex<Mood>,
    asked: AtomicUsize,
    asking: Notify,
    held: watch::Sender<bool>,
}

impl AuthorizationServer {
    pub(super) async fn start(signers: &[&Signer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            issuer: format!("http://{}/realm", listener.local_addr().unwrap()),
            inner: Arc::new(Inner {
                keys: Mutex::default(),
                mood: Mutex::new(Mood::Helpful),
                asked: AtomicUsize::new(0),
                asking: Notify::new(),
                held: watch::Sender::new(false),
            }),
        };
        server.publish(signers);
        let app = Router::new().fallback(answer).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        server
    }

    pub(super) fn publish(&self, signers: &[&Signer]) {
        let keys = signers.iter().map(|signer| signer.jwk());
        *self.inner.keys.lock().unwrap() = keys.collect();
    }

    pub(super) fn turn(&self, mood: Mood) {
        *self.inner.mood.lock().unwrap() = mood;
    }

    /// How often anything was asked for.
    pub(super) fn asked(&self) -> usize {
        self.inner.asked.load(Ordering::Relaxed)
    }

    /// Answers nothing before it is let go.
    pub(super) fn hold(&self) {
        self.inner.held.send_replace(true);
    }

    /// Answers all that it has held back.
    pub(super) fn let_go(&self) {
        self.inner.held.send_replace(false);
    }

    /// Waits until something is asked for.
    pub(super) async fn asking(&self) {
        self.inner.asking.notified().await;
    }
}

async fn answer(State(server): State<AuthorizationServer>, uri: Uri) -> Response {
    let inner = &server.inner;
    inner.asked.fetch_add(1, Ordering::Relaxed);
    inner.asking.notify_one();
    let mut held = inner.held.subscribe();
    held.wait_for(|held| !held).await.unwrap();
    let mood = *inner.mood.lock().unwrap();
    let keys = json!({ "keys": *inner.keys.lock().unwrap() }).to_string();
    let origin = server.issuer.trim_end_matches("/realm");
    let issuer = match mood {
        Mood::OtherIssuer => "https://other.test",
        _ => &server.issuer,
    };
    let metadata = json!({"issuer": issuer, "jwks_uri": format!("{origin}/keys")}).to_string();
    match (mood, uri.path()) {
        (Mood::Silent, _) => std::future::pending().await,
        (Mood::Broken, _) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        (Mood::Redirects, "/keys") => {
            let location = [("location", format!("{origin}/other"))];
            (StatusCode::FOUND, location).into_response()
        }
        (Mood::Chatty, "/keys") => " ".repeat(300_000).into_response(),
        (_, "/keys" | "/other") => keys.into_response(),
        (Mood::OpenId, "/realm/.well-known/openid-configuration") => metadata.into_response(),
        (Mood::OpenId, _) => StatusCode::NOT_FOUND.into_response(),
        (_, "/.well-known/oauth-authorization-server/realm") => metadata.into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
