//! Candidates, by a full-text engine (tantivy) in memory. It is given the numbers of terms, not words, so that it and the
//! statistics beside it speak of the same; what makes a text into terms is ours.

use tantivy::collector::TopDocs;
use tantivy::columnar::Column;
use tantivy::index::SegmentId;
use tantivy::indexer::NoMergePolicy;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{TextAnalyzer, WhitespaceTokenizer};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument};

use super::views::{MEANT, Term, Views};

/// Memory for writing, in bytes; what the engine asks for at least.
const WRITER_MEMORY: usize = 15_000_000;
/// Memory for writing everything at once: fewer segments search faster.
const BUILD_MEMORY: usize = 100_000_000;
/// With more segments than these some are merged: each costs a query some time.
const MOST_SEGMENTS: usize = 24;

/// Where a text belongs: the article's slot, and whether it is the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// One of the questions.
    Question,
    /// The answer.
    Answer,
}

/// The index of one language. Its searchers never change.
#[derive(Debug, Clone)]
pub(super) struct Engine {
    index: Index,
    slot: Field,
    question: Field,
    answer: Field,
}

/// A text to put in.
#[derive(Debug)]
pub(super) struct Text<'v> {
    pub(super) slot: u64,
    pub(super) part: Part,
    pub(super) views: &'v Views,
}

impl Engine {
    /// An index of these texts.
    pub(super) fn build<'v>(texts: impl Iterator<Item = Text<'v>>) -> tantivy::Result<Self> {
        let mut schema = Schema::builder();
        let slot = schema.add_u64_field("slot", FAST | INDEXED);
        let terms = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer("terms")
                .set_index_option(IndexRecordOption::WithFreqs),
        );
        let question = schema.add_text_field("question", terms.clone());
        let answer = schema.add_text_field("answer", terms);
        let index = Index::create_in_ram(schema.build());
        index
            .tokenizers()
            .register("terms", TextAnalyzer::from(WhitespaceTokenizer::default()));
        let engine = Self {
            index,
            slot,
            question,
            answer,
        };
        engine.write(BUILD_MEMORY, &[], texts)?;
        Ok(engine)
    }

    /// Takes the texts of some slots out and puts others in. Searchers that exist go on with what they had.
    pub(super) fn change<'v>(
        &self,
        remove: &[u64],
        texts: impl Iterator<Item = Text<'v>>,
    ) -> tantivy::Result<()> {
        self.write(WRITER_MEMORY, remove, texts)
    }

    fn write<'v>(
        &self,
        memory: usize,
        remove: &[u64],
        texts: impl Iterator<Item = Text<'v>>,
    ) -> tantivy::Result<()> {
        let mut writer: IndexWriter = self.index.writer_with_num_threads(1, memory)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for slot in remove {
            writer.delete_term(tantivy::Term::from_field_u64(self.slot, *slot));
        }
        for text in texts {
            let mut document = TantivyDocument::default();
            document.add_u64(self.slot, text.slot);
            let field = match text.part {
                Part::Question => self.question,
                Part::Answer => self.answer,
            };
            document.add_text(field, spelt(text.views));
            writer.add_document(document)?;
        }
        writer.commit()?;
        let merge = self.to_merge()?;
        if !merge.is_empty() {
            writer.merge(&merge).wait()?;
        }
        writer.wait_merging_threads()?;
        Ok(())
    }

    /// Segments that are worth merging now. The largest stays as it is, for merging it takes long, until the others
    /// hold half as much.
    fn to_merge(&self) -> tantivy::Result<Vec<SegmentId>> {
        let mut segments = self.index.searchable_segment_metas()?;
        if segments.len() <= MOST_SEGMENTS {
            return Ok(Vec::new());
        }
        segments.sort_unstable_by_key(|segment| std::cmp::Reverse(segment.max_doc()));
        let largest = segments.first().map_or(0, |segment| segment.max_doc());
        let others: u32 = segments.iter().skip(1).map(|s| s.max_doc()).sum();
        let stay = usize::from(others < largest / 2);
        Ok(segments.iter().skip(stay).map(|s| s.id()).collect())
    }

    /// What can be searched now.
    pub(super) fn searcher(&self) -> tantivy::Result<Searcher> {
        let reader = self
            .index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual);
        let reader: IndexReader = reader.try_into()?;
        Ok(reader.searcher())
    }

    /// Slots of the texts that hold most of these terms, weighed by the engine, at most `limit` texts, best first. A slot may come twice.
    pub(super) fn candidates(
        &self,
        searcher: &Searcher,
        questions: &[Term],
        answers: &[Term],
        limit: usize,
    ) -> tantivy::Result<Vec<u64>> {
        let fields = [(self.question, questions), (self.answer, answers)];
        let clauses: Vec<(Occur, Box<dyn Query>)> = fields
            .into_iter()
            .flat_map(|(field, terms)| terms.iter().map(move |term| (field, *term)))
            .map(|(field, term)| {
                let term = tantivy::Term::from_field_text(field, &number(term));
                let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
                (Occur::Should, Box::new(query) as Box<dyn Query>)
            })
            .collect();
        if clauses.is_empty() {
            return Ok(Vec::new());
        }
        let found = searcher.search(
            &BooleanQuery::new(clauses),
            &TopDocs::with_limit(limit).order_by_score(),
        )?;
        let columns: Vec<Column<u64>> = searcher
            .segment_readers()
            .iter()
            .map(|segment| segment.fast_fields().u64("slot"))
            .collect::<tantivy::Result<_>>()?;
        Ok(found
            .into_iter()
            .filter_map(|(_, at)| columns.get(at.segment_ord as usize)?.first(at.doc_id))
            .collect())
    }
}

/// The terms that are searched for, as the engine's text: what is meant. What is written as well would be nearly the same once more,
/// for twice the time; how a text sounds only helps to order what was found.
fn spelt(views: &Views) -> String {
    let mut out = String::new();
    for (term, count) in views.views.get(MEANT).iter().flat_map(|view| view.iter()) {
        for _ in 0..count {
            out.push_str(&number(term));
            out.push(' ');
        }
    }
    out
}

fn number(term: Term) -> String {
    format!("{term:x}")
}
