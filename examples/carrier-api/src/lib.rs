//! carrier-api
