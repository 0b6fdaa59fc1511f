//! What answers the requests of a listener.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};

use super::{LocalAddress, RequestContext};
use crate::problem::Problem;

/// An adapter, or what the admin listener shows.
///
/// A listener calls it as it is: an axum router around it would cost each request a tenth of what it computes, most of it
/// for boxes and for what is carried along as extensions.
pub(crate) trait Application: Debug + Send + Sync {
    /// Answers one request. Dropping the future, as a listener does when the caller leaves, ends what was begun for it.
    fn respond<'a>(
        self: Arc<Self>,
        request: Request,
        surroundings: Surroundings<'a>,
    ) -> Answering<'a>;
}

/// An answer that is being made.
pub(crate) type Answering<'a> = Pin<Box<dyn Future<Output = Answered> + Send + 'a>>;

/// What is known of a request beside itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Surroundings<'a> {
    /// `None` where another application than a listener received it.
    pub(crate) context: Option<&'a RequestContext>,
    /// The address it was received at.
    pub(crate) local: Option<LocalAddress>,
}

/// An answer, and what it answers.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) response: Response,
    /// The operation or the tool; `None` where the request came to none.
    pub(crate) operation: Option<&'static str>,
}

impl Answered {
    pub(crate) fn of(operation: &'static str, response: Response) -> Self {
        Self {
            response,
            operation: Some(operation),
        }
    }
}

/// The answer to a request that came to no operation.
impl From<Response> for Answered {
    fn from(response: Response) -> Self {
        Self {
            response,
            operation: None,
        }
    }
}

impl From<Problem> for Answered {
    fn from(problem: Problem) -> Self {
        problem.into_response().into()
    }
}

/// A router that can be mounted in another axum application.
pub(crate) fn router(application: Arc<dyn Application>) -> Router {
    Router::new().fallback(move |request: Request| {
        let application = application.clone();
        async move {
            let surroundings = Surroundings {
                context: None,
                local: request.extensions().get().copied(),
            };
            application.respond(request, surroundings).await.response
        }
    })
}
