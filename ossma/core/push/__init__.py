"""Web push: devices, keys, sealed messages, and carrying them to the push services (member-portal.md M9)."""
