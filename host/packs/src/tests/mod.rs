//! What users of the crate rely on.

mod archive;
mod build;
mod component;
mod data;
mod grants;
mod hostile;
mod kept_reviews;
mod knowledge;
mod manifest;
mod memory;
mod mutations;
mod one_role;
mod refused;
mod schemas;
mod trust;
