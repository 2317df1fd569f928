//! jackfield-server
