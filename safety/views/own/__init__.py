"""What members set up for themselves."""
