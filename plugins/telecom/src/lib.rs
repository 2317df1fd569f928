//! jackfield-telecom
