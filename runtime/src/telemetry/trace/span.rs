//! The span of a request, and those of the messages in it.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use http::Request;

use super::attempt::CallTrace;
use super::identity::{SpanContext, SpanId};
use super::record::{
    self, HttpRequest, McpMessage, MessageOutcome, Place, Record, Server, Subject,
};
use super::tracer::{self, Tracer};
use crate::server::{LocalAddress, TraceContext};

/// The longest id of a message that is exported, in bytes: a client may choose any.
const ID_LIMIT: usize = 64;

/// The span of a request that is being served. It ends when the last of its clones is dropped: with the answer, or where
/// that is a stream of events with the last of them, or when the caller leaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerSpan(Handle);

#[derive(Clone, Debug, Default)]
enum Handle {
    /// Nothing is traced, or not this.
    #[default]
    None,
    /// What is done is the request itself.
    Whole(Arc<Open>),
    /// What is done is one of several things that were asked for.
    Part(Arc<Open>),
}

/// A span that has not ended.
#[derive(Debug)]
struct Open {
    tracer: &'static Tracer,
    begin: Begin,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    place: Place,
    server: Server,
}

/// When a span began: by the clock on the wall, and by one that is never set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begin {
    wall: u64,
    instant: Instant,
}

impl Begin {
    pub(super) fn now() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH);
        let wall = wall.unwrap_or_default().as_nanos();
        Self {
            wall: u64::try_from(wall).unwrap_or(u64::MAX),
            instant: Instant::now(),
        }
    }

    /// The start and the end of a span that ends now, in nanoseconds since 1970.
    pub(super) fn until_now(self) -> (u64, u64) {
        let nanoseconds = u64::try_from(self.instant.elapsed().as_nanos()).unwrap_or(u64::MAX);
        (self.wall, self.wall.saturating_add(nanoseconds))
    }
}

impl ServerSpan {
    /// Begins the span of a request, whose caller says of its trace what is in `trace`.
    pub(crate) fn of_request<B>(
        request: &Request<B>,
        local: Option<LocalAddress>,
        trace: &TraceContext,
    ) -> Self {
        tracer::current().map_or_else(Self::default, |tracer| {
            Self::begin(tracer, request, local, trace)
        })
    }

    pub(super) fn begin<B>(
        tracer: &'static Tracer,
        request: &Request<B>,
        local: Option<LocalAddress>,
        trace: &TraceContext,
    ) -> Self {
        let http = HttpRequest {
            method: record::method(request.method()),
            route: None,
            version: request.version(),
            local: local.map(|local| local.0),
            status: None,
        };
        let server = Server {
            http: Some(http),
            message: None,
        };
        Self(Handle::Whole(Open::new(
            tracer,
            tracer.place(trace, None),
            server,
        )))
    }

    /// Says which route the request came to.
    pub(crate) fn came_to(&self, route: &'static str) {
        self.change(|state| {
            if let Some(http) = &mut state.server.http {
                http.route = Some(route);
            }
        });
    }

    /// Says which status the answer has.
    pub(crate) fn answered(&self, status: u16) {
        self.change(|state| {
            if let Some(http) = &mut state.server.http {
                http.status = Some(status);
            }
        });
    }

    /// The id of the trace: the one the request is counted to, which is `trace` where nothing is traced.
    pub(crate) fn trace_id<'a>(&self, trace: &'a TraceContext) -> Option<Cow<'a, str>> {
        match self.open() {
            Some(open) => {
                let context = open.read(|state| state.place.context);
                Some(Cow::Owned(context.trace.to_string()))
            }
            None => trace.trace_id().map(Cow::Borrowed),
        }
    }

    /// The same span, for what is done for one of several messages of its request.
    pub(crate) fn of_batch(&self) -> Self {
        Self(match &self.0 {
            Handle::Whole(open) | Handle::Part(open) => Handle::Part(open.clone()),
            Handle::None => Handle::None,
        })
    }

    /// What upstream calls made for it belong to.
    pub(crate) fn call(&self) -> CallTrace {
        self.open().map_or_else(CallTrace::default, |open| {
            let (context, trace_state) =
                open.read(|state| (state.place.context, state.place.trace_state.clone()));
            CallTrace::new(open.tracer, context, trace_state)
        })
    }

    fn open(&self) -> Option<&Arc<Open>> {
        match &self.0 {
            Handle::Whole(open) | Handle::Part(open) => Some(open),
            Handle::None => None,
        }
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        if let Some(open) = self.open() {
            open.change(change);
        }
    }
}

/// The span of one message: that of its request where it came alone, else one of its own.
///
/// The parent is what the message itself says of its trace, before what its request says, which is then linked to:
/// semantic conventions for MCP, "Context propagation".
#[derive(Debug, Default)]
pub(crate) struct MessageSpan {
    span: ServerSpan,
    is_own: bool,
}

impl MessageSpan {
    /// Begins the span of a message with this `method` and, as JSON text, this `id`, that came in the request of
    /// `request` or, where that is none, over standard input. `trace` reads what the message says of its trace.
    pub(crate) fn start(
        request: Option<&ServerSpan>,
        method: &'static str,
        id: &str,
        revision: Option<&'static str>,
        trace: impl FnOnce() -> TraceContext,
    ) -> Self {
        let handle = request.map(|request| &request.0);
        let tracer = match handle {
            Some(Handle::Whole(open) | Handle::Part(open)) => Some(open.tracer),
            Some(Handle::None) => None,
            None => tracer::current(),
        };
        let Some(tracer) = tracer else {
            return Self::default();
        };
        let message = McpMessage {
            method,
            tool: None,
            id: message_id(id),
            revision,
            transport: if request.is_some() { "tcp" } else { "pipe" },
            outcome: MessageOutcome::None,
        };
        let around = match handle {
            Some(Handle::Whole(open)) => {
                open.adopt(message, &trace());
                return Self {
                    span: ServerSpan(Handle::Whole(open.clone())),
                    is_own: false,
                };
            }
            Some(Handle::Part(open)) => Some(open.read(|state| state.place.context)),
            Some(Handle::None) | None => None,
        };
        Self::own(tracer, &trace(), around, message)
    }

    fn own(
        tracer: &'static Tracer,
        trace: &TraceContext,
        around: Option<SpanContext>,
        message: McpMessage,
    ) -> Self {
        let server = Server {
            http: None,
            message: Some(message),
        };
        let open = Open::new(tracer, tracer.place(trace, around), server);
        Self {
            span: ServerSpan(Handle::Whole(open)),
            is_own: true,
        }
    }

    /// Whether it is another span than that of its request.
    pub(crate) fn is_own(&self) -> bool {
        self.is_own
    }

    /// The span, for what is done for the message.
    pub(crate) fn span(&self) -> &ServerSpan {
        &self.span
    }

    /// Says which tool is called.
    pub(crate) fn tool(&self, tool: &'static str) {
        self.change(|message| message.tool = Some(tool));
    }

    /// Says that the message was answered with a result.
    pub(crate) fn succeeded(&self) {
        self.change(|message| message.outcome = MessageOutcome::Success);
    }

    /// Says that the message was answered with a result that says of itself that it is an error.
    pub(crate) fn tool_failed(&self) {
        self.change(|message| message.outcome = MessageOutcome::ToolError);
    }

    /// Says that the message was answered with an error of this code.
    pub(crate) fn refused(&self, code: i32) {
        self.change(|message| message.outcome = MessageOutcome::Error(code));
    }

    fn change(&self, change: impl FnOnce(&mut McpMessage)) {
        self.span.change(|state| {
            if let Some(message) = &mut state.server.message {
                change(message);
            }
        });
    }
}

/// The id of a message, where it is short.
fn message_id(json: &str) -> Option<Box<str>> {
    let text = json.strip_prefix('"').and_then(|id| id.strip_suffix('"'));
    let text = text.unwrap_or(json);
    let is_plain = |character: char| !character.is_control() && character != '\\';
    (text.len() <= ID_LIMIT && text.chars().all(is_plain)).then(|| text.into())
}

impl Open {
    fn new(tracer: &'static Tracer, place: Place, server: Server) -> Arc<Self> {
        Arc::new(Self {
            tracer,
            begin: Begin::now(),
            state: Mutex::new(State { place, server }),
        })
    }

    /// Makes the span of a request that of the one message in it.
    fn adopt(&self, message: McpMessage, trace: &TraceContext) {
        let parent = SpanContext::of(trace);
        self.change(|state| {
            state.server.message = Some(message);
            let Some(parent) = parent else { return };
            let earlier = &state.place;
            let before = earlier.parent.map(|span| earlier.context.with_span(span));
            let mut place = self.tracer.place(trace, None);
            let same =
                |before: &SpanContext| before.trace == parent.trace && before.span == parent.span;
            place.link = before
                .filter(|before| !same(before))
                .map(|before| (before, true));
            state.place = place;
        });
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        self.change(|state| read(state))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let state = self.state.get_mut();
        let State { place, server } = std::mem::take(state.unwrap_or_else(PoisonError::into_inner));
        if !place.context.is_sampled() {
            return;
        }
        let (start, end) = self.begin.until_now();
        self.tracer.export(Record {
            place,
            start,
            end,
            subject: Subject::Server(server),
        });
    }
}

impl Tracer {
    /// The place of a new span: under the parent that `trace` names, else under `around`, a span of this process, else at the
    /// root of a trace of its own.
    fn place(&self, trace: &TraceContext, around: Option<SpanContext>) -> Place {
        let remote = SpanContext::of(trace);
        if let (None, Some(around)) = (remote, around) {
            return Place {
                context: around.with_new_span(),
                parent: Some(around.span),
                ..Place::default()
            };
        }
        let root = remote.unwrap_or_else(SpanContext::root);
        let is_sampled = self.sampler.samples(root.trace, remote);
        let context = match (remote, is_sampled) {
            // A span that is not recorded can be nobody's parent, so what comes after hangs on the caller's.
            (Some(remote), false) => remote,
            (Some(remote), true) => remote.with_new_span(),
            (None, _) => root,
        };
        Place {
            context: context.sampled(is_sampled),
            parent: remote.map(|remote| remote.span),
            is_remote: remote.is_some(),
            trace_state: remote.and(trace.trace_state()).map(Box::from),
            link: around.map(|around| (around, false)),
        }
    }
}

impl SpanContext {
    fn of(trace: &TraceContext) -> Option<Self> {
        trace.traceparent().and_then(Self::parse)
    }

    fn with_new_span(self) -> Self {
        self.with_span(SpanId::random())
    }
}
