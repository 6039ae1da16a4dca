"""GMO Payment Gateway, Link Type Plus."""
