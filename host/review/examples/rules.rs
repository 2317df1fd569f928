//! Prints docs/review.md: `cargo run -p jackfield-review --example rules > docs/review.md`.

use jackfield_review::{GROUPS, RULES};

/// What stands before the table.
const BEFORE: &str = "\
# Reviewing a pack

```sh
jackfield pack review FILE.jfpack [--previous OLDER.jfpack] [--json] [--html OUT.html] [--static-only]
                     [--advisories PATH] [--sign REVIEWER.key [--accept-doubts]]
```

reads everything in the archive, then runs the plug-in in the sandbox and says what it found. Nothing is installed, nothing outside is
asked, and nothing is written but the page that `--html` names and what `--sign` adds. It takes seconds for most packs and stops after 40 seconds of running
at the latest.

| verdict | exit code | what it means |
|---|---|---|
| `pass` | 0 | no rule is broken, or only notes were made |
| `fail` | 1 | a rule is broken that no person can excuse: an **error** |
| `person` | 3 | nothing is wrong for certain, but a person has to look: a **doubt** |
| | 2 | the command was not understood, a file cannot be read or written, or a signature was asked for and not made |

`--sign KEY` makes the report a reviewer's signature, unless the verdict is `fail`. With doubts it also takes `--accept-doubts`: the person
who looked says so by signing, and the exit code is 0, whatever `verdict` says. The key that signed the archive as its publisher is refused: a review is
somebody else's word.

`--json` prints one object: `verdict`, `findings` (each with `rule`, `severity`, `message` and mostly a `place`), `profile` (sizes, fuel,
memory, host calls and log bytes of a step; `complete` when the plug-in was run to the end), `sbom`, `advisories`, `difference`. `--html` writes a page to attach to a decision; it needs no other
file. The same archive, held against the same advisories, gives the same report, and the digest at its end is over all of it: SHA-256 of the JSON with sorted keys and
without spaces.

## What is done with the plug-in

The world that it sees is made up. Settings, attributes of the contact, stored values and answers of other systems are values that
exist nowhere else, so that they can be recognised wherever they turn up: plainly, in hexadecimal, in base64 at any place, reversed, or
cut into pieces of four characters and more.

- **Conversations.** Archives carry no conversations, so they are generated: each flow is started with and without arguments, and
  answered with what its replies expect. Slots are filled by kind (from the pack's own names where it has some), choices are picked, and
  sentences are taken from the training examples. What no generated conversation reaches is not seen: the report says how many of the
  declared labels were.
- **Twice.** Every step of them is run again, and with late answers. Outcome, calls and fuel must be the same.
- **Hostile input.** Every event, with texts that nobody says in good faith, after up to three replies.
- **Two contacts.** Their conversations are interleaved, then both are served by one instance, which a host never does.
- **A bad day.** Other systems fail in every way there is; settings, tables and knowledge are missing; storage is full; no read is left;
  fuel runs out. A step may end badly then, but in a defined way, and the next one must be served.

Answers of other systems are made up too, so a flow may not get far with them. That is no finding.

A review does not prove that a pack is harmless: a plug-in can behave until a certain day. It says what the pack is, what it may reach,
and what it did. What it may do is bounded by the sandbox and by what the operator grants, also after the review.

## What it is made of

`jackfield pack build` lists the crates that it compiled into the component in a custom section `sbom` (CycloneDX); lists in SPDX form and
those of `cargo auditable` are read too. `--advisories` names a file of advisories in the OSV format or a directory of them, such as an unpacked
export of osv.dev for the ecosystem `crates.io`, `npm` or `PyPI`: each part is held against them, and one with a known weakness is a doubt (R12.5).
A component without such a list, or with one that says of no part where it comes from, is a doubt of the same rule: nothing could be held against them.
What cannot be read of an advisory counts against the part. Nothing is fetched, so the advisories are as new as the files. The report says how many there
were, with a digest over them, and of how many parts the list does not say where they come from.

## The rules

An error fails the pack, a doubt asks for a person, a note has no effect. Each rule has a pack that breaks it and one that keeps it in
`host/review/tests`, and no hostile guest of the sandbox's own tests passes that does harm. This page is made from the table in the code:
`cargo run -p jackfield-review --example rules > docs/review.md`.
";

/// The whole page.
pub(crate) fn page() -> String {
    let mut page = BEFORE.to_owned();
    for (place, group) in GROUPS.into_iter().enumerate() {
        page += &format!(
            "\n### {} {group}\n\n| rule | what holds | when it does not | what to do |\n|---|---|---|---|\n",
            place + 1
        );
        for rule in RULES
            .iter()
            .filter(|rule| usize::from(rule.group) == place + 1)
        {
            let (id, title, severity, fix) = (rule.id, rule.title, rule.severity.name(), rule.fix);
            page += &format!("| {id} | {title} | {severity} | {fix} |\n");
        }
    }
    page
}

fn main() {
    print!("{}", page());
}
