"""How long a payment can still be paid once the member has called off."""
