//! Measuring how well customers are understood.

mod retrieval;

pub use retrieval::{
    RankedQuery, RetrievalReport, evaluate_retrieval, read_articles, read_queries,
};
