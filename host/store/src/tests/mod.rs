//! Tests of the whole store.

mod api_keys;
mod conformance;
mod crash;
mod damage;
mod model;
mod reader;
mod samples;
