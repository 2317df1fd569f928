//! Tests of the whole store.

mod conformance;
mod crash;
mod damage;
mod model;
mod reader;
mod samples;
