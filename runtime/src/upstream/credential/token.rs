//! The access token of an upstream: fetched when it is first needed, kept until shortly before it expires, and
//! fetched once however many calls wait for it.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use tokio::sync::watch;
use tokio::time::Instant;

use super::super::TokenProblem;

/// A token is fetched anew this long before it expires, or a tenth of its life if that is less: a request
/// that carries it must arrive while it is valid.
const MARGIN: Duration = Duration::from_secs(30);
/// How long a token is kept that comes without `expires_in`. A 401 ends it sooner.
const UNKNOWN_LIFE: Duration = Duration::from_secs(300);
/// The longest a token is kept, whatever `expires_in` says.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// A token that the API refused at once is not replaced before this: a new one would be refused too.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a token endpoint granted.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    /// `Bearer <token>`, marked as sensitive.
    pub(super) header: HeaderValue,
    pub(super) expires_in: Option<Duration>,
}

/// A token as a request carries it.
#[derive(Clone, Debug)]
pub(in super::super) struct Token {
    pub(super) header: HeaderValue,
    fetched: Instant,
    expires: Instant,
    /// Whether the API ever took it.
    accepted: Arc<AtomicBool>,
}

impl Token {
    fn new(grant: Grant) -> Self {
        let fetched = Instant::now();
        let life = grant.expires_in.unwrap_or(UNKNOWN_LIFE).min(LONGEST_LIFE);
        Self {
            header: grant.header,
            fetched,
            expires: fetched + life.saturating_sub(MARGIN.min(life / 10)),
            accepted: Arc::default(),
        }
    }

    /// Says that the API took this token.
    pub(super) fn accept(&self) {
        self.accepted.store(true, Ordering::Relaxed);
    }

    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.accepted, &other.accepted)
    }

    /// Whether a refusal of this token may mean that it ended early, rather than that no token would do.
    fn may_have_ended(&self) -> bool {
        self.accepted.load(Ordering::Relaxed) || self.fetched.elapsed() >= PATIENCE
    }
}

/// The current token and the fetch under way. Cheap to clone; clones share both.
#[derive(Clone, Debug, Default)]
pub(super) struct TokenCache {
    state: Arc<Mutex<State>>,
}

type Outcome = Option<Result<Token, TokenProblem>>;

#[derive(Debug, Default)]
struct State {
    token: Option<Token>,
    fetching: Option<watch::Receiver<Outcome>>,
}

impl TokenCache {
    /// The current token. Where there is none `fetch` is run, unless it is running already: all who wait get
    /// its one outcome. It goes on when those who wait leave, so that the next caller profits.
    pub(super) async fn current<F>(&self, fetch: impl FnOnce() -> F) -> Result<Token, TokenProblem>
    where
        F: Future<Output = Result<Grant, TokenProblem>> + Send + 'static,
    {
        let (begun, mut fetching) = {
            let mut state = self.state();
            if let Some(token) = &state.token
                && token.expires > Instant::now()
            {
                return Ok(token.clone());
            }
            match &state.fetching {
                Some(fetching) => (None, fetching.clone()),
                None => {
                    let (sender, fetching) = watch::channel(None);
                    state.fetching = Some(fetching.clone());
                    (Some(Fetch::new(self.clone(), sender)), fetching)
                }
            }
        };
        // A runtime that is ending drops it at once, and with it the state is taken: so not within that.
        if let Some(begun) = begun {
            tokio::spawn(begun.run(fetch()));
        }
        let outcome = fetching.wait_for(Option::is_some).await;
        let outcome = outcome.ok().and_then(|outcome| outcome.clone());
        outcome.unwrap_or(Err(TokenProblem::Broken))
    }

    /// Ends a token that the API refused. Returns whether another one may fare better.
    pub(super) fn refuse(&self, token: &Token) -> bool {
        let mut state = self.state();
        match &state.token {
            Some(current) if current.is_same(token) => {
                let ended = token.may_have_ended();
                if ended {
                    state.token = None;
                }
                ended
            }
            // Another call has ended it already.
            _ => true,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A fetch under way. However it ends, the next call may begin another one.
struct Fetch {
    cache: TokenCache,
    sender: watch::Sender<Outcome>,
}

impl Fetch {
    fn new(cache: TokenCache, sender: watch::Sender<Outcome>) -> Self {
        Self { cache, sender }
    }

    async fn run(self, fetch: impl Future<Output = Result<Grant, TokenProblem>>) {
        let outcome = fetch.await.map(Token::new);
        if let Ok(token) = &outcome {
            self.cache.state().token = Some(token.clone());
        }
        self.sender.send_replace(Some(outcome));
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        self.cache.state().fetching = None;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[derive(Default)]
    struct Endpoint {
        fetches: Arc<AtomicUsize>,
    }

    impl Endpoint {
        /// A fetch that takes a second and grants a token for `life` seconds, or fails.
        fn fetch(
            &self,
            life: Option<u64>,
        ) -> impl Future<Output = Result<Grant, TokenProblem>> + Send + 'static {
            let fetches = self.fetches.clone();
            async move {
                tokio::time::sleep(Duration::from_secs(1)).await;
                let count = fetches.fetch_add(1, Ordering::Relaxed) + 1;
                let Some(life) = life else {
                    return Err(TokenProblem::Unreachable);
                };
                Ok(Grant {
                    header: HeaderValue::try_from(format!("Bearer {count}")).unwrap(),
                    expires_in: (life > 0).then(|| Duration::from_secs(life)),
                })
            }
        }

        fn count(&self) -> usize {
            self.fetches.load(Ordering::Relaxed)
        }
    }

    async fn get(
        cache: &TokenCache,
        endpoint: &Endpoint,
        life: Option<u64>,
    ) -> Result<Token, TokenProblem> {
        cache.current(|| endpoint.fetch(life)).await
    }

    async fn all(cache: &TokenCache, endpoint: &Endpoint, life: Option<u64>) -> usize {
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let (cache, fetch) = (cache.clone(), endpoint.fetch(life));
            waiting.spawn(async move { cache.current(|| fetch).await.is_ok() });
        }
        let outcomes = waiting.join_all().await;
        outcomes.into_iter().filter(|is_token| *is_token).count()
    }

    #[tokio::test(start_paused = true)]
    async fn all_who_wait_share_one_fetch_and_its_failure() {
        let (cache, endpoint) = (TokenCache::default(), Endpoint::default());
        assert_eq!(all(&cache, &endpoint, None).await, 0);
        assert_eq!(endpoint.count(), 1);
        assert_eq!(all(&cache, &endpoint, Some(3600)).await, 100);
        assert_eq!(endpoint.count(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_kept_until_shortly_before_it_expires() {
        for (life, kept) in [(3600, 3570), (100, 90), (0, 270), (u64::MAX, 86_370)] {
            let (cache, endpoint) = (TokenCache::default(), Endpoint::default());
            get(&cache, &endpoint, Some(life)).await.unwrap();
            tokio::time::advance(Duration::from_secs(kept - 1)).await;
            get(&cache, &endpoint, Some(life)).await.unwrap();
            assert_eq!(endpoint.count(), 1, "{life}");
            tokio::time::advance(Duration::from_secs(1)).await;
            get(&cache, &endpoint, Some(life)).await.unwrap();
            assert_eq!(endpoint.count(), 2, "{life}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_leaves_does_not_end_the_fetch() {
        let (cache, endpoint) = (TokenCache::default(), Endpoint::default());
        let waiting = tokio::time::timeout(
            Duration::from_millis(10),
            get(&cache, &endpoint, Some(3600)),
        );
        assert!(waiting.await.is_err());
        get(&cache, &endpoint, Some(3600)).await.unwrap();
        assert_eq!(endpoint.count(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_fetch_that_panics_is_an_error_and_not_the_end() {
        let (cache, endpoint) = (TokenCache::default(), Endpoint::default());
        let broken = cache.current(|| async { panic!("a defect") }).await;
        assert_eq!(broken.unwrap_err(), TokenProblem::Broken);
        get(&cache, &endpoint, Some(3600)).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_token_is_replaced_once_it_was_of_use() {
        let (cache, endpoint) = (TokenCache::default(), Endpoint::default());
        let first = get(&cache, &endpoint, Some(3600)).await.unwrap();
        assert!(!cache.refuse(&first), "a new one would be refused too");
        first.accept();
        assert!(cache.refuse(&first));
        let second = get(&cache, &endpoint, Some(3600)).await.unwrap();
        assert!(cache.refuse(&first), "it has been replaced since");
        assert!(!cache.refuse(&second));
        tokio::time::advance(PATIENCE).await;
        assert!(cache.refuse(&second));
        assert_eq!(endpoint.count(), 2);
    }
}
