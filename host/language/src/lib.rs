//! jackfield-language
