/// See [`Model::detect_locale`](crate::Model::detect_locale).
pub(crate) fn detect(_text: &str, _current: &str) -> Option<&'static str> {
    None
}
