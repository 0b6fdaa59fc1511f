//! The keys of an authorization server as they were last read: fetched when they are first needed, again when they are no
//! longer fresh or a token names another, once however many requests wait, and seldom however many tokens are made up.
//! Few requests wait at once: whoever makes up tokens could let them wait for a slow server, and nobody else would be served.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use super::key_set::{KeySet, Verdict};
use super::token::Token;

/// Keys are fetched no sooner than this after the last fetch, whatever tokens are sent.
const PAUSE: Duration = Duration::from_secs(10);
/// How long keys that are no longer fresh are used while others are fetched. After it, requests wait for the fetch: what
/// was withdrawn while nobody called must not be trusted.
const GRACE: Duration = Duration::from_secs(3600);
/// How long a fetch that failed speaks for the next one.
const RECENT: Duration = Duration::from_secs(60);
/// How long keys are used whose server cannot be asked.
const LONGEST_USE: Duration = Duration::from_secs(24 * 60 * 60);

/// After how many seconds a request may come again that finds no place to wait.
const RETRY_AFTER: u32 = 1;

/// Keys, and how long they are fresh; `None` where none could be had.
pub(super) type Fetched = Option<(KeySet, Duration)>;
/// What fetches keys.
pub(super) type Source = dyn Fn() -> Pin<Box<dyn Future<Output = Fetched> + Send>> + Send + Sync;

/// The keys that would be needed cannot be had now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoKeys {
    /// After how many seconds they may be.
    pub(super) retry_after: u32,
}

/// The keys, and the fetch under way. Cheap to clone; clones share both.
#[derive(Clone)]
pub(super) struct KeyCache {
    source: Arc<Source>,
    state: Arc<Mutex<State>>,
    /// For the requests that wait.
    places: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct State {
    keys: Option<Kept>,
    last: Option<Last>,
    fetching: Option<watch::Receiver<()>>,
}

#[derive(Clone, Debug)]
struct Kept {
    set: Arc<KeySet>,
    fetched: Instant,
    fresh_until: Instant,
}

/// The last fetch that has ended.
#[derive(Clone, Copy, Debug)]
struct Last {
    ended: Instant,
    failed: bool,
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyCache")
    }
}

impl KeyCache {
    /// No keys yet: `source` is asked when the first token comes. So many requests wait at once as there are `places`.
    pub(super) fn new(source: Arc<Source>, places: usize) -> Self {
        Self {
            source,
            state: Arc::default(),
            places: Arc::new(Semaphore::new(places)),
        }
    }

    /// Verifies the signature of a token, if need be with keys that are fetched for it.
    ///
    /// # Errors
    /// If there are no keys, or not those that it names while the server cannot be asked for others, or too many requests
    /// wait for them.
    pub(super) async fn verify(&self, token: &Token<'_>) -> Result<Verdict, NoKeys> {
        let tried = self.usable().await?;
        if let Some(keys) = &tried {
            let verdict = keys.verify(token);
            if verdict != Verdict::UnknownKey {
                return Ok(verdict);
            }
        }
        self.wait(self.begin()).await?;
        let (set, last) = {
            let state = self.state();
            (state.usable().map(|kept| kept.set.clone()), state.last)
        };
        // What a signature costs is not spent again on the same keys, nor while others wait for the state.
        let is_same = |set: &Arc<KeySet>| tried.as_ref().is_some_and(|it| Arc::ptr_eq(it, set));
        let verdict = set.map(|set| match is_same(&set) {
            true => Verdict::UnknownKey,
            false => set.verify(token),
        });
        match (verdict, last) {
            (None, last) | (Some(Verdict::UnknownKey), last @ Some(Last { failed: true, .. })) => {
                Err(NoKeys {
                    retry_after: last.map_or(1, Last::pause),
                })
            }
            (Some(verdict), _) => Ok(verdict),
        }
    }

    /// The keys that may be used. Where they are no longer fresh, others are fetched.
    ///
    /// # Errors
    /// If too many requests wait for others.
    async fn usable(&self) -> Result<Option<Arc<KeySet>>, NoKeys> {
        let (kept, last) = {
            let state = self.state();
            match state.usable() {
                Some(kept) => (kept.clone(), state.last),
                None => return Ok(None),
            }
        };
        let now = Instant::now();
        if now < kept.fresh_until {
            return Ok(Some(kept.set));
        }
        let fetching = self.begin();
        if now < kept.fresh_until + GRACE || last.is_some_and(Last::has_just_failed) {
            return Ok(Some(kept.set));
        }
        self.wait(fetching).await?;
        Ok(self.state().usable().map(|kept| kept.set.clone()))
    }

    /// Waits for the end of a fetch: its sender is dropped then, and never sends.
    ///
    /// # Errors
    /// If too many requests wait already.
    async fn wait(&self, fetching: Option<watch::Receiver<()>>) -> Result<(), NoKeys> {
        let Some(mut fetching) = fetching else {
            return Ok(());
        };
        let _place = self.places.try_acquire().map_err(|_| NoKeys {
            retry_after: RETRY_AFTER,
        })?;
        let _ = fetching.changed().await;
        Ok(())
    }

    /// The fetch under way, or one that is begun now; `None` soon after the last one.
    fn begin(&self) -> Option<watch::Receiver<()>> {
        let (fetch, fetching) = {
            let mut state = self.state();
            let may_begin = state.last.is_none_or(|last| last.pause() == 0);
            if state.fetching.is_some() || !may_begin {
                return state.fetching.clone();
            }
            let (sender, fetching) = watch::channel(());
            state.fetching = Some(fetching.clone());
            let fetch = Fetch {
                cache: self.clone(),
                fetched: None,
                _sender: sender,
            };
            (fetch, fetching)
        };
        // It goes on when those who wait leave, so that the next request profits. A runtime that is ending drops it at
        // once, and with it the state is taken: so not within that.
        tokio::spawn(fetch.run());
        Some(fetching)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn usable(&self) -> Option<&Kept> {
        let keys = self.keys.as_ref();
        keys.filter(|kept| kept.fetched.elapsed() < LONGEST_USE)
    }
}

impl Last {
    /// Whether the server could not be asked a moment ago, and so can hardly be now.
    fn has_just_failed(self) -> bool {
        self.failed && self.ended.elapsed() < RECENT
    }

    /// After how many seconds the next fetch may begin.
    fn pause(self) -> u32 {
        let left = PAUSE.saturating_sub(self.ended.elapsed());
        u32::try_from(left.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
    }
}

/// A fetch under way. However it ends, the next may begin.
struct Fetch {
    cache: KeyCache,
    fetched: Fetched,
    _sender: watch::Sender<()>,
}

impl Fetch {
    async fn run(mut self) {
        self.fetched = (self.cache.source)().await;
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        let (now, fetched) = (Instant::now(), self.fetched.take());
        let mut state = self.cache.state();
        state.fetching = None;
        state.last = Some(Last {
            ended: now,
            failed: fetched.is_none(),
        });
        if let Some((set, life)) = fetched {
            state.keys = Some(Kept {
                set: Arc::new(set),
                fetched: now,
                fresh_until: now + life,
            });
        }
    }
}
