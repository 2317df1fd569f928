/// What asks for another one-time code, in part of a sentence.
const ASKING: &[&str] = &[
    "没收到",
    "没有收到",
    "收不到",
    "还没到",
    "重发",
    "重新发",
    "再发",
    "换一个验证码",
    "resend",
    "send again",
    "send it again",
    "send me another",
    "another code",
    "new code",
    "get the code",
    "get a code",
    "get any code",
    "receive",
    "no code",
];

/// Whether who is asked for a one-time code has none and wants another: `没收到`, `I didn't get the code`.
pub fn asks_for_code_again(text: &str) -> bool {
    let text = crate::normalise(text);
    ASKING.iter().any(|words| text.contains(words))
}
