"""Every write of this room: lock, ask the rules, change the state, audit line, outbox row, in one transaction."""
