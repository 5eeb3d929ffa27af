//! The headless application between document and engines. What stands: the queue of a project's jobs. Deliberately not here: how a
//! job is done.

pub mod queue;
