"""Mail that comes back: read (RFC 3464), matched with what was sent, noted on the address. Sends nothing, ever."""
