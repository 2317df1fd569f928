//! jackfield-channels
