//! jackfield-store
