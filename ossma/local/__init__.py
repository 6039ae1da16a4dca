"""What a developer's machine needs besides the product: set-up, embedded servers, the demo. Never imported by an app."""
