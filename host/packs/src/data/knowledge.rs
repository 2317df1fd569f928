//! Knowledge files: Markdown, and tables.

use std::collections::BTreeMap;

use jackfield_core::manifest::Manifest;
use jackfield_language::knowledge::{End, MOST_QUESTIONS, Scope, Validity, moment, read_markdown};
use jackfield_language::{Article, LanguageError};

use super::asked::Asked;
use super::audience::{SCOPE_WHY, foreign, scope_fix};
use super::budget::Budget;
use super::language::{filled, locale, sentence, unspoken};
use super::sheet::{Format, Row, Sheet};
use super::{Files, bad, text};
use crate::problem::Report;
use crate::{Place, Problem};

/// Columns of a table; those after the first four may be left out.
const COLUMNS: [&str; 10] = [
    "id",
    "locale",
    "question",
    "answer",
    "spoken",
    "short",
    "scope",
    "valid_from",
    "valid_until",
    "time_zone",
];
const NEEDED: usize = 4;
const ID: usize = 0;
const ANSWER: usize = 3;
const SPOKEN: usize = 4;
const SHORT: usize = 5;
const SCOPE: usize = 6;
const FROM: usize = 7;
const UNTIL: usize = 8;
const TIME_ZONE: usize = 9;

/// Reads the knowledge files that the manifest names.
pub(super) fn read(
    manifest: &Manifest,
    files: &Files,
    budget: &mut Budget,
    report: &mut Report,
) -> Vec<Article> {
    let mut articles = Articles {
        manifest,
        list: Vec::new(),
        known: BTreeMap::new(),
        unseen: None,
        asked: Asked::default(),
    };
    for path in &manifest.language.knowledge {
        let Some(text) = text(path, files, report) else {
            continue;
        };
        if path.ends_with(".md") {
            articles.markdown(path, text, budget, report);
        } else {
            let format = if path.ends_with(".csv") {
                Format::Csv
            } else {
                Format::Tsv
            };
            let sheet = Sheet { path, text, format };
            let (needed, optional) = COLUMNS.split_at(NEEDED);
            sheet.read_with(needed, optional, budget, report, |row| articles.row(row));
        }
        // One of them is enough to say it.
        if let Some(unseen) = articles.unseen.take() {
            report.warn(unseen);
        }
        for twice in articles.asked.take() {
            report.warn(twice);
        }
    }
    articles.list
}

struct Articles<'m> {
    manifest: &'m Manifest,
    list: Vec<Article>,
    /// Index in `list`, and where it stands, by id and locale.
    known: BTreeMap<(String, String), (usize, Place)>,
    /// A warning of the file that is being read.
    unseen: Option<Problem>,
    asked: Asked,
}

impl Articles<'_> {
    /// Puts an article in whose id and locale are new.
    fn put(&mut self, article: Article, place: Place) {
        let key = (article.id.clone(), article.locale.clone());
        self.known.insert(key, (self.list.len(), place));
        self.list.push(article);
    }

    fn markdown(&mut self, path: &str, text: &str, budget: &mut Budget, report: &mut Report) {
        let at = |line| Place::new(path, line, 1);
        // Counted before it is read, like cells: a line may be an article's question.
        if budget.is_exceeded() {
            return;
        }
        if let Err(problem) = budget.take(text.lines().count()) {
            return report.error(problem.at(at(1)));
        }
        let read = read_markdown(path, text).map_err(|error| unreadable(error, path));
        let Some(read) = report.keep(read) else {
            return;
        };
        for line in read.remarks {
            let problem = bad(
                "these words belong to no question",
                "customers are told what stands under a line that begins with `## `, and nothing else",
                "put them under a question, or between `<!--` and `-->` when they are for colleagues",
            );
            report.warn(problem.at(at(line)));
        }
        if read.articles.is_empty() {
            let problem = bad(
                "the file has no question",
                "an article begins with a line like `## May I pay later? {#pay-later}`",
                "write one, or leave the file out; docs/knowledge.md shows the form",
            );
            report.error(problem.at(at(1)));
        }
        for written in read.articles {
            let (line, mut article) = (written.line, written.article);
            let key = (article.id.clone(), article.locale.clone());
            let twice = self.known.get(&key).map(|(_, earlier)| {
                bad(
                    format!("the article `{}` stands twice: also at {earlier}", key.0),
                    "an id names one answer in a language",
                    "put further questions into the list under the first, or use another id",
                )
            });
            let problems = [
                (written.locale, unspoken(self.manifest, &article.locale)),
                (line, foreign(self.manifest, &article.scope)),
                (line, twice),
            ];
            let before = report.count();
            for (line, problem) in problems {
                if let Some(problem) = problem {
                    report.error(problem.at(at(line)));
                }
            }
            if report.count() == before {
                self.note_unseen(&article.scope, || at(line));
                article.pack = Some(self.manifest.pack.id.to_string());
                for (question, line) in article.questions.iter().zip(written.questions) {
                    self.asked.note(&article, question, at(line));
                }
                self.put(article, at(line));
            }
        }
    }

    /// A row of a table: an article, or another question of one.
    fn row(&mut self, row: &Row<'_, '_>) -> Vec<Problem> {
        let checks = [
            filled(row, ID),
            locale(self.manifest, row, 1, false),
            sentence(row, 2),
        ];
        let mut problems: Vec<Problem> = checks.into_iter().flatten().collect();
        let article = self.article(row, &mut problems);
        let key = (article.id.clone(), article.locale.clone());
        let earlier = self.known.get(&key);
        let earlier = earlier.and_then(|(at, place)| Some((self.list.get_mut(*at)?, place)));
        if let Some((earlier, place)) = earlier {
            problems.extend(differences(row, earlier, place, &article));
            if earlier.questions.len() == MOST_QUESTIONS {
                let problem = bad(
                    format!(
                        "the article `{}` has more than {MOST_QUESTIONS} questions",
                        key.0
                    ),
                    "similar questions teach little more",
                    "leave out some",
                );
                problems.push(row.problem(2, problem));
            } else {
                self.asked.note(earlier, row.cell(2), row.place(2));
                earlier.questions.extend(article.questions);
            }
            return problems;
        }
        problems.extend(filled(row, ANSWER));
        if problems.is_empty()
            && let Some(problem) = article.problem()
        {
            let why = "an article within these bounds can be found and given";
            problems.push(row.problem(ID, bad(problem, why, "mend the row")));
        }
        if problems.is_empty() {
            self.note_unseen(&article.scope, || row.place(SCOPE));
            self.asked.note(&article, row.cell(2), row.place(2));
        }
        self.put(article, row.place(ID));
        problems
    }

    fn article(&self, row: &Row<'_, '_>, problems: &mut Vec<Problem>) -> Article {
        let words = |column| row.cell(column).replace("\\n", "\n");
        let optional = |column| Some(words(column)).filter(|cell| !cell.is_empty());
        let scope = Scope::read(row.cell(SCOPE));
        let wrong = match &scope {
            Some(scope) => foreign(self.manifest, scope),
            None => {
                let what = format!("`{}` is not a scope", row.cell(SCOPE));
                Some(bad(what, SCOPE_WHY, scope_fix(self.manifest)))
            }
        };
        problems.extend(wrong.map(|problem| row.problem(SCOPE, problem)));
        let mut date = |column, end| {
            let cell = Some(row.cell(column)).filter(|cell| !cell.is_empty())?;
            let read = moment(cell, row.cell(TIME_ZONE), end).map_err(|what| {
                let why = "an article is given within its time only";
                let fix = "write a day like 2026-03-01, and a time zone like Asia/Shanghai in the column `time_zone`";
                problems.push(row.problem(column, bad(what, why, fix)));
            });
            read.ok()
        };
        Article {
            validity: Validity {
                from_ms: date(FROM, End::From),
                until_ms: date(UNTIL, End::Until),
            },
            id: row.cell(ID).to_owned(),
            locale: row.cell(1).to_owned(),
            questions: vec![row.cell(2).to_owned()],
            answer: words(ANSWER),
            spoken: optional(SPOKEN),
            short: optional(SHORT),
            scope: scope.unwrap_or_default(),
            pack: Some(self.manifest.pack.id.to_string()),
        }
    }

    fn note_unseen(&mut self, scope: &Scope, place: impl Fn() -> Place) {
        let whose = match scope {
            Scope::Department(_) => "department",
            Scope::Province(_) => "province",
            Scope::Common | Scope::Pack(_) => return,
        };
        self.unseen.get_or_insert_with(|| {
            let problem = bad(
                format!("nobody is given articles of a {whose} yet"),
                format!("the host does not know yet which {whose} a customer belongs to"),
                "leave the scope out if everyone may read the answer",
            );
            problem.at(place())
        });
    }
}

/// What a further row of an article says otherwise than its first one.
fn differences(
    row: &Row<'_, '_>,
    earlier: &Article,
    place: &Place,
    here: &Article,
) -> Vec<Problem> {
    let same = [
        (ANSWER, "answer", earlier.answer == here.answer),
        (SPOKEN, "spoken answer", earlier.spoken == here.spoken),
        (SHORT, "short answer", earlier.short == here.short),
        (SCOPE, "scope", earlier.scope == here.scope),
        (
            FROM,
            "beginning",
            earlier.validity.from_ms == here.validity.from_ms,
        ),
        (
            UNTIL,
            "end",
            earlier.validity.until_ms == here.validity.until_ms,
        ),
    ];
    let other = same
        .into_iter()
        .filter(|(column, _, same)| !same && !row.cell(*column).is_empty());
    let problem = |(column, name, _): (usize, &str, bool)| {
        let problem = bad(
            format!("the article `{}` has another {name} at {place}", here.id),
            "a repeated id adds a question to the same answer",
            "leave the cell empty here, or use another id",
        );
        row.problem(column, problem)
    };
    other.map(problem).collect()
}

fn unreadable(error: LanguageError, path: &str) -> Problem {
    let (line, what) = match error {
        LanguageError::Table { line, problem, .. } => (line, problem),
        other => (1, other.to_string()),
    };
    let why = "customers are answered from articles that can be read";
    let fix = "mend it there; docs/knowledge.md shows the form";
    bad(what, why, fix).at(Place::new(path, line, 1))
}
