//! Measures a sentence encoder: `encode FOLDER FILE.tsv`, a file of `text, label`.
//!
//! Prints the time of single sentences, the sentences a second in batches of 32, and the peak of memory.
//! With a third argument, a file, the vectors are written to it as 32-bit little-endian numbers, to compare with others.

use std::path::Path;
use std::time::Instant;

use jackfield_language::{BertEncoder, SentenceEncoder};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, file, out) = match arguments.as_slice() {
        [folder, file] => (folder, file, None),
        [folder, file, out] => (folder, file, Some(out)),
        _ => return Err("usage: encode FOLDER FILE.tsv [VECTORS]".into()),
    };
    let text = std::fs::read_to_string(file)?;
    let sentences: Vec<&str> = text
        .lines()
        .skip(1)
        .filter_map(|line| Some(line.split_once('\t')?.0))
        .collect();
    let start = Instant::now();
    let encoder = BertEncoder::load(Path::new(folder))?;
    println!(
        "{} loaded in {:.2} s, peak {} MiB",
        encoder.digest(),
        start.elapsed().as_secs_f64(),
        peak_mib()
    );

    let mut times = Vec::new();
    for sentence in sentences.iter().take(500) {
        let start = Instant::now();
        encoder.encode(&[sentence])?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get((times.len() as f64 * share) as usize);
    println!(
        "one at a time: p50 {:.2} ms, p99 {:.2} ms",
        at(0.5).ok_or("no sentences")?,
        at(0.99).ok_or("no sentences")?
    );

    let start = Instant::now();
    for batch in sentences.chunks(32) {
        encoder.encode(batch)?;
    }
    let each = sentences.len() as f64 / start.elapsed().as_secs_f64();
    println!("batches of 32: {each:.0} sentences/s");
    let start = Instant::now();
    let vectors = encoder.encode(&sentences)?;
    let each = sentences.len() as f64 / start.elapsed().as_secs_f64();
    println!(
        "all at once: {each:.0} sentences/s, peak {} MiB",
        peak_mib()
    );
    if let Some(out) = out {
        let bytes: Vec<u8> = vectors.iter().flat_map(|v| v.to_le_bytes()).collect();
        std::fs::write(out, bytes)?;
    }
    Ok(())
}

/// Largest resident memory so far, in MiB; 0 where the system does not tell.
fn peak_mib() -> u64 {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .map_or(0, |kib| kib / 1024)
}
