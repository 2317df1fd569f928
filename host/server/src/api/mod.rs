//! What the server answers, as one table: each operation with its address, who may use it, and what goes in and comes out.
//! Routes, rights, metrics and the OpenAPI description all follow from it, so none of them can lack one.

mod describe;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::middleware::{Next, from_fn};
use axum::routing::{MethodFilter, MethodRouter, on};
use jackfield_core::Right;

use crate::access::Gate;
use crate::state::Shared;

/// Who may use an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// Everybody who reaches the server.
    Open,
    /// A contact of the web chat, with its token.
    Contact,
    /// Another server of the enterprise, with the secret of the REST channel.
    Rest,
    /// A key or the operator's token, with this right.
    Right(Right),
}

/// What goes in or comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nothing.
    Nothing,
    /// JSON of this schema.
    Json(&'static str),
    /// JSON of this schema, or nothing.
    MaybeJson(&'static str),
    /// Bytes.
    Bytes,
    /// Text of this type.
    Text(&'static str),
}

/// Methods that are in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// Reads.
    Get,
    /// Does something.
    Post,
    /// Puts something in its place.
    Put,
    /// Takes something away.
    Delete,
}

/// Something that can be asked of the server.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    method: Method,
    pub(crate) path: &'static str,
    door: Door,
    summary: &'static str,
    /// Names, types and meanings of what may stand behind the address.
    query: &'static [(&'static str, &'static str, &'static str)],
    takes: Content,
    status: u16,
    answers: Content,
    /// It may take as long as compiling and learning do.
    pub(crate) long: bool,
}

impl Operation {
    const fn new(method: Method, path: &'static str, door: Door, summary: &'static str) -> Self {
        Self {
            method,
            path,
            door,
            summary,
            query: &[],
            takes: Content::Nothing,
            status: 200,
            answers: Content::Nothing,
            long: false,
        }
    }

    pub(crate) const fn get(path: &'static str, door: Door, summary: &'static str) -> Self {
        Self::new(Method::Get, path, door, summary)
    }

    pub(crate) const fn post(path: &'static str, door: Door, summary: &'static str) -> Self {
        Self::new(Method::Post, path, door, summary)
    }

    pub(crate) const fn put(path: &'static str, door: Door, summary: &'static str) -> Self {
        Self::new(Method::Put, path, door, summary)
    }

    pub(crate) const fn delete(path: &'static str, door: Door, summary: &'static str) -> Self {
        Self::new(Method::Delete, path, door, summary)
    }

    pub(crate) const fn query(
        self,
        query: &'static [(&'static str, &'static str, &'static str)],
    ) -> Self {
        Self { query, ..self }
    }

    pub(crate) const fn takes(self, takes: Content) -> Self {
        Self { takes, ..self }
    }

    pub(crate) const fn answers(self, schema: &'static str) -> Self {
        self.answers_with(200, Content::Json(schema))
    }

    pub(crate) const fn answers_with(self, status: u16, answers: Content) -> Self {
        Self {
            status,
            answers,
            ..self
        }
    }

    pub(crate) const fn long(self) -> Self {
        Self { long: true, ..self }
    }
}

/// The server's addresses, as they are put together.
pub(crate) struct Api {
    router: Router<Shared>,
    operations: Vec<Operation>,
    pages: Vec<&'static str>,
    /// Without one, nobody has any right.
    gate: Option<Gate>,
}

impl Api {
    pub(crate) fn new(gate: Option<Gate>) -> Self {
        Self {
            router: Router::new(),
            operations: Vec::new(),
            pages: Vec::new(),
            gate,
        }
    }

    /// Adds an operation. One that needs a right is there only behind the gate.
    pub(crate) fn on<H, T>(mut self, operation: Operation, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        let filter = match operation.method {
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
            Method::Put => MethodFilter::PUT,
            Method::Delete => MethodFilter::DELETE,
        };
        let mut route = on(filter, handler);
        if let Door::Right(right) = operation.door {
            let Some(gate) = self.gate.clone() else {
                return self;
            };
            let guard = move |request: Request, next: Next| gate.clone().pass(right, request, next);
            route = route.route_layer(from_fn(guard));
        }
        self.router = self.router.route(operation.path, route);
        self.operations.push(operation);
        self
    }

    /// Adds something for people to look at, which is no part of the API.
    pub(crate) fn page(mut self, path: &'static str, route: MethodRouter<Shared>) -> Self {
        self.router = self.router.route(path, route);
        self.pages.push(path);
        self
    }

    pub(crate) fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Every address, as metrics name it.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &'static str> {
        let operations = self.operations.iter().map(|operation| operation.path);
        self.pages.iter().copied().chain(operations)
    }

    /// The description of all operations, as OpenAPI 3.1.
    pub(crate) fn described(&self) -> String {
        describe::document(&self.operations).to_string()
    }

    pub(crate) fn into_router(self) -> Router<Shared> {
        self.router
    }
}
