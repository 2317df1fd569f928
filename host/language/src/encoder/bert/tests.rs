//! A tiny BERT that the tests make themselves, whole and broken.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use candle_core::{Device, Tensor};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::BertEncoder;
use crate::encoder::SentenceEncoder;

const HIDDEN: usize = 16;
const WIDE: usize = 24;
const VOCABULARY: usize = 30;
const POSITIONS: usize = 40;

fn config() -> Value {
    json!({
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": HIDDEN, "intermediate_size": WIDE,
        "num_attention_heads": 2, "num_hidden_layers": 2, "max_position_embeddings": POSITIONS, "type_vocab_size": 2,
        "vocab_size": VOCABULARY, "layer_norm_eps": 1e-12, "position_embedding_type": "absolute",
    })
}

/// Tensor names and shapes in the order of their names.
fn shapes() -> Vec<(String, Vec<usize>)> {
    let mut shapes = vec![
        (
            "embeddings.word_embeddings.weight".to_owned(),
            vec![VOCABULARY, HIDDEN],
        ),
        (
            "embeddings.position_embeddings.weight".to_owned(),
            vec![POSITIONS, HIDDEN],
        ),
        (
            "embeddings.token_type_embeddings.weight".to_owned(),
            vec![2, HIDDEN],
        ),
    ];
    let mut pair = |name: String, weight: Vec<usize>| {
        shapes.push((format!("{name}.bias"), weight[..1].to_vec()));
        shapes.push((format!("{name}.weight"), weight));
    };
    pair("embeddings.LayerNorm".into(), vec![HIDDEN]);
    for layer in 0..2 {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        for part in [
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
        ] {
            pair(name(part), vec![HIDDEN, HIDDEN]);
        }
        pair(name("attention.output.LayerNorm"), vec![HIDDEN]);
        pair(name("intermediate.dense"), vec![WIDE, HIDDEN]);
        pair(name("output.dense"), vec![HIDDEN, WIDE]);
        pair(name("output.LayerNorm"), vec![HIDDEN]);
    }
    shapes.sort();
    shapes
}

/// Element `i` of the `k`-th tensor by name is 0.3 sin(0.7 i + k), and 1 more in the scales of norms.
fn tensors() -> HashMap<String, Tensor> {
    let made = shapes().into_iter().enumerate().map(|(k, (name, shape))| {
        let base = if name.ends_with("LayerNorm.weight") {
            1.0
        } else {
            0.0
        };
        let values: Vec<f32> = (0..shape.iter().product())
            .map(|i: usize| (base + 0.3 * (0.7 * i as f64 + k as f64).sin()) as f32)
            .collect();
        let tensor = Tensor::from_vec(values, shape, &Device::Cpu).unwrap();
        (name, tensor)
    });
    made.collect()
}

fn save(folder: &Path, tensors: &HashMap<String, Tensor>) {
    candle_core::safetensors::save(tensors, folder.join("model.safetensors")).unwrap();
}

fn write_json(folder: &Path, name: &str, value: &Value) {
    fs::write(folder.join(name), value.to_string()).unwrap();
}

/// A folder with the tiny encoder. Its words are the letters, `a` is token 4.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_json(folder.path(), "config.json", &config());
    let letters = ('a'..='z').map(String::from);
    let words: Vec<String> = ["[PAD]", "[CLS]", "[SEP]", "[UNK]"]
        .map(String::from)
        .into_iter()
        .chain(letters)
        .collect();
    fs::write(folder.path().join("vocab.txt"), words.join("\n")).unwrap();
    save(folder.path(), &tensors());
    folder
}

fn pool(folder: &Path, mode: &str) {
    fs::create_dir_all(folder.join("1_Pooling")).unwrap();
    write_json(folder, "1_Pooling/config.json", &json!({ mode: true }));
    let modules = json!([
        { "path": "", "type": "sentence_transformers.models.Transformer" },
        { "path": "1_Pooling", "type": "sentence_transformers.models.Pooling" },
        { "path": "2_Normalize", "type": "sentence_transformers.models.Normalize" },
    ]);
    write_json(folder, "modules.json", &modules);
}

fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max)
}

/// The tokens 3 to 27: an unknown word and most letters.
const LONG: &str = "? a b c d e f g h i j k l m n o p q r s t u v w x";

/// Computed with `BertModel` of transformers 5.24 on PyTorch 2.15, whose `state_dict` was filled as [`tensors`] says, in float32;
/// mean or first row of `last_hidden_state` in float64, divided by its length.
#[test]
fn vectors_are_those_of_another_implementation() {
    let folder = folder();
    let mean = BertEncoder::load(folder.path()).unwrap();
    let expected = [
        [
            0.0925281, -0.2070656, 0.0611698, -0.0520244, -0.370575, 0.1208627, 0.506473,
            -0.1531495, -0.0086301, 0.1452543, -0.2123881, 0.0015301, 0.0231638, -0.3485345,
            -0.0188605, 0.5670608,
        ],
        [
            0.5350686, -0.0400624, -0.1487161, -0.0135122, -0.1406221, -0.0156438, 0.1199014,
            -0.4700432, -0.1076339, 0.5607035, 0.055822, -0.2070869, -0.0427643, -0.1197587,
            -0.0643469, 0.2053661,
        ],
        [
            0.1456447, -0.1709833, 0.0273079, -0.116907, -0.3152649, 0.2474308, 0.4132489,
            -0.3480562, -0.0528065, 0.2023309, -0.1653425, -0.0203412, -0.054245, -0.3314851,
            0.1219018, 0.5323949,
        ],
    ];
    let vectors = mean.encode(&["b f i", "", LONG]).unwrap();
    assert!(difference(&vectors, expected.as_flattened()) < 1e-5);

    pool(folder.path(), "pooling_mode_cls_token");
    let first = BertEncoder::load(folder.path()).unwrap();
    let expected = [
        0.261539, -0.0461905, 0.0079007, -0.0405791, -0.3776361, -0.0651851, 0.5166387, -0.0466065,
        -0.1392546, 0.258744, -0.020455, -0.0439956, -0.0006624, -0.3347169, -0.190345, 0.524259,
    ];
    let vector = first.encode(&["b f i"]).unwrap();
    assert!(difference(&vector, &expected) < 1e-5);
    assert_ne!(mean.digest(), first.digest());
}

#[test]
fn a_sentence_has_the_same_vector_in_any_company() {
    let folder = folder();
    let encoder = BertEncoder::load(folder.path()).unwrap();
    let sentences: Vec<String> = (0..100)
        .map(|number| LONG.chars().skip(number % 7).take(number % 40).collect())
        .collect();
    let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
    let together = encoder.encode(&sentences).unwrap();
    assert_eq!(together.len(), sentences.len() * encoder.dimensions());
    for (sentence, vector) in sentences.iter().zip(together.chunks(HIDDEN)) {
        let alone = encoder.encode(&[sentence]).unwrap();
        assert!(difference(&alone, vector) < 1e-5, "{sentence}");
        let length: f32 = alone.iter().map(|value| value * value).sum();
        assert!((length - 1.0).abs() < 1e-5, "{sentence}");
    }
    assert!(encoder.encode(&[]).unwrap().is_empty());
}

#[test]
fn a_long_sentence_is_cut_where_the_positions_end() {
    let folder = folder();
    let encoder = BertEncoder::load(folder.path()).unwrap();
    let whole = "a b c ".repeat(100_000);
    let cut: Vec<&str> = whole.split(' ').take(POSITIONS - 2).collect();
    let vectors = encoder.encode(&[&whole, &cut.join(" ")]).unwrap();
    let (long, short) = vectors.split_at(HIDDEN);
    assert!(difference(long, short) < 1e-5);
}

#[test]
fn a_tokenizer_of_its_own_counts_before_a_vocabulary_and_its_padding_not_at_all() {
    let folder = folder();
    let plain = BertEncoder::load(folder.path()).unwrap();
    let vocabulary: HashMap<String, usize> = fs::read_to_string(folder.path().join("vocab.txt"))
        .unwrap()
        .lines()
        .enumerate()
        .map(|(number, word)| (word.to_owned(), number))
        .collect();
    let tokenizer = json!({
        "version": "1.0",
        "truncation": { "max_length": 8, "strategy": "LongestFirst", "stride": 0, "direction": "Right" },
        "padding": { "strategy": { "Fixed": 8 }, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]" },
        "added_tokens": [],
        "normalizer": { "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true },
        "pre_tokenizer": { "type": "BertPreTokenizer" },
        "post_processor": { "type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1] },
        "decoder": null,
        "model": { "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocabulary },
    });
    write_json(folder.path(), "tokenizer.json", &tokenizer);
    fs::remove_file(folder.path().join("vocab.txt")).unwrap();
    let own = BertEncoder::load(folder.path()).unwrap();
    let sentences = ["b f i", LONG];
    let (a, b) = (
        plain.encode(&sentences).unwrap(),
        own.encode(&sentences).unwrap(),
    );
    assert!(difference(&a, &b) < 1e-6);
    assert_ne!(plain.digest(), own.digest());
}

#[test]
fn names_may_be_one_level_deeper_and_numbers_shorter() {
    let folder = folder();
    let plain = BertEncoder::load(folder.path()).unwrap();
    let deeper = tensors()
        .into_iter()
        .map(|(name, tensor)| {
            let half = tensor.to_dtype(candle_core::DType::F16).unwrap();
            (format!("bert.{name}"), half)
        })
        .collect();
    save(folder.path(), &deeper);
    let deeper = BertEncoder::load(folder.path()).unwrap();
    let (a, b) = (
        plain.encode(&[LONG]).unwrap(),
        deeper.encode(&[LONG]).unwrap(),
    );
    assert!(difference(&a, &b) < 5e-3);
    assert_ne!(plain.digest(), deeper.digest());
}

#[test]
fn the_digest_stays_when_the_folder_moves() {
    let (a, b) = (folder(), folder());
    let (a, b) = (
        BertEncoder::load(a.path()).unwrap(),
        BertEncoder::load(b.path()).unwrap(),
    );
    assert_eq!(a.digest(), b.digest());
    assert_eq!(a.digest().len(), 12);
}

/// Breaks a folder and gives what the error says.
fn broken(how: impl FnOnce(&Path)) -> String {
    let folder = folder();
    how(folder.path());
    let error = BertEncoder::load(folder.path()).unwrap_err();
    assert_eq!(error.code().as_str(), "JF-LNG-001");
    error.to_string()
}

fn configured(field: &str, value: Value) -> String {
    broken(|folder| {
        let mut config = config();
        config[field] = value;
        write_json(folder, "config.json", &config);
    })
}

#[test]
fn what_is_missing_is_named() {
    for name in ["config.json", "vocab.txt", "model.safetensors"] {
        let error = broken(|folder| fs::remove_file(folder.join(name)).unwrap());
        assert!(error.contains(&format!("{name}: is missing; ")), "{error}");
        let error = broken(|folder| {
            fs::remove_file(folder.join(name)).unwrap();
            fs::create_dir(folder.join(name)).unwrap();
        });
        assert!(
            error.contains(&format!("{name}: is not a file; ")),
            "{error}"
        );
    }
    let error = BertEncoder::load(Path::new("/nowhere")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "sentence encoder, /nowhere: is not a folder; point to the folder of a BERT sentence encoder, or fetch it again"
    );
}

#[test]
fn configurations_of_other_networks_are_refused() {
    for (field, value, says) in [
        (
            "model_type",
            json!("xlm-roberta"),
            "model_type is `xlm-roberta`",
        ),
        (
            "model_type",
            Value::Null,
            "config.json: is not the JSON that is expected",
        ),
        ("hidden_act", json!("swish"), "unknown variant `swish`"),
        (
            "position_embedding_type",
            json!("relative_key"),
            "position_embedding_type is `relative_key`",
        ),
        (
            "hidden_size",
            json!(1_040),
            "hidden_size is 1040, not 1 to 1024",
        ),
        (
            "hidden_size",
            json!(-1),
            "config.json: is not the JSON that is expected",
        ),
        (
            "hidden_size",
            json!(32),
            "has the shape [30, 16], but config.json means [30, 32]",
        ),
        ("num_hidden_layers", json!(25), "num_hidden_layers is 25"),
        (
            "num_hidden_layers",
            json!(3),
            "has no tensor `encoder.layer.2.",
        ),
        ("num_attention_heads", json!(0), "num_attention_heads is 0"),
        (
            "num_attention_heads",
            json!(3),
            "hidden_size is no multiple",
        ),
        (
            "intermediate_size",
            json!(25),
            "but config.json means [25, 16]",
        ),
        ("vocab_size", json!(300_001), "vocab_size is 300001"),
        ("vocab_size", json!(20), "has token 29, but the vocabulary"),
        (
            "max_position_embeddings",
            json!(2),
            "adds 2 tokens to an empty sentence",
        ),
        ("layer_norm_eps", json!(1e30), "layer_norm_eps is"),
    ] {
        let error = configured(field, value);
        assert!(error.contains(says), "{field}: {error}");
    }
    let error = broken(|folder| fs::write(folder.join("config.json"), "{").unwrap());
    assert!(
        error.contains("is not the JSON that is expected"),
        "{error}"
    );
}

#[test]
fn damaged_weights_are_refused() {
    let cut = |keep: usize| {
        broken(|folder| {
            let file = folder.join("model.safetensors");
            let bytes = fs::read(&file).unwrap();
            fs::write(&file, &bytes[..bytes.len().min(keep)]).unwrap();
        })
    };
    for keep in [0, 7, 100, 20_000] {
        let error = cut(keep);
        assert!(
            error.contains("model.safetensors: is damaged or cut off"),
            "{error}"
        );
    }
    let filled = |value: f64| {
        broken(|folder| {
            let mut tensors = tensors();
            for tensor in tensors.values_mut() {
                *tensor = tensor.affine(0.0, value).unwrap();
            }
            save(folder, &tensors);
        })
    };
    for value in [f64::NAN, f64::INFINITY, 0.0] {
        let error = filled(value);
        assert!(error.contains("a vector without a direction"), "{error}");
    }
}

#[test]
fn what_is_too_large_is_not_read() {
    for (name, limit) in [
        ("model.safetensors", 1_u64 << 30),
        ("vocab.txt", 64 << 20),
        ("config.json", 1 << 20),
    ] {
        let error = broken(|folder| {
            // Without blocks on the disk.
            let file = fs::File::create(folder.join(name)).unwrap();
            file.set_len(limit + 1).unwrap();
        });
        assert!(
            error.contains(&format!("{name}: is larger than {limit} bytes")),
            "{error}"
        );
    }
}

#[test]
fn tokenizers_that_do_not_fit_are_refused() {
    let tokenizer =
        |text: &str| broken(|folder| fs::write(folder.join("tokenizer.json"), text).unwrap());
    let model = r#""model":{"type":"WordLevel","vocab":{"[UNK]":0,"[CLS]":1},"unk_token":"[UNK]"}"#;
    let error = tokenizer("{}");
    assert!(error.contains("tokenizer.json: "), "{error}");
    let error = tokenizer(&format!("{{{model}}}"));
    assert!(
        error.contains("adds 0 tokens to an empty sentence"),
        "{error}"
    );
    // A template of a token that is not there.
    let error = tokenizer(&format!(
        r#"{{"post_processor":{{"type":"TemplateProcessing","single":[{{"SpecialToken":{{"id":"[CLS]","type_id":0}}}},{{"Sequence":{{"id":"A","type_id":0}}}}],"pair":[],"special_tokens":{{}}}},{model}}}"#
    ));
    assert!(error.contains("tokenizer.json: "), "{error}");
    // A special token with a number that the network does not have.
    let error = tokenizer(&format!(
        r#"{{"post_processor":{{"type":"BertProcessing","sep":["[SEP]",4000],"cls":["[CLS]",1]}},{model}}}"#
    ));
    assert!(
        error.contains("tokens that the network does not have"),
        "{error}"
    );
    let error = broken(|folder| fs::write(folder.join("vocab.txt"), "a\nb\n").unwrap());
    assert!(error.contains("vocab.txt: has no [SEP]"), "{error}");
    let error = broken(|folder| fs::write(folder.join("vocab.txt"), b"\xff\xfe").unwrap());
    assert!(error.contains("vocab.txt: "), "{error}");
}

#[test]
fn pooling_that_is_not_known_is_refused() {
    let error = broken(|folder| pool(folder, "pooling_mode_max_tokens"));
    assert!(error.contains("does not choose exactly one"), "{error}");
    let modules = |kind: &str, path: &str| {
        let modules =
            json!([{ "path": path, "type": format!("sentence_transformers.models.{kind}") }]);
        broken(|folder| write_json(folder, "modules.json", &modules))
    };
    assert!(modules("Dense", "2_Dense").contains("`sentence_transformers.models.Dense`"));
    assert!(modules("Pooling", "../elsewhere").contains("which is not known"));
    assert!(modules("Pooling", "1_Pooling").contains("leads to no settings"));
}
