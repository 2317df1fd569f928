//! jackfield-packs
