//! Session mailboxes, the turn pipeline, dialogue policy, timers and the outbox.
