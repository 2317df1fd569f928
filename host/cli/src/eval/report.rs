//! The page that `--report` writes.

use askama::Template as _;
use jackfield_language::evaluation::{Confusion, IntentReport, LabelFigures, interval};

use super::plot::{Axis, Plot};

/// Pairs of labels, and sentences of each, on the page.
const PAIRS: usize = 40;
const SENTENCES: usize = 6;

/// Intents that are shown at once; the others can be opened.
const LABELS: usize = 15;

/// Where the figures come from.
pub(super) struct About {
    /// What the files were for, and their names.
    pub(super) files: Vec<(&'static str, String)>,
    /// Sentences that were learnt from.
    pub(super) train: usize,
    /// Into how many parts they were divided, without files to measure on.
    pub(super) folds: Option<usize>,
    /// Folder of the sentence encoder.
    pub(super) encoder: Option<String>,
    /// Version of the model that is learnt from all of it.
    pub(super) model: String,
    /// When it was measured.
    pub(super) at: String,
}

impl About {
    /// The tier of recognition.
    fn tier(&self) -> String {
        match &self.encoder {
            Some(folder) => format!("with the sentence encoder · 使用句向量编码器 {folder}"),
            None => "built-in, without a sentence encoder · 内置模型，无句向量编码器".to_owned(),
        }
    }

    /// The version of this program.
    #[expect(clippy::unused_self, reason = "templates call methods of the page")]
    fn program(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

#[derive(askama::Template)]
#[template(path = "evaluation.html")]
struct Page<'a> {
    report: &'a IntentReport,
    about: &'a About,
    low: f64,
    high: f64,
    worst: &'a [LabelFigures],
    others: &'a [LabelFigures],
    recall: Option<f64>,
    curve: Option<String>,
    calibration: String,
    pairs: Vec<Pair<'a>>,
    more: usize,
    wrong: usize,
}

struct Pair<'a> {
    confusion: &'a Confusion,
    shown: &'a [String],
    more: usize,
}

impl<'a> Pair<'a> {
    fn new(confusion: &'a Confusion) -> Self {
        let sentences = &confusion.sentences;
        let shown = sentences.get(..SENTENCES).unwrap_or(sentences);
        Self {
            confusion,
            shown,
            more: sentences.len() - shown.len(),
        }
    }
}

/// A page about a report that stands by itself: no scripts, nothing from elsewhere.
pub(super) fn page(report: &IntentReport, about: &About) -> askama::Result<String> {
    let (low, high) = interval(report.accuracy, report.sentences);
    let (worst, others) = report.labels.split_at(report.labels.len().min(LABELS));
    Page {
        report,
        about,
        low,
        high,
        worst,
        others,
        recall: report.oos_recall,
        curve: report.oos_recall.map(|recall| curve(report, recall)),
        calibration: calibration(report),
        pairs: report
            .confusions
            .iter()
            .take(PAIRS)
            .map(Pair::new)
            .collect(),
        more: report.confusions.len().saturating_sub(PAIRS),
        wrong: report
            .confusions
            .iter()
            .map(|confusion| confusion.sentences.len())
            .sum(),
    }
    .render()
}

impl Page<'_> {
    #[expect(clippy::unused_self, reason = "templates call methods of the page")]
    fn percent(&self, share: &f64) -> String {
        format!("{:.1} %", share * 100.0)
    }
}

fn curve(report: &IntentReport, recall: f64) -> String {
    let points = report
        .curve
        .iter()
        .filter_map(|point| Some((point.oos_recall?, point.in_scope_accuracy)));
    Plot {
        title: "In-scope accuracy against out-of-scope recall",
        x: Axis {
            name: "out of scope and known as such · 识别出的超范围问题",
            from: 0.0,
        },
        y: Axis {
            name: "in scope and right · 范围内答对",
            from: 0.5,
        },
        points: points.collect(),
        chosen: Some((recall, report.in_scope_accuracy)),
        diagonal: false,
    }
    .svg()
}

fn calibration(report: &IntentReport) -> String {
    Plot {
        title: "Accuracy against confidence",
        x: Axis {
            name: "confidence · 置信度",
            from: 0.0,
        },
        y: Axis {
            name: "right · 答对比例",
            from: 0.0,
        },
        points: report
            .bins
            .iter()
            .map(|bin| (bin.confidence, bin.accuracy))
            .collect(),
        chosen: None,
        diagonal: true,
    }
    .svg()
}
