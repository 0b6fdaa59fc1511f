//! When keys are fetched, with a clock that stands still.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use serde_json::json;

use super::super::key_cache::{Fetched, KeyCache, NoKeys};
use super::super::key_set::{KeySet, Verdict};
use super::super::token::Token;
use super::set;
use super::signer::Signer;

/// What a server publishes: each fetch takes a second.
#[derive(Clone)]
struct Server {
    keys: Arc<Mutex<Option<KeySet>>>,
    fetches: Arc<AtomicUsize>,
}

impl Server {
    fn publishing(signer: &Signer) -> (Self, KeyCache) {
        Self::publishing_to(signer, 100)
    }

    /// For this number of requests at once.
    fn publishing_to(signer: &Signer, places: usize) -> (Self, KeyCache) {
        let server = Self {
            keys: Arc::new(Mutex::new(set(&[signer.jwk()]))),
            fetches: Arc::default(),
        };
        let asked = server.clone();
        let source = move || {
            let asked = asked.clone();
            let fetched = async move {
                asked.fetches.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_secs(1)).await;
                let keys = asked.keys.lock().unwrap().clone();
                keys.map(|keys| (keys, Duration::from_secs(300)))
            };
            Box::pin(fetched) as Pin<Box<dyn Future<Output = Fetched> + Send>>
        };
        let cache = KeyCache::new(Arc::new(source), places);
        (server, cache)
    }

    fn publish(&self, keys: Option<&Signer>) {
        *self.keys.lock().unwrap() = keys.and_then(|signer| set(&[signer.jwk()]));
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::Relaxed)
    }
}

async fn judged(cache: &KeyCache, signer: &Signer) -> Result<Verdict, NoKeys> {
    let text = signer.token(&json!({}));
    cache.verify(&Token::parse(text.as_bytes()).unwrap()).await
}

async fn pass(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

const VERIFIED: Result<Verdict, NoKeys> = Ok(Verdict::Verified);
const UNKNOWN: Result<Verdict, NoKeys> = Ok(Verdict::UnknownKey);

#[tokio::test(start_paused = true)]
async fn keys_are_fetched_once_for_all_who_wait_and_kept_while_fresh() {
    let signer = Arc::new(Signer::new("ES256", "k"));
    let (server, cache) = Server::publishing(&signer);
    assert_eq!(server.fetches(), 0);
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (cache, signer) = (cache.clone(), signer.clone());
        waiting.spawn(async move { judged(&cache, &signer).await });
    }
    assert_eq!(waiting.join_all().await, vec![VERIFIED; 100]);
    pass(290).await;
    assert_eq!(judged(&cache, &signer).await, VERIFIED);
    assert_eq!(server.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_leaves_does_not_end_the_fetch() {
    let signer = Signer::new("ES256", "k");
    let (server, cache) = Server::publishing(&signer);
    let first = tokio::time::timeout(Duration::from_millis(10), judged(&cache, &signer));
    assert!(first.await.is_err());
    pass(2).await;
    assert_eq!(judged(&cache, &signer).await, VERIFIED);
    assert_eq!(server.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_finds_no_place_to_wait_is_told_at_once_and_who_leaves_makes_one() {
    let (signer, other) = (Signer::new("ES256", "k"), Signer::new("ES256", "other"));
    let (server, cache) = Server::publishing_to(&signer, 1);
    const BUSY: Result<Verdict, NoKeys> = Err(NoKeys { retry_after: 1 });
    let at_once = async |signer: &Signer| judged(&cache, signer).now_or_never();
    let first = tokio::time::timeout(Duration::from_millis(10), judged(&cache, &signer));
    let (first, second) = tokio::join!(first, at_once(&signer));
    assert!(first.is_err());
    assert_eq!(second, Some(BUSY));
    let (third, fourth) = tokio::join!(judged(&cache, &signer), at_once(&signer));
    assert_eq!((third, fourth), (VERIFIED, Some(BUSY)));
    // Nor do others wait when a key is not known, or keys are out of date.
    pass(11).await;
    let (third, fourth) = tokio::join!(judged(&cache, &other), at_once(&other));
    assert_eq!((third, fourth), (UNKNOWN, Some(BUSY)));
    pass(7200).await;
    let (third, fourth) = tokio::join!(judged(&cache, &signer), at_once(&signer));
    assert_eq!((third, fourth), (VERIFIED, Some(BUSY)));
    assert_eq!(server.fetches(), 3);
}

#[tokio::test(start_paused = true)]
async fn keys_no_longer_fresh_are_used_while_others_are_fetched() {
    let (old, new) = (Signer::new("ES256", "old"), Signer::new("ES256", "new"));
    let (server, cache) = Server::publishing(&old);
    assert_eq!(judged(&cache, &old).await, VERIFIED);
    server.publish(Some(&new));
    pass(400).await;
    let asked = tokio::time::Instant::now();
    assert_eq!(judged(&cache, &old).await, VERIFIED);
    assert_eq!(asked.elapsed(), Duration::ZERO, "nobody waits");
    pass(2).await;
    assert_eq!(server.fetches(), 2);
    assert_eq!(judged(&cache, &new).await, VERIFIED);
    assert_eq!(judged(&cache, &old).await, UNKNOWN);
}

#[tokio::test(start_paused = true)]
async fn what_was_withdrawn_while_nobody_called_is_not_trusted() {
    let (old, new) = (Signer::new("ES256", "old"), Signer::new("ES256", "new"));
    let (server, cache) = Server::publishing(&old);
    assert_eq!(judged(&cache, &old).await, VERIFIED);
    server.publish(Some(&new));
    pass(2 * 3600).await;
    assert_eq!(judged(&cache, &old).await, UNKNOWN);
    assert_eq!(server.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_fetched_when_a_token_names_it() {
    let (old, new) = (Signer::new("ES256", "old"), Signer::new("RS256", "new"));
    let (server, cache) = Server::publishing(&old);
    assert_eq!(judged(&cache, &old).await, VERIFIED);
    server.publish(Some(&new));
    // Too soon after the last fetch.
    assert_eq!(judged(&cache, &new).await, UNKNOWN);
    pass(10).await;
    assert_eq!(judged(&cache, &new).await, VERIFIED);
    assert_eq!(server.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn made_up_keys_are_looked_for_once_in_ten_seconds() {
    let (signer, other) = (Signer::new("ES256", "k"), Signer::new("ES256", "other"));
    let (server, cache) = Server::publishing(&signer);
    for _ in 0..100 {
        for _ in 0..10 {
            assert_eq!(judged(&cache, &other).await, UNKNOWN);
        }
        pass(1).await;
    }
    let fetches = server.fetches();
    assert!((5..=10).contains(&fetches), "{fetches}");
    // A wrong signature of a key that is known makes nobody fetch.
    let forger = Signer::new("ES256", "k");
    pass(11).await;
    assert_eq!(judged(&cache, &forger).await, Ok(Verdict::Forged));
    assert_eq!(server.fetches(), fetches);
}

#[tokio::test(start_paused = true)]
async fn without_keys_nothing_is_said_and_the_server_is_left_alone_for_a_while() {
    let signer = Signer::new("ES256", "k");
    let (server, cache) = Server::publishing(&signer);
    server.publish(None);
    assert_eq!(
        judged(&cache, &signer).await,
        Err(NoKeys { retry_after: 10 })
    );
    pass(4).await;
    assert_eq!(
        judged(&cache, &signer).await,
        Err(NoKeys { retry_after: 6 })
    );
    assert_eq!(server.fetches(), 1);
    server.publish(Some(&signer));
    pass(6).await;
    assert_eq!(judged(&cache, &signer).await, VERIFIED);
}

#[tokio::test(start_paused = true)]
async fn keys_outlive_their_server_for_a_day() {
    let (signer, other) = (Signer::new("ES256", "k"), Signer::new("ES256", "other"));
    let (server, cache) = Server::publishing(&signer);
    assert_eq!(judged(&cache, &signer).await, VERIFIED);
    server.publish(None);
    for _ in 0..23 {
        pass(3600).await;
        assert_eq!(judged(&cache, &signer).await, VERIFIED);
        // Whether its issuer has such a key by now nobody can say.
        let unknown = judged(&cache, &other).await;
        assert!(unknown.is_err(), "{unknown:?}");
    }
    pass(3600).await;
    assert!(judged(&cache, &signer).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_fetch_that_panics_is_one_that_failed() {
    let signer = Signer::new("ES256", "k");
    let cache = KeyCache::new(Arc::new(|| Box::pin(async { panic!("a defect") })), 1);
    assert_eq!(
        judged(&cache, &signer).await,
        Err(NoKeys { retry_after: 10 })
    );
}
