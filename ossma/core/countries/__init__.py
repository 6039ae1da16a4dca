"""Countries, cities and missions: the project's own data files, their loader and every question about them."""
