"""The pages of those who ask: the same for a school, its supporters and the office; the address list puts the wall before each."""
