//! Which texts are locales.

use unic_langid::LanguageIdentifier;

/// ISO 639-1. A two-letter language that is not in this list is a typing mistake; three-letter ones are taken as
/// they are.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik \
io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt \
my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so \
sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// The locale in its one normal form, when `text` is a locale.
pub(super) fn canonical(text: &str) -> Option<String> {
    let locale: LanguageIdentifier = text.parse().ok()?;
    let language = locale.language.as_str();
    let known = match language.len() {
        2 => LANGUAGES.split(' ').any(|known| known == language),
        length => length == 3 && language != "und",
    };
    known.then(|| locale.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_languages_in_normal_form_pass() {
        assert_eq!(canonical("zh-CN").as_deref(), Some("zh-CN"));
        assert_eq!(canonical("zh-hans-cn").as_deref(), Some("zh-Hans-CN"));
        assert_eq!(canonical("yue").as_deref(), Some("yue"));
        for wrong in ["zn-CN", "chinese", "und", "", "zh-", "zh-C"] {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
    }
}
