"""Countries, cities and missions: the project's own data files, their loader and every question about them."""

# Ours, in the manner of the ministry's codes: Japan is no destination, but a member may be home again.
HOME = "0081"
