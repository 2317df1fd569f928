//! jackfield-sandbox
